from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped_for


class RatingScore(models.Model):
    """What a department has not scored yet of a period."""

    _inherit = "rating.score"

    @api.model
    def _missing_sql(self):
        """Return the condition that ``score``, on ``card``, is still to be given."""
        return SQL(
            "score.state = 'open' AND card.id = score.scorecard_id"
            " AND card.is_current AND card.state = 'open'"
        )

    @api.model
    def _open_missing(self, company, department, date_from, date_to):
        """Return the action that shows what a department has to score of a period.

        :param company: a root company
        :param int department: the id of the department
        """
        return shipped_for(
            self.env,
            "dealer_rating.rating_score_action",
            [
                ("company_id", "=", company.id),
                ("department_id", "=", department),
                ("date_from", "=", date_from),
                ("date_to", "=", date_to),
                ("state", "=", "open"),
                ("scorecard_id.is_current", "=", True),
                ("scorecard_id.state", "=", "open"),
            ],
            name=self.env._("Missing Scores"),
        )

    @api.model
    def _store_scores(self, rows):
        stored = super()._store_scores(rows)
        if rows:
            self.env["rating.reminder"].sudo()._end()
        return stored
