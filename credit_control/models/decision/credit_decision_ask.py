import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.trade_credit_base.batches import conflict_in

from ...core.facts import HOLD

_logger = logging.getLogger(__name__)

# Fields of a line that are told first, with what they were
FIGURES = ("product_uom_qty", "price_unit", "discount")

# What Odoo's form sends along and nobody sees: the price before it was typed over
UNSEEN = ("technical_price_unit",)


# What leads to other records and may be kept all the same
KEPT = ("order_line", "tax_ids")


class CreditDecision(models.Model):
    """What somebody asks of those who decide: why, for how much, and what they want to
    write on the order."""

    _inherit = "credit.decision"

    asked_reason = fields.Char("Why It Is Asked", readonly=True)
    proposal = fields.Json(
        readonly=True,
        help="What was typed on the confirmed order, and the order that it stood on.",
    )
    proposed = fields.Text("Would Be Changed", compute="_compute_proposed")

    @api.depends_context("lang")
    @api.depends("proposal")
    def _compute_proposed(self):
        for decision in self:
            decision.proposed = decision.sudo()._proposed_words()

    # === ASKING FOR MORE === #

    @api.model
    def _ask(self, order, amount, reason, values=None):
        """Bring a confirmed order before the rules as if it were raised already.

        Room is not reserved: where there is enough the order can simply be raised.

        :param dict values: what the asker wants to write on the order
        :return: a held decision, or none where credit has room
        """
        Checkpoint = self.env["credit.checkpoint"]
        day = order.company_id._trade_day()
        figures = Checkpoint._figures(order.ids, day)[0]
        if figures.free:
            return self.browse()
        grown = self._grown(figures, amount)
        if amount <= figures.order_total:
            grown = grown._replace(cash="")  # due at once, and to be due later
        case = Checkpoint._judge([grown], "growth", day)[0]
        if case.verdict.action != HOLD or order._credit_mode() != "enforce":
            return self.browse()
        asked = {"asked_reason": reason, "proposal": None}
        if values:
            # The order is another one once it is raised: what it was is kept
            asked["proposal"] = {
                "values": values,
                "before": order._credit_terms(),
                "names": {str(line.id): line.name or "" for line in order.order_line},
            }
        return self._hold_question(order, case, **asked)

    def _hold_question(self, order, case, **asked):
        """Ask whoever may release for what a confirmed order is to become, or is."""
        waiting = self.search([("order_id", "=", order.id), ("state", "=", "held")])
        stored = self._values(case, order, "growth", waiting)
        waiting._close("superseded")
        decision = self._insert([stored | asked])
        decision._tell()
        return decision

    def _grown(self, figures, amount):
        """Return the figures of an order raised to ``amount``, in its currency."""
        more = (amount - figures.order_total) * figures.rate
        return figures._replace(
            total=figures.total + more,
            order_total=amount,
            asked=figures.asked + more,
            cash="immediate" if figures.cash == "immediate" else "",
        )

    def _say_why(self, reason):
        """Note why a salesperson wants a held order released, and ask once more."""
        self.ensure_one()
        self.write({"asked_reason": reason})
        self._tell_held()

    # === WHAT IS WRITTEN ONCE IT IS RELEASED === #

    @api.model
    def _check_values(self, order, values):
        """
        :raises UserError: if what is to be written on an order cannot be read, or is
            about lines of another one: a client sends it
        """
        readable = isinstance(values, dict) and values.keys() <= self._plain(order)
        lines = values.get("order_line", []) if readable else None
        known = set(order.order_line.ids)
        if not isinstance(lines, list) or not all(
            self._is_command(command, order.order_line, known) for command in lines
        ):
            raise UserError(
                self.env._(
                    "What was typed on the order cannot be read. Ask without it."
                )
            )
        order._trade_check_given(values, values)
        for code, _line_id, line in lines:
            if code in (Command.CREATE, Command.UPDATE):
                order.order_line._trade_check_given(line, line)

    def _is_command(self, command, lines, known):
        """Tell whether this creates, changes or deletes a line of an order."""
        if not isinstance(command, (list, tuple)) or len(command) != 3:
            return False
        code, line_id, values = command
        if isinstance(code, bool) or code not in (0, 1, 2, 3):
            return False
        if code and not (type(line_id) is int and line_id in known):
            return False
        return code > 1 or (
            isinstance(values, dict)
            and values.keys() <= self._plain(lines)
            and all(map(_only_names, values.get("tax_ids") or ()))
        )

    @api.model
    def _plain(self, records):
        """Return the fields that are kept of what was typed: none that leads to other
        records, which would be written then by whoever releases."""
        return {
            name
            for name, field in records._fields.items()
            if name in KEPT or field.type not in ("one2many", "many2many")
        }

    @api.model
    def _kept_values(self, order, values):
        """Return of what a form would save what may be kept for later."""
        kept_ones = {k: v for k, v in values.items() if k in self._plain(order)}
        plain = self._plain(order.order_line)
        kept_ones["order_line"] = [
            [*command[:2], {k: v for k, v in command[2].items() if k in plain}]
            if len(command) == 3 and isinstance(command[2], dict)
            else command
            for command in values.get("order_line", [])
        ]
        return kept_ones

    def _apply_proposal(self):
        """Write what was typed, by the rights of who typed it, and have it checked as
        if they saved it now.

        :return: why it could not be, in words; empty if it was, None where nothing was
            typed
        """
        order, user = self.order_id, self.user_id
        if not self.proposal:
            return None
        if self.proposal["before"] != order._credit_terms():
            return order.env._("the order was changed since")
        if not user.active:
            return order.env._("%(user)s left", user=user.name)
        own = order.with_user(user).with_context(
            lang=user.lang, allowed_company_ids=order.company_id.ids
        )
        # Odoo writes some lines of lines in the name of who began the transaction
        transaction = self.env.transaction
        began = transaction.default_env
        try:
            transaction.default_env = own.env
            with self.env.cr.savepoint():
                own.write(self.proposal["values"])
                own.env.flush_all()
        except (UserError, KeyError, TypeError, ValueError) as error:
            if conflict := conflict_in(error):
                raise conflict from None
            if isinstance(error, UserError):
                return str(error.args[0])
            _logger.info("Proposal on %s: %r", order.name, error)
            return order.env._("a value on the order cannot be what was typed")
        finally:
            transaction.default_env = began
        return ""

    def _proposed_words(self):
        """Return what would be changed, line by line, in the reader's language; of
        other records only what the asker may read."""
        values = (self.proposal or {}).get("values", {})
        order = self.order_id
        words = []
        for name, value in values.items():
            if name == "order_line":
                words += [self._line_words(command) for command in value]
            elif name in order._fields:
                words.append(self._field_words(order, name, value))
        return "\n".join(filter(None, words))

    def _line_words(self, command):
        code, line_id, values = command
        line = self.order_id.order_line.filtered(lambda each: each.id == line_id)
        if code == 0:
            product = self._names(line._fields["product_id"], values.get("product_id"))
            name = values.get("name") or product
        else:
            known = self.proposal.get("names", {})
            name = known.get(str(line_id), line.name) or ""
        name = name.split("\n")[0]
        if code in (2, 3):
            return self.env._("− %(line)s", line=name)
        told = [each for each in FIGURES if each in values]
        told += [each for each in values if each not in FIGURES + UNSEEN]
        changes = [
            self._field_words(line, field, values[field], line_id)
            for field in told
            if field in line._fields and (code or field not in ("name", "product_id"))
        ]
        if code == 0:
            return self.env._(
                "+ %(line)s: %(values)s", line=name, values="; ".join(changes)
            )
        return self.env._("%(line)s: %(values)s", line=name, values="; ".join(changes))

    def _figures_before(self, line_id):
        """Return the figures that a line had when it was asked, by name."""
        lines = self.proposal["before"][1]
        return next(
            (
                dict(zip(FIGURES, each[1:], strict=True))
                for each in lines
                if each[0] == line_id
            ),
            {},
        )

    def _field_words(self, record, name, value, line_id=None):
        field = record._fields[name]
        label = field._description_string(self.env)
        if field.relational:
            value = self._names(field, value, record)
        elif field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        before = self._figures_before(line_id) if line_id else {}
        if name in before:
            return self.env._(
                "%(field)s %(before)s → %(after)s",
                field=label,
                before=f"{before[name]:g}",
                after=f"{value:g}" if isinstance(value, (int, float)) else value,
            )
        return self.env._("%(field)s: %(after)s", field=label, after=value or "")

    def _names(self, field, value, record=None):
        """Return the names of the records that a field would have, as far as who asks
        may read them."""
        if field.type == "many2one":
            ids = [value] if value else []
        else:
            ids = list(record[field.name].ids) if record else []
            for command in value or ():
                ids = self._after(ids, command)
        readers = self.env[field.comodel_name].with_user(self.user_id)
        readers = readers.with_context(allowed_company_ids=self.order_id.company_id.ids)
        known = readers.browse(ids).exists()._filtered_access("read")
        return ", ".join(filter(None, known.sudo().mapped("display_name")))

    def _after(self, ids, command):
        """Return the ids in a field after a command."""
        if isinstance(command, int):
            return [*ids, command]
        code = command[0]
        if code == Command.SET:
            return list(command[2])
        if code == Command.CLEAR:
            return []
        if code in (Command.DELETE, Command.UNLINK):
            return [each for each in ids if each != command[1]]
        return [*ids, command[1]] if code == Command.LINK else ids


def _only_names(command):
    """Tell whether a command names other records, and writes nothing on them."""
    return (
        isinstance(command, (list, tuple))
        and bool(command)
        and command[0] in (Command.UNLINK, Command.LINK, Command.CLEAR, Command.SET)
    )
