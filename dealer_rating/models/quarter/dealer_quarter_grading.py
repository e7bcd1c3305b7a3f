from odoo import api, models
from odoo.tools import SQL, date_utils, split_every

from ...core import quarter as core

GRADED = 1000  # quarters at a time: memory does not grow with the dealers


class DealerQuarter(models.Model):
    """How open quarters get their figures: the core judges what one statement fetched
    and another one writes."""

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
        rows = self.env.execute_query(
            SQL(
                """SELECT quarter.id FROM dealer_quarter AS quarter
                    WHERE quarter.state = 'open' AND quarter.is_current AND %s
                    ORDER BY quarter.id""",
                quarters,
            )
        )
        grades = self.env["dealer.grade"]._by_letters()
        for some in split_every(GRADED, (id_ for (id_,) in rows), list):
            self._store_grades(
                {
                    id_: core.judgement(since, start, *_cards(cards))
                    for id_, since, start, cards in self._standings(some)
                },
                grades,
            )
        self.invalidate_model()

    def _standings(self, ids):
        """Return quarters with the cards that they have, as far as the dealer was one.

        :return: rows (id, the dealer's first day, the quarter's, cards in the order of
            their days: lists of kind, points, missing scores, bands, how they count)
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT quarter.id, dealer.since, quarter.date_from, (
                       SELECT json_agg(json_build_array(
                              card.kind, card.points, card.missing, template.band_a,
                              template.band_b, template.quarter_total)
                              ORDER BY card.date_from, card.id)
                         FROM rating_scorecard AS card
                         JOIN rating_scorecard_template AS template
                           ON template.id = card.template_id
                        WHERE card.dealer_id = quarter.dealer_id AND card.is_current
                          AND card.date_from
                              BETWEEN quarter.date_from AND quarter.date_to
                          AND card.date_to >= dealer.since)
                  FROM dealer_quarter AS quarter
                  JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
                 WHERE quarter.id = ANY(%s)
                """,
                ids,
            )
        )

    def _store_grades(self, judged, grades):
        """Write down what the core says of quarters: one statement for all of them.

        :param judged: ``{quarter id: core.Judgement}``
        :param grades: ``{letters: dealer.grade}``
        """
        rows = [_row(id_, each, grades) for id_, each in judged.items()]
        self.env.cr.execute(
            SQL(
                """
                UPDATE dealer_quarter AS quarter
                   SET missing = judged.missing, missing_cards = judged.missing_cards,
                       is_complete = judged.performance IS NOT NULL,
                       tenure = judged.tenure, performance = judged.performance,
                       conduct = judged.conduct, total = judged.total,
                       performance_band = LEFT(judged.letters, 1),
                       conduct_band = RIGHT(judged.letters, 1),
                       grade_id = judged.grade_id, is_good = judged.is_good
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[],
                              %s::numeric[], %s::numeric[], %s::numeric[],
                              %s::varchar[], %s::int[], %s::boolean[])
                       AS judged (id, missing, missing_cards, tenure, performance,
                                  conduct, total, letters, grade_id, is_good)
                 WHERE quarter.id = judged.id
                """,
                *map(list, zip(*rows, strict=True)),
            )
        )


def _cards(rows):
    """Return a quarter's cards as the core wants them: the months', and conduct's."""
    cards = {"performance": [], "conduct": []}
    for kind, points, missing, band_a, band_b, how in rows or ():
        cards[kind].append(core.Card(points, missing, (band_a, band_b), how))
    return cards["performance"], next(iter(cards["conduct"]), None)


def _row(id_, judged, grades):
    """Return what is stored of a quarter, see :meth:`DealerQuarter._store_grades`."""
    missing, missing_cards, tenure, outcome = judged
    if not outcome:
        is_good = core.deserves_credit(tenure, False)
        return id_, missing, missing_cards, tenure, *[None] * 5, is_good
    grade = grades[outcome.letters]
    is_good = core.deserves_credit(tenure, grade.good_when_new)
    figures = outcome.performance, outcome.conduct, outcome.total, outcome.letters
    return id_, missing, missing_cards, tenure, *figures, grade.id, is_good
