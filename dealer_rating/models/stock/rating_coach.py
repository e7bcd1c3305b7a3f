from odoo import models


class RatingCoach(models.AbstractModel):
    """Sentences of the coach on a dealer's stock: in days, by its norm."""

    _inherit = "rating.coach"

    def _value_words(self, score, value):
        if score.indicator_id.measure != "stock":
            return super()._value_words(score, value)
        days = self._number(value * score.whole)
        return self.env._("%(days)s days", days=days)
