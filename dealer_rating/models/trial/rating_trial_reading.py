from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ...core import trial

FETCHED = 5000  # rows at a time: memory does not grow with the dealers


class Row(NamedTuple):
    """One score of a past quarter; a quarter without such cards has one of Nones."""

    quarter_id: int
    dealer_id: int
    partner_id: int
    date_from: object
    grade_id: int
    letters: str
    performance: float
    conduct: float
    card_id: int | None
    kind: str | None
    state: str | None
    code: str | None
    method: str | None
    measure: str | None
    points: float | None
    top: float | None
    weight: float | None
    value: float | None
    given: bool | None

    def past(self):
        """:rtype: trial.Past"""
        return trial.Past(
            self.code,
            self.method,
            self.points,
            self.top,
            self.weight,
            self.measure,
            self.value,
            self.given,
            self.state == "waived",
        )


class RatingTrial(models.Model):
    """What the closed cards of past quarters say, by one statement."""

    _inherit = "rating.trial"

    def _past_quarters(self):
        """Yield the rows of each quarter: one statement, read piece by piece."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            SQL("DECLARE rating_trial NO SCROLL CURSOR FOR %s", self._past_sql())
        )
        try:
            rows = []
            for row in _fetched(cr):
                if rows and rows[0].quarter_id != row.quarter_id:
                    yield rows
                    rows = []
                rows.append(row)
            if rows:
                yield rows
        finally:
            cr.execute("CLOSE rating_trial")

    def _past_sql(self):
        """What the cards of the quarters say, in the order of quarters and cards.

        A value counts only if it was counted or measured: for what is entered it
        repeats the points.
        """
        return SQL(
            """
            SELECT quarter.id, quarter.dealer_id, quarter.partner_id, quarter.date_from,
                   quarter.grade_id,
                   quarter.performance_band || quarter.conduct_band,
                   quarter.performance::float, quarter.conduct::float,
                   card.id, card.kind, score.state, indicator.code, indicator.method,
                   indicator.measure, score.points::float, indicator.top::float,
                   indicator.weight::float,
                   CASE WHEN score.state = 'scored'
                             AND (score.is_measured OR score.method = 'violations')
                        THEN score.value::float END,
                   score.is_measured OR score.scored_by_id IS NOT NULL
              FROM dealer_quarter AS quarter
              LEFT JOIN (rating_scorecard AS card
                   JOIN rating_score AS score ON score.scorecard_id = card.id
                   JOIN rating_indicator AS indicator
                     ON indicator.id = score.indicator_id)
                ON card.dealer_id = quarter.dealer_id AND card.is_current
               AND card.kind = ANY(%(kinds)s)
               AND card.date_from BETWEEN quarter.date_from AND quarter.date_to
             WHERE quarter.company_id = %(company)s AND quarter.is_current
               AND quarter.state = 'confirmed' AND quarter.grade_id IS NOT NULL
               AND quarter.date_from >= %(date_from)s AND quarter.date_to <= %(date_to)s
             ORDER BY quarter.date_from, quarter.id, card.kind, card.date_from, card.id
            """,
            kinds=list(self._tried()),
            company=self.company_id.id,
            date_from=self.date_from,
            date_to=self.date_to,
        )


def _fetched(cr):
    while True:
        cr.execute("FETCH %s FROM rating_trial", [FETCHED])
        rows = cr.fetchall()
        yield from map(Row._make, rows)
        if len(rows) < FETCHED:
            return
