import logging

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, ValidationError

from odoo.addons.trade_credit_base.windows import shipped

from ..decision.credit_decision import LIVE
from .sale_order import SHOWN

STEP_SHOWN = {"compute": "_compute_credit_steps", **SHOWN}


class SaleOrder(models.Model):
    """An order that waits for credit, or was turned down: what helps, who decides, and
    what was typed when it was refused."""

    _inherit = "sale.order"

    credit_cures = fields.Html(**STEP_SHOWN)
    credit_steps = fields.Char(**STEP_SHOWN)
    credit_waits_for = fields.Text(**STEP_SHOWN)
    credit_rejection = fields.Text(**STEP_SHOWN)
    credit_asked_reason = fields.Char("Why It Is Asked", **STEP_SHOWN)

    # === COMPUTE METHODS === #

    @api.depends("credit_decision_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_credit_steps(self):
        waiting = self._credit_waiting()
        for order in self:
            decision = waiting.get(order._origin)
            known = bool(decision) and decision.checkpoint != "growth"
            held = known and decision.state == "held"
            order.credit_cures = decision.cures_shown if known else ""
            order.credit_steps = decision.steps if decision else ""
            order.credit_waits_for = decision.waits_for if known else ""
            order.credit_asked_reason = decision.asked_reason if held else ""
            order.credit_rejection = decision._rejection() if known and not held else ""

    # === CRUD METHODS === #

    def web_save(self, vals, specification, next_id=None):
        """Offer to ask for a release, with what was typed, where a form raises a
        confirmed order above what is covered."""
        before = {
            order.id: order.amount_total
            for order in self.sudo()
            if order.state == "sale"
        }
        try:
            return super().web_save(vals, specification, next_id=next_id)
        except ValidationError as refused:
            totals = getattr(refused, "credit_totals", {})
            amount = max((totals.get(each, 0) for each in before), default=0)
            if amount <= max(before.values(), default=0):
                raise
            # What was half written is rolled back with the error
            self.env.clear()
            action = self._credit_ask_action(amount, vals)
            warning = RedirectWarning(
                refused.args[0], action, self.env._("Ask for Release")
            )
            # Logged as other refusals are, without a traceback
            warning.loglevel = logging.WARNING
            raise warning from refused

    # === ACTION METHODS === #

    def action_credit_ask(self):
        """Open the dialog that asks for a release: of a held quotation, or of more than
        a confirmed order is now."""
        self.ensure_one()
        return self._credit_ask_action()

    def action_credit_step(self):
        """Open what clears the hold; the button's context names the step."""
        self.ensure_one()
        self.check_access("read")
        decision = self.sudo()._credit_waiting().get(self.sudo())
        return decision and decision._open_step(self.env.context.get("step"))

    # === BUSINESS METHODS === #

    def _credit_ask_action(self, amount=None, values=None):
        context = {"default_order_id": self.id}
        if values:
            kept = self.env["credit.decision"]._kept_values(self, values)
            context |= {"default_amount": amount, "default_values": kept}
        dialog = "credit_control.credit_request_action"
        return shipped(self.env, dialog, context=context)

    def _credit_waiting(self):
        """Return the decision that lets nobody go on: one that is held, or the last
        one if it was rejected. Where credit is not enforced, none does.

        :return: {sale.order: credit.decision}, as superuser
        """
        orders = self._origin.filtered(lambda order: order._credit_mode() == "enforce")
        told = ("held", "rejected", "cured", *LIVE)
        found = (
            self.env["credit.decision"]
            .sudo()
            .search_fetch(
                [("order_id", "in", orders.ids), ("state", "in", told)],
                ["order_id", "state", "checkpoint"],
            )
        )
        newest = {}
        for decision in found.sorted(lambda each: each.state != "held"):
            newest.setdefault(decision.order_id, decision)
        return {
            order: decision
            for order, decision in newest.items()
            if decision.state in ("held", "rejected") and order.state != "cancel"
        }

    def _credit_terms(self):
        """Return what a proposal to change the order stands on."""
        self.ensure_one()
        lines = [
            [line.id, line.product_uom_qty, line.price_unit, line.discount]
            for line in self.order_line
        ]
        return [self.amount_total, sorted(lines)]
