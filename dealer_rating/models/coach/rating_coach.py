from math import ceil
from typing import NamedTuple

from odoo import api, models
from odoo.tools import date_utils, float_round, format_amount

from ...core import coach
from ...core.bound import bound

KINDS = "performance", "conduct"  # the letters of a grade, in their order

MONTHS = 3  # of a quarter, where its total is their sum


class Line(NamedTuple):
    """One indicator of a dealer, as the quarter stands.

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
    """What the coach found for a dealer; grades as two letters."""

    lines: dict
    standing: coach.Standing | None
    grade: str
    ways: tuple
    risks: tuple


class RatingCoach(models.AbstractModel):
    """Finds the cheapest ways to a better grade; how it is worded stands beside.

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

    # === WHAT IS KNOWN === #

    def _lines(self, dealer, quarter):
        """Return the indicators of a quarter as they stand.

        :return: {(kind, code): Line}, in the order of the cards
        """
        if not quarter:
            return {}
        scores = self._scores(dealer, quarter)
        lines = {}
        for kind, template in self._templates(quarter, scores).items():
            for indicator in template.indicator_ids.sorted("sequence"):
                own = scores.filtered(
                    lambda score, kind=kind, code=indicator.code: (
                        score.kind == kind and score.indicator_id.code == code
                    )
                )
                line = self._line(indicator, own, quarter.date_from)
                lines[line.key] = line
        return lines

    def _scores(self, dealer, quarter):
        """The scores of a quarter and of the one before, newest last."""
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
        """What the newest card of each kind is scored with."""
        known = {}
        for kind in KINDS:
            own = scores.filtered(lambda score, kind=kind: score.kind == kind)
            if own:
                known[kind] = own[-1].scorecard_id.template_id
        return known

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

    # === WHAT THE CORE IS ASKED === #

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
        """Return the points that an indicator can get, none if nobody can change it."""
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

    # === MEASURED INDICATORS === #

    def _measured(self, change, line, words, up):
        score = line.latest
        goal = bound(score.value, line.indicator._steps(), change.after, up)
        if goal is None:
            month = self.env.company._rating_period(score.date_to)
            if up:
                return self.env._(
                    "%(indicator)s: in every month as good as in %(month)s",
                    month=month,
                    **words,
                )
            return self.env._(
                "%(indicator)s: in every month as in %(month)s", month=month, **words
            )
        words |= self._measured_words(score, goal)
        measure = line.indicator.measure
        if up:
            ask = getattr(self, f"_ask_{measure}", None)
            return ask(words) if ask else self._ask_any(words)
        lose = getattr(self, f"_lose_{measure}", self._lose)
        return lose(words)

    def _measured_words(self, score, goal):
        """Return what a sentence on a measured value may say.

        :param Bound goal: where the value has to come to
        :return: dict with ``score``, ``goal``, texts ``target`` and ``now`` (in % where
            the value is a share), and ``money(amount)``
        """
        is_share = self._is_share(score)
        factor = 100 if is_share else 1
        return {
            "score": score,
            "goal": goal,
            "is_share": is_share,
            "target": self._number(goal.value * factor),
            "now": self._number(score.value * factor),
            "whole": self._money(score, score.whole),
        }

    def _is_share(self, score):
        measure = score.indicator_id.measure
        return measure != "days_late" and bool(score.whole)

    def _money(self, score, amount):
        """Return an amount that is needed, rounded up."""
        currency = score.company_id.currency_id
        needed = float_round(
            amount, precision_rounding=currency.rounding, rounding_method="UP"
        )
        return format_amount(self.env, needed, currency)

    def _missing(self, words, base=0.0):
        """Return what the part is short of the target, in money."""
        score = words["score"]
        return (words["goal"].value - base) * score.whole - score.part

    def _ask_any(self, words):
        if words["is_share"] and words["goal"].at_least:
            return self.env._(
                "%(indicator)s: at least %(target)s %% instead of %(now)s %%", **words
            )
        if words["is_share"]:
            return self.env._(
                "%(indicator)s: below %(target)s %% instead of %(now)s %%", **words
            )
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: at least %(target)s instead of %(now)s", **words
            )
        return self.env._("%(indicator)s: below %(target)s instead of %(now)s", **words)

    def _ask_on_time(self, words):
        """Say it in payments where the mean item tells how many."""
        score = words["score"]
        missing = self._missing(words)
        payments = ceil(round(missing * score.items / score.whole, 6))
        words |= {"money": self._money(score, missing), "count": payments}
        if payments == 1:
            return self.env._(
                "%(indicator)s: about one more payment by its due date, so that "
                "%(target)s %% are paid on time instead of %(now)s %% (%(money)s more "
                "of %(whole)s)",
                **words,
            )
        return self.env._(
            "%(indicator)s: about %(count)d more payments by their due date, so that "
            "%(target)s %% are paid on time instead of %(now)s %% (%(money)s more of "
            "%(whole)s)",
            **words,
        )

    def _ask_collection(self, words):
        return self.env._(
            "%(indicator)s: %(money)s more paid of the %(whole)s that was due, so that "
            "%(target)s %% are collected instead of %(now)s %%",
            money=self._money(words["score"], self._missing(words)),
            **words,
        )

    def _ask_overdue(self, words):
        """Paying what is overdue takes it off what is outstanding, too."""
        score, goal = words["score"], words["goal"]
        if goal.value >= 1 or goal.at_least:
            return self._ask_any(words)
        paid = (score.part - goal.value * score.whole) / (1 - goal.value)
        return self.env._(
            "%(indicator)s: more than %(money)s of what is overdue paid, so that less "
            "than %(target)s %% are overdue instead of %(now)s %%",
            money=self._money(score, paid),
            **words,
        )

    def _ask_days_late(self, words):
        goal = words["goal"]
        if goal.at_least:
            return self._ask_any(words)
        if goal.value <= 0:
            words["target"] = self._number(abs(goal.value))
            return self.env._(
                "%(indicator)s: paid on average more than %(target)s days before the "
                "due date (now, in days late: %(now)s)",
                **words,
            )
        return self.env._(
            "%(indicator)s: on average less than %(target)s days late instead of "
            "%(now)s",
            **words,
        )

    def _ask_target(self, words):
        return self.env._(
            "%(indicator)s: %(money)s more invoiced, so that %(target)s %% of the "
            "target of %(whole)s are reached instead of %(now)s %%",
            money=self._money(words["score"], self._missing(words)),
            **words,
        )

    def _ask_growth(self, words):
        goal = words["goal"]
        words["money"] = self._money(words["score"], self._missing(words, base=-1))
        if abs(goal.value) < 1e-9:
            return self.env._(
                "%(indicator)s: %(money)s more invoiced, as much as the %(whole)s of "
                "the year before",
                **words,
            )
        if goal.value < 0:
            words["target"] = self._number(-100 * goal.value)
            return self.env._(
                "%(indicator)s: %(money)s more invoiced, at most %(target)s %% less "
                "than the %(whole)s of the year before",
                **words,
            )
        return self.env._(
            "%(indicator)s: %(money)s more invoiced, %(target)s %% more than the "
            "%(whole)s of the year before",
            **words,
        )

    def _ask_limit_use(self, words):
        score, goal = words["score"], words["goal"]
        if goal.at_least:
            return self._ask_any(words)
        return self.env._(
            "%(indicator)s: more than %(money)s less owed on average, so that less "
            "than %(target)s %% of the limit of %(whole)s are used instead of "
            "%(now)s %%",
            money=self._money(score, score.part - goal.value * score.whole),
            **words,
        )

    def _ask_margin(self, words):
        return self.env._(
            "%(indicator)s: %(money)s more left of net sales of %(whole)s, so that the "
            "margin is %(target)s %% instead of %(now)s %%",
            money=self._money(words["score"], self._missing(words)),
            **words,
        )

    # === WHAT MUST NOT HAPPEN === #

    def _lose(self, words):
        """Say where a measured value must not come to."""
        if words["is_share"] and words["goal"].at_least:
            return self.env._(
                "%(indicator)s: %(target)s %% or more (now %(now)s %%)", **words
            )
        if words["is_share"]:
            return self.env._(
                "%(indicator)s: below %(target)s %% (now %(now)s %%)", **words
            )
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: %(target)s or more (now %(now)s)", **words
            )
        return self.env._("%(indicator)s: below %(target)s (now %(now)s)", **words)
