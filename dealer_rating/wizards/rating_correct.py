from odoo import fields, models


class RatingCorrect(models.TransientModel):
    """Asks why closed cards are corrected."""

    _name = "rating.correct"
    _description = "Correct Scorecards"

    scorecard_ids = fields.Many2many(
        "rating.scorecard", default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Char(required=True)

    def action_correct(self):
        """Open new versions; see ``rating.scorecard._correct`` for who may."""
        cards = self.scorecard_ids._correct(self.reason)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrected Cards"),
            "res_model": "rating.scorecard",
            "view_mode": "list,form",
            "domain": [("id", "in", cards.ids)],
        }
        if len(cards) == 1:
            action |= {"view_mode": "form", "res_id": cards.id}
        return action
