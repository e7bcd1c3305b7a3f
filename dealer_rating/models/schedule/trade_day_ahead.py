from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.windows import shipped_for

USER = "dealer_rating.rating_group_user"


class TradeDayAhead(models.Model):
    """Ends of months and quarters: who has to score by then, and what is to confirm."""

    _inherit = "trade.day.ahead"
    _depends = {
        "dealer.quarter": ["company_id", "date_from", "date_to", "is_current", "state"],
        "rating.dealer": ["active", "company_id", "since"],
        "rating.department": ["name", "user_id"],
        "rating.score": ["company_id", "date_from", "date_to", "department_id"]
        + ["kind", "state"],
        "rating.scorecard": ["is_current", "state"],
    }

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "month": self.env._("Scores of the month"),
            "quarter": self.env._("Scores of the quarter"),
            "confirm": self.env._("Quarters to confirm"),
        }

    @api.model
    def _ahead(self, company, today, until):
        days = super()._ahead(company, today, until)
        if not self.env.su and not self.env.user.has_group(USER):
            return days
        days += [
            self._scores_ahead_sql(company, today),
            self._confirm_ahead_sql(company, until),
        ]
        if planned := self._planned(company, today, until):
            days.append(self._planned_ahead_sql(company, planned))
        return days

    def _scores_ahead_sql(self, company, today):
        """Return the periods whose cards are open, by department; once they are over,
        those of which something is missing."""
        return SQL(
            """
            SELECT CASE WHEN score.kind = 'conduct' THEN 'quarter' ELSE 'month' END
                   AS kind, score.department_id AS key, %(who)s AS who,
                   department.user_id, score.date_from, score.date_to AS day,
                   COUNT(*) FILTER (WHERE score.state = 'open') AS missing,
                   COUNT(*) AS total
              FROM rating_score AS score
              JOIN rating_scorecard AS card ON card.id = score.scorecard_id
               AND card.is_current AND card.state = 'open'
              JOIN rating_department AS department
                ON department.id = score.department_id
             WHERE score.company_id = %(company)s
             GROUP BY score.kind, department.id, score.department_id, score.date_from,
                      score.date_to
            HAVING score.date_to >= %(today)s
                OR COUNT(*) FILTER (WHERE score.state = 'open') > 0
            """,
            who=self._department_sql(),
            company=company.id,
            today=today,
        )

    def _confirm_ahead_sql(self, company, until):
        """Return the quarters that a manager has to confirm once they are over."""
        return SQL(
            """
            SELECT 'confirm' AS kind, 0 AS key, NULL AS who, NULL::int AS user_id,
                   date_to + 1 AS date_from, date_to + 1 AS day, COUNT(*) AS missing,
                   COUNT(*) AS total
              FROM dealer_quarter
             WHERE company_id = %s AND is_current AND state = 'open' AND date_to < %s
             GROUP BY date_to
            """,
            company.id,
            until,
        )

    def _planned(self, company, today, until):
        """Return the periods whose cards are not opened yet.

        :return: list of (kind, department id, first day, last day, scores a dealer)
        """
        rows = []
        templates = self.env["rating.scorecard.template"].sudo()._of(company)
        for kind, template in templates.items():
            unit = "quarter" if kind == "conduct" else "month"
            start = date_utils.add(date_utils.end_of(today, unit), days=1)
            while (end := date_utils.end_of(start, unit)) <= until:
                for department, own in template.indicator_ids.grouped(
                    "department_id"
                ).items():
                    rows.append((unit, department.id, start, end, len(own)))
                start = date_utils.add(end, days=1)
        return [row for row in rows if row[1]]

    def _planned_ahead_sql(self, company, planned):
        return SQL(
            """
            SELECT planned.kind, planned.key, %(who)s AS who, department.user_id,
                   planned.date_from, planned.day,
                   planned.many * dealers.many AS missing,
                   planned.many * dealers.many AS total
              FROM unnest(%(kinds)s::varchar[], %(keys)s::int[], %(starts)s::date[],
                          %(ends)s::date[], %(many)s::int[])
                   AS planned (kind, key, date_from, day, many)
              JOIN rating_department AS department ON department.id = planned.key
             CROSS JOIN LATERAL (
                   SELECT COUNT(*) AS many FROM rating_dealer
                    WHERE company_id = %(company)s AND active AND since <= planned.day
                   ) AS dealers
             WHERE dealers.many > 0
            """,
            who=self._department_sql(),
            company=company.id,
            **dict(
                zip(
                    ("kinds", "keys", "starts", "ends", "many"),
                    map(list, zip(*planned, strict=True)),
                    strict=True,
                )
            ),
        )

    def _department_sql(self):
        return SQL(
            "COALESCE(department.name->>%s, department.name->>'en_US')",
            self.env.lang or "en_US",
        )

    # === WHAT A DAY IS ABOUT === #

    def _open_month(self):
        return self.env["rating.score"]._open_missing(
            self.company_id, self.key, self.date_from, self.day
        )

    _open_quarter = _open_month

    def _open_confirm(self):
        day = fields.Date.subtract(self.day, days=1)
        return shipped_for(
            self.env,
            "dealer_rating.dealer_quarter_action",
            Domain(
                [
                    ("company_id", "=", self.company_id.id),
                    ("is_current", "=", True),
                    ("state", "=", "open"),
                    ("date_to", "=", day),
                ]
            ),
        )
