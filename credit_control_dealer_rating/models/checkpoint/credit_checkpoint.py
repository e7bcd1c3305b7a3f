from odoo import api, models
from odoo.tools import SQL


class CreditCheckpoint(models.AbstractModel):
    """Checks on the rating of the customer that will owe an order."""

    _inherit = "credit.checkpoint"

    @api.model
    def _facts_grade_unworthy(self, figures, day):
        """Tell orders of dealers whose grade gives no credit under their policy.

        What is measured is the id of the grade, so that it can be named later.
        """
        return {
            order: (row["grade_id"], "ask_release")
            for order, row in self._rating_rows(figures, day)
            if row["grade_id"] and not row["creditworthy"]
        }

    @api.model
    def _facts_no_rating(self, figures, day):
        """Tell orders of customers who are no dealers, or dealers without a grade."""
        return {
            order: (1, "score_cards")
            for order, row in self._rating_rows(figures, day)
            if not row["grade_id"]
        }

    @api.model
    def _facts_rating_age(self, figures, day):
        """Tell how many days ago the last rating was; a downgrade is not a rating."""
        return {
            order: ((day - row["rated_on"]).days, "score_cards")
            for order, row in self._rating_rows(figures, day)
            if row["rated_on"]
        }

    def _rating_rows(self, figures, day):
        """Return the rating behind orders, by one statement for any number of them.

        :param figures: list of Figures
        :return: list of (key of the figures, {"grade_id", "creditworthy", "rated_on"})
        """
        if not figures:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT asked.place, dealer.grade_id, terms.creditworthy,
                       (SELECT MAX(grading.date) FROM dealer_grading AS grading
                         WHERE grading.dealer_id = dealer.id AND grading.date <= %s
                           AND grading.source = 'quarter') AS rated_on
                  FROM unnest(%s::int[], %s::int[], %s::int[])
                       WITH ORDINALITY
                       AS asked (partner_id, company_id, version_id, place)
                  LEFT JOIN rating_dealer AS dealer
                    ON dealer.partner_id = asked.partner_id
                   AND dealer.company_id = asked.company_id AND dealer.active
                  LEFT JOIN credit_policy_version AS version
                    ON version.id = asked.version_id
                  LEFT JOIN credit_grade_terms AS terms
                    ON terms.policy_id = version.policy_id
                   AND terms.grade_id = dealer.grade_id
              ORDER BY asked.place
                """,
                day,
                [each.debtor for each in figures],
                [each.company for each in figures],
                [each.policy_version for each in figures],
            )
        )
        rows = self.env.cr.dictfetchall()
        return [(each.key, row) for each, row in zip(figures, rows, strict=True)]
