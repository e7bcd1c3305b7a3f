from odoo import fields, models


class RatingWaive(models.TransientModel):
    """Asks why scores are waived."""

    _name = "rating.waive"
    _description = "Waive Scores"

    score_ids = fields.Many2many(
        "rating.score", default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Char(required=True)

    def action_waive(self):
        """Waive the scores; see ``rating.score._waive`` for who may."""
        self.score_ids._waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
