from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped_for

USER = "credit_control.credit_group_user"


class TradeDayAhead(models.Model):
    """Days on which credit files are reviewed, and temporary limits end."""

    _inherit = "trade.day.ahead"
    _depends = {
        "credit.file": ["active", "company_id", "review_date"],
        "credit.limit": ["company_id", "date_to", "ends_id", "kind"],
    }

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "review": self.env._("Credit files to review"),
            "limit": self.env._("Temporary limits that end"),
        }

    @api.model
    def _ahead(self, company, today, until):
        days = super()._ahead(company, today, until)
        if not self.env.su and not self.env.user.has_group(USER):
            return days
        return [
            *days,
            self._counted_ahead_sql(
                "review",
                SQL(
                    """SELECT review_date AS day FROM credit_file
                        WHERE company_id = %s AND active AND review_date <= %s""",
                    company.id,
                    until,
                ),
            ),
            self._counted_ahead_sql(
                "limit",
                SQL(
                    """SELECT date_to AS day FROM credit_limit AS given
                        WHERE company_id = %s AND kind = 'temporary'
                          AND date_to BETWEEN %s AND %s
                          AND NOT EXISTS (SELECT FROM credit_limit AS gone
                                           WHERE gone.ends_id = given.id)""",
                    company.id,
                    today,
                    until,
                ),
            ),
        ]

    def _counted_ahead_sql(self, kind, days):
        """Return a row for each day, with how many things it is the day of."""
        return SQL(
            """
            SELECT %s AS kind, 0 AS key, NULL AS who, NULL::int AS user_id,
                   day AS date_from, day, COUNT(*) AS missing, COUNT(*) AS total
              FROM (%s) AS each GROUP BY day
            """,
            kind,
            days,
        )

    # === WHAT A DAY IS ABOUT === #

    def _open_review(self):
        return shipped_for(
            self.env,
            "credit_control.credit_file_action",
            [
                ("company_id", "=", self.company_id.id),
                ("review_date", "=", self.day),
            ],
        )

    def _open_limit(self):
        limits = self.env["credit.limit"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "temporary"),
                ("date_to", "=", self.day),
            ]
        )
        limits -= limits.search([("ends_id", "in", limits.ids)]).ends_id
        xml_id = "credit_control.credit_limit_action"
        return shipped_for(self.env, xml_id, [("id", "in", limits.ids)])
