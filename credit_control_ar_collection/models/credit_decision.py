from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import shipped


class CreditDecision(models.Model):
    """A held order that payment would cure can have that payment promised."""

    _inherit = "credit.decision"

    collection_pay_amount = fields.Monetary(
        "To Be Paid", compute="_compute_collection_pay_amount"
    )

    @api.depends("verdict", "state")
    def _compute_collection_pay_amount(self):
        for decision in self:
            cure = decision._collection_pay_cure()
            decision.collection_pay_amount = cure.amount if cure else 0.0

    # === ACTION METHODS === #

    def action_collection_promise(self):
        """Open the promise to pay what would cure this order, filled in."""
        self.ensure_one()
        xml_id = "credit_control_ar_collection.credit_decision_promise_action"
        return shipped(self.env, xml_id, context={"default_decision_id": self.id})

    # === BUSINESS METHODS === #

    def _collection_pay_cure(self):
        """:return: the core Cure ``pay`` of a held decision, or None"""
        self.ensure_one()
        if self.state != "held" or not self.verdict:
            return None
        _facts, verdict = self._loaded()
        return next((cure for cure in verdict.cures if cure.code == "pay"), None)

    def _collection_items(self):
        """:return: the open ``collection.item`` that this decision's cure names"""
        cure = self._collection_pay_cure()
        lines = [item.line for item in cure.items] if cure else []
        return (
            self.env["collection.item"]
            .sudo()
            .search([("line_id", "in", lines), ("state", "=", "open")])
            .filtered("residual")
        )
