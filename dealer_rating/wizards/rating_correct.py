from odoo import fields, models

from odoo.addons.trade_credit_base.windows import form_of, list_of


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
        if len(cards) == 1:
            return form_of(cards)
        name = self.env._("Corrected Cards")
        return list_of(cards, name, [("id", "in", cards.ids)], context={})
