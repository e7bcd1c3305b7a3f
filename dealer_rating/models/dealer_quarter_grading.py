from odoo import api, models
from odoo.tools import SQL, date_utils


class DealerQuarter(models.Model):
    """How open quarters get their figures: one statement for any number of them.

    The statement says what ``core.quarter`` says; a test holds them equal.
    """

    _inherit = "dealer.quarter"

    @api.model
    def _open(self, company, start, known_since=None):
        """Open a quarter for the active dealers of a company who have none yet.

        :param date known_since: leave out who was a dealer before that day and has no
            quarter from then on: somebody rated for the first time, or again, begins
            with the quarter that runs
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dealer_quarter (
                       dealer_id, partner_id, user_id, company_id, date_from, date_to,
                       version, is_current, state, is_complete, create_uid, write_uid,
                       create_date, write_date)
                SELECT dealer.id, dealer.partner_id, dealer.user_id, dealer.company_id,
                       %(start)s, %(end)s, 1, TRUE, 'open', FALSE, %(uid)s, %(uid)s,
                       %(now)s, %(now)s
                  FROM rating_dealer AS dealer
                 WHERE dealer.company_id = %(company)s AND dealer.active
                   AND dealer.since <= %(end)s
                   AND (%(known_since)s::date IS NULL
                        OR dealer.since >= %(known_since)s
                        OR EXISTS (SELECT FROM dealer_quarter AS known
                                    WHERE known.dealer_id = dealer.id
                                      AND known.is_current
                                      AND known.date_from >= %(known_since)s))
                    ON CONFLICT (dealer_id, date_from) WHERE is_current DO NOTHING
                """,
                start=start,
                end=date_utils.end_of(start, "quarter"),
                known_since=known_since,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.root_id.id,
            )
        )

    @api.model
    def _grade_open(self, company, start):
        """Grade the open quarters of a company that begin on a day."""
        self._grade(
            SQL(
                "quarter.company_id = %s AND quarter.date_from = %s",
                company.root_id.id,
                start,
            )
        )

    @api.model
    def _grade_of(self, cards):
        """Grade the open quarters that cards belong to."""
        if cards:
            self._grade(
                SQL(
                    "EXISTS (SELECT FROM rating_scorecard AS one"
                    " WHERE one.id = ANY(%s) AND one.dealer_id = quarter.dealer_id"
                    " AND one.date_from BETWEEN quarter.date_from AND quarter.date_to)",
                    cards.ids,
                ),
            )

    @api.model
    def _grade(self, quarters):
        """Write what the cards of open quarters come to.

        A quarter with a card or a score missing gets no grade: it says what is missing.

        :param SQL quarters: a condition on the table ``quarter``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE dealer_quarter AS target
                   SET missing = judged.missing, missing_cards = judged.missing_cards,
                       is_complete = judged.is_complete, tenure = judged.tenure,
                       performance = judged.performance, conduct = judged.conduct,
                       total = judged.performance + judged.conduct,
                       performance_band = judged.performance_band,
                       conduct_band = judged.conduct_band, grade_id = grade.id,
                       is_good = judged.tenure != 'first'
                              OR COALESCE(grade.good_when_new, FALSE)
                  FROM (%(judged)s) AS judged
                  LEFT JOIN dealer_grade AS grade
                    ON grade.performance = judged.performance_band
                   AND grade.conduct = judged.conduct_band
                 WHERE target.id = judged.id
                """,
                judged=self._judged_sql(quarters),
            )
        )
        self.invalidate_model()

    def _judged_sql(self, quarters):
        """Return what open quarters come to: figures and bands where complete."""
        return SQL(
            """
            WITH chosen AS MATERIALIZED (%(chosen)s),
                 summed AS MATERIALIZED (%(summed)s),
                 counted AS MATERIALIZED (
            SELECT summed.*, summed.open_months + summed.open_conduct AS missing,
                   chosen.months - cards + 1 - conduct_cards AS missing_cards,
                   chosen.months <= cards AND conduct_cards = 1
                   AND open_months + open_conduct = 0 AS is_complete,
                   CASE WHEN chosen.passed < 1 THEN 'first'
                        WHEN chosen.passed = 1 THEN 'second'
                        ELSE 'regular' END AS tenure
              FROM chosen JOIN summed ON summed.id = chosen.id)
            SELECT judged.*,
                   CASE WHEN judged.performance >= monthly.band_a THEN 'A'
                        WHEN judged.performance >= monthly.band_b THEN 'B'
                        WHEN judged.is_complete THEN 'C' END AS performance_band,
                   CASE WHEN judged.conduct >= quarterly.band_a THEN 'A'
                        WHEN judged.conduct >= quarterly.band_b THEN 'B'
                        WHEN judged.is_complete THEN 'C' END AS conduct_band
              FROM (SELECT counted.*,
                           CASE WHEN NOT is_complete THEN NULL
                                WHEN template.quarter_total = 'sum'
                                THEN ROUND(3 * month_points / cards, 6)
                                ELSE ROUND(month_points / cards, 6)
                            END AS performance,
                           CASE WHEN is_complete THEN conduct_points END AS conduct
                      FROM counted
                      LEFT JOIN rating_scorecard_template AS template
                        ON template.id = counted.monthly_id) AS judged
              LEFT JOIN rating_scorecard_template AS monthly
                ON monthly.id = judged.monthly_id
              LEFT JOIN rating_scorecard_template AS quarterly
                ON quarterly.id = judged.quarterly_id
            """,
            chosen=self._chosen_sql(quarters),
            summed=self._summed_sql(),
        )

    def _chosen_sql(self, quarters):
        """Return open quarters: how many months they have to have, and how many
        quarters passed since the dealer's first."""
        return SQL(
            """
            SELECT quarter.id, quarter.dealer_id, quarter.date_from, quarter.date_to,
                   dealer.since,
                   GREATEST(1, LEAST(3, 3 - (
                       EXTRACT(YEAR FROM dealer.since) * 12
                       + EXTRACT(MONTH FROM dealer.since)
                       - EXTRACT(YEAR FROM quarter.date_from) * 12
                       - EXTRACT(MONTH FROM quarter.date_from)))) AS months,
                   EXTRACT(YEAR FROM quarter.date_from) * 4
                   + EXTRACT(QUARTER FROM quarter.date_from)
                   - EXTRACT(YEAR FROM dealer.since) * 4
                   - EXTRACT(QUARTER FROM dealer.since) AS passed
              FROM dealer_quarter AS quarter
              JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
             WHERE quarter.state = 'open' AND quarter.is_current AND %s
            """,
            quarters,
        )

    def _summed_sql(self):
        """Return the sums of the chosen quarters' cards, and the templates whose bands
        count: those of the last month and of the conduct card."""
        return SQL(
            """
            SELECT chosen.id,
                   COUNT(*) FILTER (WHERE monthly) AS cards,
                   SUM(card.points) FILTER (WHERE monthly) AS month_points,
                   COALESCE(SUM(card.missing) FILTER (WHERE monthly), 0)
                   AS open_months,
                   (array_agg(card.template_id ORDER BY card.date_from DESC)
                    FILTER (WHERE monthly))[1] AS monthly_id,
                   COUNT(*) FILTER (WHERE NOT monthly) AS conduct_cards,
                   SUM(card.points) FILTER (WHERE NOT monthly) AS conduct_points,
                   COALESCE(SUM(card.missing) FILTER (WHERE NOT monthly), 0)
                   AS open_conduct,
                   MAX(card.template_id) FILTER (WHERE NOT monthly) AS quarterly_id
              FROM chosen
              LEFT JOIN (SELECT *, kind = 'performance' AS monthly
                           FROM rating_scorecard WHERE is_current) AS card
                ON card.dealer_id = chosen.dealer_id
               AND card.date_from BETWEEN chosen.date_from AND chosen.date_to
               AND card.date_to >= chosen.since
             GROUP BY chosen.id
            """
        )
