from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.facts import HOLD

# Fields of a line that are told with what they were
FIGURES = ("product_uom_qty", "price_unit", "discount")


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
        case = Checkpoint._judge([self._grown(figures, amount)], "growth", day)[0]
        if case.verdict.action != HOLD or order._credit_mode() != "enforce":
            return self.browse()
        asked = {"asked_reason": reason, "proposal": None}
        if values:
            asked["proposal"] = {"values": values, "before": order._credit_terms()}
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
    def _check_values(self, values):
        """
        :raises UserError: if what is to be written on an order cannot be read: a client
            sends it
        """
        known = self.env["sale.order"]._fields
        readable = isinstance(values, dict) and values.keys() <= known.keys()
        lines = values.get("order_line", []) if readable else None
        if not isinstance(lines, list) or not all(map(self._is_command, lines)):
            raise UserError(
                self.env._(
                    "What was typed on the order cannot be read. Ask without it."
                )
            )

    def _is_command(self, command):
        if not isinstance(command, (list, tuple)) or len(command) != 3:
            return False
        code, line_id, values = command
        if code in (0, 1):
            return isinstance(values, dict)
        return code in (2, 3) and isinstance(line_id, int)

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
        try:
            with self.env.cr.savepoint():
                own.write(self.proposal["values"])
                own.env.flush_all()
        except (UserError, KeyError, TypeError, ValueError) as error:
            return str(error.args[0]) if isinstance(error, UserError) else repr(error)
        return ""

    def _proposed_words(self):
        """Return what would be changed, line by line, in the reader's language."""
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
        Line = self.env["sale.order.line"]
        code, line_id, values = command
        line = Line.browse(line_id if code else None).exists()
        if code == 0:
            product = self.env["product.product"].browse(values.get("product_id"))
            name = values.get("name") or product.exists().display_name or ""
        else:
            name = line.name or ""
        name = name.split("\n")[0]
        if code in (2, 3):
            return self.env._("− %(line)s", line=name)
        changes = [
            self._field_words(line, field, values[field])
            for field in FIGURES
            if field in values
        ]
        if code == 0:
            return self.env._(
                "+ %(line)s: %(values)s", line=name, values="; ".join(changes)
            )
        return self.env._("%(line)s: %(values)s", line=name, values="; ".join(changes))

    def _field_words(self, record, name, value):
        field = record._fields[name]
        label = field._description_string(self.env)
        if field.type == "many2one":
            value = self.env[field.comodel_name].browse(value).exists().display_name
        elif field.relational:
            return label
        if record and name in FIGURES:
            return self.env._(
                "%(field)s %(before)s → %(after)s",
                field=label,
                before=f"{record[name]:g}",
                after=f"{value:g}" if isinstance(value, (int, float)) else value,
            )
        return self.env._("%(field)s: %(after)s", field=label, after=value or "")
