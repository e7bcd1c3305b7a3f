from odoo import models


class RatingCoach(models.AbstractModel):
    """Sentences of the coach on a dealer's stock: in days, by its norm."""

    _inherit = "rating.coach"

    def _stock_words(self, words):
        score = words["score"]
        return words | {
            "days": self._number(words["goal"].value * score.whole),
            "now": self._number(score.part),
        }

    def _ask_stock(self, words):
        words = self._stock_words(words)
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: stock for at least %(days)s days instead of %(now)s",
                **words,
            )
        return self.env._(
            "%(indicator)s: stock for less than %(days)s days instead of %(now)s",
            **words,
        )

    def _lose_stock(self, words):
        words = self._stock_words(words)
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: stock for %(days)s days or more (now %(now)s)", **words
            )
        return self.env._(
            "%(indicator)s: stock for less than %(days)s days (now %(now)s)", **words
        )
