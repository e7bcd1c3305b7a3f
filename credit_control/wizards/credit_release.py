from odoo import api, fields, models


class CreditRelease(models.TransientModel):
    """The dialog in which held orders are released."""

    _name = "credit.release"
    _description = "Release Held Orders"

    decision_ids = fields.Many2many(
        "credit.decision", string="Decisions", required=True, readonly=True
    )
    single = fields.Boolean(compute="_compute_single")
    currency_id = fields.Many2one("res.currency", compute="_compute_single")
    reasons = fields.Text("Held Because", compute="_compute_single")
    amount = fields.Monetary(
        "Covers up to",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The order may grow to this on the release.",
    )
    until = fields.Date(
        "Valid Until", help="The last day on which the order may grow on this release."
    )
    reason = fields.Char("Reason for the Release", required=True)

    @api.depends("decision_ids")
    def _compute_single(self):
        for wizard in self:
            wizard.single = len(wizard.decision_ids) == 1
            wizard.currency_id = wizard.decision_ids.order_currency_id[:1]
            wizard.reasons = wizard.decision_ids.reasons if wizard.single else ""

    @api.depends("decision_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.decision_ids[:1].mapped("order_amount"))

    def action_release(self):
        """Release the orders, each for its own amount where there are several."""
        self.ensure_one()
        self.decision_ids.action_release(
            self.amount if self.single else None, self.until, self.reason
        )
        return {"type": "ir.actions.act_window_close"}


class CreditReject(models.TransientModel):
    """The dialog in which held orders are turned down."""

    _name = "credit.reject"
    _description = "Reject Held Orders"

    decision_ids = fields.Many2many(
        "credit.decision", string="Decisions", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_reject(self):
        self.ensure_one()
        self.decision_ids.action_reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
