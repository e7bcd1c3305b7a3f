from odoo import models


class CreditWording(models.AbstractModel):
    """Words for what policies ask about the rating."""

    _inherit = "credit.wording"

    # === REASONS === #

    def _reason_grade_unworthy(self, finding, facts, money):
        grade = self.env["dealer.grade"].sudo().browse(int(finding.measured)).exists()
        return self.env._(
            "The grade of %(customer)s gives no credit: %(grade)s.",
            customer=self._rating_of(facts),
            grade=grade.name or "?",
        )

    def _reason_no_rating(self, finding, facts, money):
        return self.env._(
            "There is no valid rating of %(customer)s.", customer=self._rating_of(facts)
        )

    def _reason_rating_age(self, finding, facts, money):
        return self.env._(
            "The rating of %(customer)s is old (days: %(days)s; tolerated: "
            "%(allowed)s).",
            customer=self._rating_of(facts),
            days=int(finding.measured),
            allowed=f"{finding.threshold:g}",
        )

    # === CURES === #

    def _cure_score_cards(self, cure, facts, money):
        return self.env._(
            "Have the cards of %(customer)s scored and the quarter confirmed",
            customer=self._rating_of(facts),
        )

    def _cure_ask_release(self, cure, facts, money):
        return self.env._("Ask for a release of the order")

    def _rating_of(self, facts):
        return facts.levels[0].name if facts.levels else self.env._("the customer")
