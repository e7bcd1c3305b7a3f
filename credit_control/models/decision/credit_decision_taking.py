from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ...core.check import room
from ...core.facts import HOLD
from ...core.stored import dump


class CreditDecision(models.Model):
    """How decisions are taken: on confirmation, on growth, and again later."""

    _inherit = "credit.decision"

    # === CONFIRMING === #

    @api.model
    def _take(self, orders, checkpoint="confirmation"):
        """Decide on orders and record it; what one order takes, the next cannot.

        :param orders: stored ``sale.order`` records that are to be checked
        :return: the new decisions; none for customers whom the company leaves free
        """
        return self._record(self._cases(orders, checkpoint), checkpoint)

    @api.model
    def _cases(self, orders, checkpoint):
        """Bring orders before the rules, their files locked against others."""
        Checkpoint = self.env["credit.checkpoint"]
        day = orders.company_id[:1]._trade_day()
        figures = Checkpoint._figures(orders.ids, day)
        # Whoever became free of checks waits for nobody any more.
        free = [each.decisions for each in figures if each.free and each.decisions]
        self.browse(sum(free, ()))._close("superseded")
        checked = [
            each for each in figures if not each.free and not self._is_released(each)
        ]
        self.env["credit.file"]._serialize({f for each in checked for f in each.files})
        return Checkpoint._judge(checked, checkpoint, day)

    def _is_released(self, figures):
        """Tell whether a release lets the order go as it is now."""
        released = self.browse(figures.decisions).filtered(
            lambda decision: decision.state == "released"
        )[:1]
        return released._carries(released.order_id)

    @api.model
    def _record(self, cases, checkpoint):
        """Store cases as decisions, in place of earlier ones on the same orders."""
        if not cases:
            return self.browse()
        orders = self.env["sale.order"].browse([c.figures.order for c in cases])
        values = []
        for case, order in zip(cases, orders, strict=True):
            before = self.browse(case.figures.decisions)
            held = case.verdict.action == HOLD
            before.filtered(lambda d: d.state == "held")._close(
                "superseded" if held else "cured"
            )
            values.append(self._values(case, order, checkpoint, before))
            before._close("superseded")
        return self._insert(values)

    def _values(self, case, order, checkpoint, before):
        """Return the values of a decision that follows ``before``."""
        figures, facts, verdict = case
        own = facts.levels[0] if figures.chain else None
        waiting = before.filtered("asked_on")[:1]
        held = verdict.action == HOLD
        enforced = order.company_id.root_id.credit_mode == "enforce"
        return {
            # Currencies before amounts: else each amount has its currency read back.
            "company_id": figures.company,
            "order_currency_id": order.currency_id.id,
            "order_id": order.id,
            "order_name": order.name,
            "order_amount": figures.order_total,
            "salesperson_id": order.user_id.id,
            "partner_id": figures.debtor,
            "ordered_by_id": figures.customer,
            "file_id": own and own.file,
            "checkpoint": checkpoint,
            "policy_version_id": figures.policy_version,
            "facts": dump(facts),
            "verdict": dump(verdict),
            "asked": facts.asked,
            "exposure": own.exposure if own else 0.0,
            "limit_amount": (own and own.limit) or 0.0,
            "overdue": facts.overdue,
            "available": room(facts) or 0.0,
            "cash": facts.cash,
            "state": ("held" if enforced else "observed") if held else "passed",
            "covered_amount": 0.0 if held and enforced else figures.need,
            "user_id": self.env.uid,
            "asked_on": waiting.asked_on or fields.Datetime.now(),
            "previous_id": before[:1].id,
        }

    # === COVERING === #

    @api.model
    def _cover(self, orders):
        """See to it that a decision covers each confirmed order, whatever road led
        there; take it now where there is none.

        :raises ValidationError: if credit holds one of them
        """
        live = self._live(orders)
        open_orders = orders.filtered(
            lambda order: not live.get(order, self.browse())._carries(order)
        )
        cases = self._cases(open_orders, "growth") if open_orders else []
        held = [case for case in cases if case.verdict.action == HOLD]
        if held:
            by_id = {order.id: order for order in open_orders}
            refused = [
                self._refusal(by_id[case.figures.order], case, live)
                for case in held
                if by_id[case.figures.order]._credit_mode() == "enforce"
            ]
            if refused:
                raise ValidationError("\n\n".join(refused))
        self._record(cases, "growth")

    def _carries(self, order):
        """Let this decision carry the order as it is now, if it covers that.

        What an order gives up is covered no more: others may take it. What a release
        still reaches is covered from now on.

        :return: whether it does
        """
        if not self or not self._is_about(order):
            return False
        total, digits = order._credit_need(), order.currency_id.rounding
        if float_compare(total, self.covered_amount, precision_rounding=digits) <= 0:
            if total < self.covered_amount:
                self.covered_amount = total
            return True
        if self.state == "released" and self._reaches(total):
            self.covered_amount = total
            return True
        return False

    def _is_about(self, order):
        if self.cash == "immediate" and not order._credit_is_immediate():
            return False
        return (
            self._is_entity(self.partner_id, order.partner_invoice_id)
            and self._is_entity(self.ordered_by_id, order.partner_id)
            and self.order_currency_id == order.currency_id
            and self.company_id == order.company_id.root_id
        )

    def _is_entity(self, entity, partner):
        # Mostly the company itself ordered: then nothing has to be read.
        return partner == entity or partner.commercial_partner_id == entity

    def _reaches(self, total):
        """Tell whether a release still lets the order grow to ``total``."""
        tolerance = 1 + self.company_id.credit_tolerance / 100
        today = self.company_id._trade_day()
        return (not self.released_until or self.released_until >= today) and (
            float_compare(
                total,
                self.released_amount * tolerance,
                precision_rounding=self.order_currency_id.rounding,
            )
            <= 0
        )

    def _refusal(self, order, case, live):
        """Word why an order cannot be as it was just made, and what to do."""
        told = (case.facts, case.verdict, order.company_id.currency_id)
        Wording = self.env["credit.wording"]
        values = {
            "order": order.display_name,
            "amount": order.currency_id.format(order.amount_total),
            "reasons": Wording._bullets("\n".join(Wording._reasons(*told))),
            "cures": Wording._bullets("\n".join(Wording._cures(*told))),
        }
        if order in live:
            return self.env._(
                "%(order)s stays as it was: credit does not cover it at %(amount)s.\n"
                "%(reasons)s\nWhat would let it go:\n%(cures)s\n"
                "Or use “Ask for Release” on the order, before you change it.",
                **values,
            )
        return self.env._(
            "%(order)s waits for a credit decision:\n%(reasons)s\n"
            "What would let it go:\n%(cures)s\n"
            "Use “Confirm” on the quotation: it asks those who may release.",
            **values,
        )

    # === ASKING FOR MORE === #

    @api.model
    def _ask(self, order, amount, reason):
        """Bring a confirmed order before the rules as if it were raised already.

        Room is not reserved: where there is enough the order can simply be raised.

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
        waiting = self.search([("order_id", "=", order.id), ("state", "=", "held")])
        values = self._values(case, order, "growth", waiting)
        waiting._close("superseded")
        decision = self._insert([{**values, "reason": reason}])
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
