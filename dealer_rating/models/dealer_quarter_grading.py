from odoo import api, models
from odoo.tools import SQL, date_utils


class DealerQuarter(models.Model):
    """How open quarters get their figures: one statement for any number of them.

    The statement says what ``core.quarter`` says; a test holds them equal.
    """

    _inherit = "dealer.quarter"

    @api.model
    def _open(self, company, start):
        """Open a quarter for the active dealers of a company who have none yet."""
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
                    ON CONFLICT (dealer_id, date_from) WHERE is_current DO NOTHING
                """,
                start=start,
                end=date_utils.end_of(start, "quarter"),
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.root_id.id,
            )
        )

    @api.model
    def _grade_open(self, company, start):
        """Grade and rank the open quarters of a company that begin on a day."""
        self._grade(
            SQL(
                "quarter.company_id = %s AND quarter.date_from = %s",
                company.root_id.id,
                start,
            )
        )
        self._rank(company, start)

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
                       is_good = judged.tenure = 'regular'
                              OR (judged.tenure = 'second'
                                  AND COALESCE(grade.good_when_new, FALSE)),
                       rank = CASE WHEN judged.is_complete THEN target.rank END
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
        """Return what open quarters come to: bands where they are complete."""
        return SQL(
            """
            SELECT summed.*,
                   CASE WHEN NOT is_complete THEN NULL
                        WHEN performance >= perf_a THEN 'A'
                        WHEN performance >= perf_b THEN 'B' ELSE 'C'
                    END AS performance_band,
                   CASE WHEN NOT is_complete THEN NULL
                        WHEN conduct >= conduct_a THEN 'A'
                        WHEN conduct >= conduct_b THEN 'B' ELSE 'C'
                    END AS conduct_band
              FROM (
            SELECT quarter.id, quarter.date_from,
                   COALESCE(months.missing, 0) + COALESCE(conduct.missing, 0)
                   AS missing,
                   expected.months - COALESCE(months.cards, 0)
                   + CASE WHEN conduct.id IS NULL THEN 1 ELSE 0 END AS missing_cards,
                   COALESCE(months.missing, 1) + COALESCE(conduct.missing, 1) = 0
                   AND expected.months = months.cards AS is_complete,
                   CASE WHEN COALESCE(months.missing, 1) + COALESCE(conduct.missing, 1)
                             = 0 AND expected.months = months.cards
                        THEN ROUND((CASE WHEN bands.quarter_total = 'sum'
                                         THEN months.points
                                         ELSE months.points / months.cards
                                     END)::numeric, 6) END AS performance,
                   CASE WHEN COALESCE(months.missing, 1) + COALESCE(conduct.missing, 1)
                             = 0 AND expected.months = months.cards
                        THEN conduct.points END AS conduct,
                   bands.band_a AS perf_a, bands.band_b AS perf_b,
                   conduct.band_a AS conduct_a, conduct.band_b AS conduct_b,
                   CASE WHEN expected.passed < 1 THEN 'first'
                        WHEN expected.passed = 1 THEN 'second'
                        ELSE 'regular' END AS tenure
              FROM dealer_quarter AS quarter
              JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
             CROSS JOIN LATERAL (
                   SELECT GREATEST(1, LEAST(3, 3
                              - (EXTRACT(YEAR FROM dealer.since) * 12
                                 + EXTRACT(MONTH FROM dealer.since)
                                 - EXTRACT(YEAR FROM quarter.date_from) * 12
                                 - EXTRACT(MONTH FROM quarter.date_from)))) AS months,
                          EXTRACT(YEAR FROM quarter.date_from) * 4
                          + EXTRACT(QUARTER FROM quarter.date_from)
                          - EXTRACT(YEAR FROM dealer.since) * 4
                          - EXTRACT(QUARTER FROM dealer.since) AS passed
                   ) AS expected
              LEFT JOIN (
                   SELECT quarter.id, COUNT(*) AS cards, SUM(card.points) AS points,
                          SUM(card.missing) AS missing,
                          (array_agg(card.template_id
                                     ORDER BY card.date_from DESC))[1] AS template_id
                     FROM dealer_quarter AS quarter
                     JOIN rating_scorecard AS card
                       ON card.dealer_id = quarter.dealer_id AND card.is_current
                      AND card.kind = 'performance'
                      AND card.date_from BETWEEN quarter.date_from AND quarter.date_to
                    WHERE %(quarters)s AND quarter.state = 'open'
                    GROUP BY quarter.id) AS months
                ON months.id = quarter.id
              LEFT JOIN rating_scorecard_template AS bands
                ON bands.id = months.template_id
              LEFT JOIN (
                   SELECT card.id, card.dealer_id, card.date_from, card.missing,
                          card.points, template.band_a, template.band_b
                     FROM rating_scorecard AS card
                     JOIN rating_scorecard_template AS template
                       ON template.id = card.template_id
                    WHERE card.kind = 'conduct' AND card.is_current) AS conduct
                ON conduct.dealer_id = quarter.dealer_id
               AND conduct.date_from = quarter.date_from
             WHERE %(quarters)s AND quarter.state = 'open' AND quarter.is_current
                   ) AS summed
            """,
            quarters=quarters,
        )

    @api.model
    def _rank(self, company, start):
        """Rank the dealers of a company who have a total in a quarter, best first."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE dealer_quarter AS quarter
                   SET rank = ranked.rank
                  FROM (SELECT id, RANK() OVER (ORDER BY total DESC) AS rank
                          FROM dealer_quarter
                         WHERE company_id = %s AND date_from = %s AND is_current
                           AND is_complete) AS ranked
                 WHERE quarter.id = ranked.id
                   AND quarter.rank IS DISTINCT FROM ranked.rank
                """,
                company.root_id.id,
                start,
            )
        )
        self.invalidate_model(["rank"])
