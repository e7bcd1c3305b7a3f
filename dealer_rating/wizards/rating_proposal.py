from odoo import fields, models


class RatingProposal(models.TransientModel):
    """Asks what becomes of dealers with two poor quarters running."""

    _name = "rating.proposal"
    _description = "Decide on Two Poor Quarters"

    quarter_ids = fields.Many2many(
        "dealer.quarter",
        string="Quarters",
        default=lambda self: self.env.context.get("active_ids"),
    )
    choice = fields.Selection(
        [
            ("stop", "Stop supply"),
            ("end", "End the contract"),
            ("keep", "Keep the dealer on"),
        ],
        required=True,
    )
    reason = fields.Char(required=True)

    def action_decide(self):
        """Decide; see ``dealer.quarter._decide`` for who may."""
        self.quarter_ids._decide(self.choice, self.reason)
        return {"type": "ir.actions.act_window_close"}
