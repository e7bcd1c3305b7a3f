from odoo import api, fields, models
from odoo.tools import SQL


class DealerQuarter(models.Model):
    """The place of a quarter among those of the company's other dealers."""

    _inherit = "dealer.quarter"

    # Computed when asked, because each score that one dealer gets may move all others:
    # kept, it would be old until the night, or every scorer would write every quarter.
    rank = fields.Integer(
        compute="_compute_rank",
        help="By the total, among the complete quarters of the same three months. As "
        "long as some are open it may still change.",
    )

    @api.depends("total", "is_complete", "is_current", "date_from", "company_id")
    def _compute_rank(self):
        """One statement for any number of quarters; none where a score is missing."""
        self.flush_model()
        ids = self._origin.ids
        ranks = dict(self.env.execute_query(self._ranks_sql(ids))) if ids else {}
        for quarter in self:
            quarter.rank = ranks.get(quarter._origin.id, 0)

    def _ranks_sql(self, ids):
        """Return id and rank of those of these quarters that are complete.

        One that a correction replaced stands where it would among the others.
        """
        return SQL(
            """
            SELECT ranked.id, ranked.rank
              FROM (SELECT id, RANK() OVER (PARTITION BY company_id, date_from
                                            ORDER BY total DESC) AS rank
                      FROM dealer_quarter
                     WHERE is_current AND is_complete
                       AND (company_id, date_from) IN (
                           SELECT company_id, date_from FROM dealer_quarter
                            WHERE id = ANY(%(ids)s) AND is_current)) AS ranked
             WHERE ranked.id = ANY(%(ids)s)
             UNION ALL
            SELECT old.id, 1 + (SELECT COUNT(*) FROM dealer_quarter AS better
                                 WHERE better.company_id = old.company_id
                                   AND better.date_from = old.date_from
                                   AND better.is_current AND better.is_complete
                                   AND better.dealer_id != old.dealer_id
                                   AND better.total > old.total)
              FROM dealer_quarter AS old
             WHERE old.id = ANY(%(ids)s) AND NOT old.is_current AND old.is_complete
            """,
            ids=ids,
        )
