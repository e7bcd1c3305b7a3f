from typing import NamedTuple

from odoo import api, models
from odoo.tools import date_utils

from ...core import coach

KINDS = "performance", "conduct"  # the letters of a grade, in their order

MONTHS = 3  # of a quarter, where its total is their sum


class Line(NamedTuple):
    """One indicator of a dealer, as the quarter is so far.

    ``points`` is the mean of what is scored, None where nobody ever scored it;
    ``since`` the first day of the quarter they are from; ``latest`` the newest score
    of that quarter, empty if there is none; ``missing`` how many scores are open.
    """

    indicator: models.BaseModel
    points: float | None
    since: object
    latest: models.BaseModel
    missing: int

    @property
    def key(self):
        return self.indicator.kind, self.indicator.code


class Advice(NamedTuple):
    """The coach's findings for a dealer; grades as two letters."""

    lines: dict
    standing: coach.Standing | None
    grade: str
    ways: tuple
    risks: tuple


class RatingCoach(models.AbstractModel):
    """The cheapest ways to a better grade, as indicators that have to change.

    It looks at the quarter as it would be if all its months were like those scored so
    far, but for what changes. What nobody scored in this quarter yet is taken from the
    last confirmed one.
    """

    _name = "rating.coach"
    _description = "Coach of Dealers"

    @api.model
    def _advise(self, dealer):
        """Return what would lift a dealer's grade, or cost it the best one.

        :param dealer: one ``rating.dealer``
        :rtype: Advice
        """
        quarter = dealer.quarter_id
        lines = self._lines(dealer, quarter)
        standing = self._standing(quarter, lines)
        if not standing:
            return Advice(lines, None, "", (), ())
        grade = coach.grade_of(standing)
        ways = coach.ways(standing)
        risks = coach.risks(standing) if grade == standing.order[0] else ()
        return Advice(lines, standing, grade, ways, risks)

    # === THE INDICATORS === #

    def _lines(self, dealer, quarter):
        """Return the indicators of a quarter as they stand.

        :return: {(kind, code): Line}, in the order of the cards
        """
        if not quarter:
            return {}
        scores = self._scores(dealer, quarter)
        lines = {}
        by_key = scores.grouped(lambda score: (score.kind, score.indicator_id.code))
        for kind, template in self._templates(quarter, scores).items():
            for indicator in template.indicator_ids.sorted("sequence"):
                own = by_key.get((kind, indicator.code), scores.browse())
                line = self._line(indicator, own, quarter.date_from)
                lines[line.key] = line
        return lines

    def _scores(self, dealer, quarter):
        """:return: the scores of a quarter and of the one before, newest last"""
        before = date_utils.subtract(quarter.date_from, months=3)
        return (
            self.env["rating.score"]
            .search(
                [
                    ("dealer_id", "=", dealer.id),
                    ("is_current", "=", True),
                    ("date_from", ">=", before),
                    ("date_to", "<=", quarter.date_to),
                ]
            )
            .sorted("date_from")
        )

    def _templates(self, quarter, scores):
        """:return: {kind: the template that its newest card is scored with}"""
        by_kind = scores.grouped("kind")
        return {
            kind: by_kind[kind][-1].scorecard_id.template_id
            for kind in KINDS
            if kind in by_kind
        }

    def _line(self, indicator, scores, start):
        now = scores.filtered(lambda score: score.date_from >= start)
        missing = len(now.filtered(lambda score: score.state == "open"))
        for own in (now, scores - now):
            given = own.filtered(lambda score: score.state != "open")
            if given:
                points = sum(given.mapped("points")) / len(given)
                since = date_utils.start_of(given[-1].date_from, "quarter")
                return Line(indicator, points, since, given[-1], missing)
        return Line(indicator, None, None, scores.browse(), missing)

    # === THE STANDING === #

    def _standing(self, quarter, lines):
        """Return the quarter as the core looks at it, None if too little is known."""
        cards = []
        for kind in KINDS:
            own = [line for line in lines.values() if line.indicator.kind == kind]
            if not own or any(line.points is None for line in own):
                return None
            template = own[0].indicator.template_id
            cards.append(
                coach.Card(
                    kind,
                    tuple(self._lever(line) for line in own),
                    template.band_a,
                    template.band_b,
                    MONTHS if self._is_summed(template) else 1.0,
                )
            )
        grades = self.env["dealer.grade"].search([])
        order = tuple(grade.performance + grade.conduct for grade in grades)
        return coach.Standing(tuple(cards), order)

    def _is_summed(self, template):
        return template.kind == "performance" and template.quarter_total == "sum"

    def _lever(self, line):
        indicator = line.indicator
        return coach.Lever(
            indicator.code, line.points, self._levels(line), indicator.weight
        )

    def _levels(self, line):
        """Return the points that an indicator can get, none if it cannot be changed."""
        indicator, latest = line.indicator, line.latest
        if indicator.method == "violations":
            return tuple(step.points for step in indicator._steps())
        if indicator.method == "measured":
            if latest.is_measured:
                return tuple(step.points for step in indicator._steps())
            if indicator.nothing == "points" and latest.state == "scored":
                # Nothing to measure: nothing that the dealer could do better either.
                return ()
        whole = range(int(indicator.top) + 1)
        return tuple(sorted({*map(float, whole), indicator.top}))
