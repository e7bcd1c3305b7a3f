from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.windows import form_of

DAYS = 7  # until the money is to be there, unless the customer says otherwise


class CreditDecisionPromise(models.TransientModel):
    """The promise to pay what holds an order, filled in from the decision's cure.

    It is not taken on opening this, because what a customer promised stays on record:
    the day is the customer's word.
    """

    _name = "credit.decision.promise"
    _description = "Promise to Pay What Holds an Order"

    decision_id = fields.Many2one("credit.decision", "Order", required=True)
    partner_id = fields.Many2one(related="decision_id.partner_id")
    currency_id = fields.Many2one(related="decision_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True
    )
    date = fields.Date(
        "Promised For",
        required=True,
        default=lambda self: self._default_date(),
        help="The last day on which the promise is kept.",
    )
    note = fields.Text(help="Content of the conversation, and the person who spoke.")

    @api.model
    def _default_date(self):
        return self.env["res.company"]._trade_day() + timedelta(days=DAYS)

    @api.depends("decision_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.decision_id.collection_pay_amount

    # === ACTION METHODS === #

    def action_promise(self):
        """Take the promise on the customer's case, which is opened if there is none.

        :return: an action that shows the case
        :raises AccessError: if the user may not work on the case
        :raises UserError: if payment would not cure the order any more
        """
        self.ensure_one()
        decision = self.decision_id
        decision.check_access("read")
        if not decision._collection_pay_cure():
            raise UserError(
                self.env._(
                    "%(order)s is no longer held for a payment. Check the order again.",
                    order=decision.order_name,
                )
            )
        case = self.env["collection.case"]._ensure(
            decision.partner_id, decision.company_id
        )
        items = decision._collection_items()
        promise = case._promise(self.amount, self.date, items or None, self._said())
        decision.order_id.sudo()._credit_note(
            self.env._("Promised: %(promise)s.", promise=promise.display_name)
        )
        return form_of(case)

    def _said(self):
        order = self.env._("For %(order)s.", order=self.decision_id.order_name)
        return f"{order}\n{self.note}" if self.note else order
