from odoo import api, models
from odoo.tools import SQL, date_utils, split_every

from ...core.score import points_of

MEASURED = 5000  # cards that one statement writes
COLUMNS = "ids", "values", "parts", "wholes", "items", "points"


class RatingScorecard(models.Model):
    """Measurement of indicators on open cards: one statement finds the values of all
    dealers, the core says what they earn, another one writes it."""

    _inherit = "rating.scorecard"

    @api.model
    def _measure(self, company, date_from, date_to):
        """Measure the open cards of a company that lie within two days, and sum up.

        What a person scored because there was nothing to measure stays, unless the
        books know a value by now: that takes its place, and who gave how many points
        is kept beside it. What a person confirmed is to be confirmed again when the
        value became another one.

        :return: how many values were found
        """
        company, found = company.root_id, 0
        measures = self.env["rating.measure"]
        self.env.flush_all()
        for template, start, end in self._periods(company, date_from, date_to):
            for indicator in template.indicator_ids:
                # A measure whose addon is gone measures nothing any more
                if indicator.method == "measured" and measures._knows(
                    indicator.measure
                ):
                    found += self._measure_indicator(company, indicator, start, end)
        self.env["rating.score"].invalidate_model()
        within = SQL(
            "card.company_id = %s AND card.is_current"
            " AND card.date_from >= %s AND card.date_to <= %s",
            company.id,
            date_from,
            date_to,
        )
        self._total(within)
        return found

    def _periods(self, company, date_from, date_to):
        """:return: list of (template, first day, last day) that have open cards"""
        domain = [
            ("company_id", "=", company.id),
            ("is_current", "=", True),
            ("state", "=", "open"),
            ("date_from", ">=", date_from),
            ("date_to", "<=", date_to),
        ]
        by = ["template_id", "date_from:day", "date_to:day"]
        return self.sudo()._read_group(domain, by)

    def _measure_indicator(self, company, indicator, date_from, date_to):
        """Measure one indicator on all open cards of a period.

        :return: on how many of them there is a value
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT card.id, found.value::float, found.part, found.whole,
                          found.items
                     FROM rating_scorecard AS card
                     LEFT JOIN (%(measure)s) AS found
                       ON found.partner_id = card.partner_id
                    WHERE card.company_id = %(company)s AND card.state = 'open'
                      AND card.is_current AND card.template_id = %(template)s
                      AND card.date_from = %(date_from)s""",
                measure=self._found_sql(company, indicator, date_from, date_to),
                company=company.id,
                template=indicator.template_id.id,
                date_from=date_from,
            )
        )
        steps = indicator._steps()

        def earned(value):
            # Without steps, which somebody took away, a value earns nothing until
            # somebody scores it
            return points_of(value, steps) if steps and value is not None else None

        for some in split_every(MEASURED, rows, list):
            self._store_measured(indicator, [(*row, earned(row[1])) for row in some])
        return sum(row[1] is not None for row in rows)

    def _store_measured(self, indicator, rows):
        """Write down what was measured: one statement for any number of cards.

        :param rows: tuples (card id, value, part, whole, items, points earned), the
            value and the points None where there is nothing to measure
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE rating_score AS score
                   SET value = COALESCE(measured.value, score.given_points),
                       part = measured.part, whole = measured.whole,
                       items = measured.items,
                       is_measured = measured.value IS NOT NULL,
                       %(earned)s, %(persons)s,
                       reason = NULL, scored_on = %(now)s,
                       write_date = %(now)s, write_uid = %(uid)s
                  FROM unnest(%(ids)s::int[], %(values)s::numeric[],
                              %(parts)s::numeric[], %(wholes)s::numeric[],
                              %(items)s::int[], %(points)s::numeric[])
                       AS measured (id, value, part, whole, items, earned)
                 WHERE score.scorecard_id = measured.id
                   AND score.indicator_id = %(indicator)s
                   AND (measured.value IS NOT NULL OR score.is_measured
                        OR score.scored_by_id IS NULL)
                """,
                earned=self._earned_sql(indicator),
                persons=self._persons_sql(),
                now=self.env.cr.now(),
                uid=self.env.uid,
                indicator=indicator.id,
                **dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)),
            )
        )

    def _found_sql(self, company, indicator, date_from, date_to):
        """:return: SQL of the values of all dealers, see ``rating.measure``"""
        month = date_utils.start_of(date_to, "month")
        window = date_utils.subtract(month, months=indicator.months - 1)
        measure = getattr(self.env["rating.measure"], f"_measure_{indicator.measure}")
        return measure(company, min(window, date_from), date_to)

    def _earned_sql(self, indicator):
        """Return the points of a score: by the value, else what was given before there
        was one, else what the indicator gives for nothing to measure."""
        return SQL(
            """state = CASE WHEN measured.value IS NOT NULL OR %(gives)s
                                 OR score.given_by_id IS NOT NULL
                            THEN 'scored' ELSE 'open' END,
               points = CASE WHEN measured.value IS NOT NULL THEN measured.earned
                             WHEN score.given_by_id IS NOT NULL
                             THEN score.given_points
                             WHEN %(gives)s THEN %(nothing)s END""",
            gives=indicator.nothing == "points",
            nothing=indicator.nothing_points,
        )

    def _persons_sql(self):
        """Return the users of a score: who confirmed the value, as long as it is the
        same, and who gave points before there was one: its scorer should it be gone."""
        return SQL(
            """scored_by_id = CASE WHEN measured.value IS NULL THEN score.given_by_id
                                   WHEN score.is_measured
                                        AND ROUND(measured.value::numeric, 6)
                                          = ROUND(score.value::numeric, 6)
                                   THEN score.scored_by_id END,
               given_by_id = CASE WHEN %(replaced)s THEN score.scored_by_id
                                  WHEN measured.value IS NOT NULL
                                  THEN score.given_by_id END,
               given_points = CASE WHEN %(replaced)s THEN score.points
                                   WHEN measured.value IS NOT NULL
                                   THEN score.given_points END""",
            replaced=SQL(
                """(measured.value IS NOT NULL AND score.is_measured IS NOT TRUE
                    AND score.state = 'scored' AND score.scored_by_id IS NOT NULL)"""
            ),
        )
