from odoo import models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.trade_credit_base.batches import conflict_in
from odoo.addons.trade_credit_base.windows import offered, shipped

from .sale_order import CUSTOMERS


class SaleOrder(models.Model):
    """An order that waits for credit, or was turned down: what helps, who decides, and
    what was typed when it was refused."""

    _inherit = "sale.order"

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
            label = self.env._("Ask for Release")
            raise offered(refused.args[0], action, label) from refused

    # === HOOKS === #

    def _credit_figures(self, day):
        return self.env["credit.checkpoint"]._figures(self.ids, day)

    def _credit_negotiated(self):
        return self._filtered_told(CUSTOMERS).filtered(
            lambda order: order.state in ("draft", "sent") and order.partner_invoice_id
        )

    def _credit_previews(self):
        preview = self.env["credit.checkpoint"]._preview
        return [(order, "quotation", preview(order)) for order in self]

    def _credit_room_words(self, room, asked):
        return self.env._(
            "Credit available before this order: %(room)s. The order needs %(asked)s.",
            room=room,
            asked=asked,
        )

    def _credit_hands(self):
        """A line that is left out has a hand, too."""
        lines = self.order_line
        hands = super()._credit_hands() | self.credit_hand_ids
        return hands | lines.create_uid | lines.write_uid

    def _credit_awaits(self, decision):
        states = ("sale",) if decision.checkpoint == "growth" else ("draft", "sent")
        return self.state in states

    def _credit_is_done(self):
        return self.state == "sale"

    def _credit_is_as_decided(self, decision):
        if decision.cash == "immediate" and (
            self._credit_billed_later() or not self._credit_is_immediate()
        ):
            return False
        return (
            decision._is_entity(decision.partner_id, self.partner_invoice_id)
            and decision._is_entity(decision.ordered_by_id, self.partner_id)
            and decision.order_currency_id == self.currency_id
            and decision.company_id == self.company_id.root_id
        )

    def _credit_let_go(self, decision):
        """Confirm an order that credit lets go; where another app has a question first,
        ask its salesperson to. Raise one that is confirmed as it was asked for."""
        order = self._credit_for_owner()
        if decision.checkpoint == "growth":
            order._credit_tell_owner(decision._raised_note(order))
            return
        order.with_company(order.company_id).action_confirm()
        if order.state in ("draft", "sent"):
            words = order.env._("Credit lets the order go. Confirm it once more.")
            order._credit_tell_owner(words)

    def _credit_cured(self, decision):
        """Confirm a cured order where the company wants that, else tell its owner."""
        order = self._credit_for_owner()
        auto = decision.company_id.credit_auto_confirm
        if decision.checkpoint == "confirmation" and auto:
            if not decision._has_changed() and order._credit_confirm_cured():
                return
        if decision.state == "held":
            decision._close("cured")
        order._credit_close_activities()
        if decision.checkpoint == "confirmation":
            words = order.env._("Credit is cured: the order can be confirmed now.")
        elif decision.proposal and auto:
            words = decision._raised_note(order)
        else:
            words = order.env._("There is room now: the order can be raised.")
        order._credit_tell_owner(words)

    def _credit_confirm_cured(self):
        """:return: whether a cured order is confirmed now"""
        try:
            with self.env.cr.savepoint():
                self.with_company(self.company_id).action_confirm()
        except UserError as error:
            if conflict := conflict_in(error):
                raise conflict from None
            self._credit_tell_owner(
                self.env._("Credit is cured, but: %s", error.args[0])
            )
        if self.state != "sale":
            return False
        self._credit_close_activities()
        self._credit_note(self.env._("Credit is cured: the order is confirmed."))
        return True

    # === BUSINESS METHODS === #

    def _credit_ask_action(self, amount=None, values=None):
        context = {"default_order_id": self.id}
        if values:
            kept = self.env["credit.decision"]._kept_values(self, values)
            context |= {"default_amount": amount, "default_values": kept}
        dialog = "credit_control.credit_request_action"
        return shipped(self.env, dialog, context=context)

    def _credit_terms(self):
        """Return what a proposal to change the order stands on."""
        self.ensure_one()
        lines = [
            [line.id, line.product_uom_qty, line.price_unit, line.discount]
            for line in self.order_line
        ]
        return [self.amount_total, sorted(lines)]
