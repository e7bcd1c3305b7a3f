from math import ceil
from typing import NamedTuple

from odoo import api, models
from odoo.tools import date_utils, format_amount, formatLang

from odoo.addons.trade_credit_base.core.money import up as rounded_up

from ...core import coach
from ...core.bound import bound

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

    Each change is a whole sentence. A measured indicator is worded by
    ``_ask_<measure>(words)``, and by ``_lose_<measure>(words)`` where it is what costs
    the grade; a counted one by ``_allow_<code>(words, allowed)``. Those without such a
    method are worded by :meth:`_ask`, :meth:`_lose` and :meth:`_allow`.
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
        """:return: the scores of a quarter and of the one before that the reader sees,
        newest last, with the figures that they are worded from"""
        before = date_utils.subtract(quarter.date_from, months=3)
        scores = self.env["rating.score"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("is_current", "=", True),
                ("date_from", ">=", before),
                ("date_to", "<=", quarter.date_to),
            ]
        )
        return scores.sudo().sorted("date_from")

    def _templates(self, quarter, scores):
        """:return: {kind: the template that its newest card is scored with}"""
        newest = {kind: own[-1] for kind, own in scores.grouped("kind").items()}
        ordered = (kind for kind in KINDS if kind in newest)
        return {kind: newest[kind].scorecard_id.template_id for kind in ordered}

    def _line(self, indicator, scores, start):
        now = scores.filtered(lambda score: score.date_from >= start)
        missing = len(now.filtered(lambda score: score.state == "open"))
        for own in (now, scores - now):
            if given := own.filtered(lambda score: score.state != "open"):
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
            summed = kind == "performance" and template.quarter_total == "sum"
            levers = tuple(self._lever(line) for line in own)
            bands = template.band_a, template.band_b
            cards.append(coach.Card(kind, levers, *bands, MONTHS if summed else 1.0))
        grades = self.env["dealer.grade"].search([])
        order = tuple(grade.performance + grade.conduct for grade in grades)
        return coach.Standing(tuple(cards), order)

    def _lever(self, line):
        code, weight = line.indicator.code, line.indicator.weight
        return coach.Lever(code, line.points, self._levels(line), weight)

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

    # === IN WORDS === #

    @api.model
    def _ways(self, advice):
        """Return the ways to a better grade.

        :param Advice advice: of :meth:`_advise`
        :return: list of (grade, [sentence of each change])
        """
        return [self._way(advice, way, up=True) for way in advice.ways]

    @api.model
    def _risks(self, advice):
        """Return what costs a dealer the best grade, in the shape of :meth:`_ways`."""
        return [self._way(advice, way, up=False) for way in advice.risks]

    def _way(self, advice, way, up):
        grades = self.env["dealer.grade"]._by_letters()
        return grades[way.grade].name, [
            self._change(change, advice.lines[change.kind, change.code], up)
            for change in way.changes
        ]

    def _change(self, change, line, up):
        """Return what has to happen to one indicator, or must not."""
        words = {
            "indicator": line.indicator.name,
            "before": self._number(change.before),
            "after": self._number(change.after),
        }
        if line.latest.state == "waived" and up:
            return self.env._(
                "%(indicator)s: scored with at least %(after)s points instead of "
                "waived",
                **words,
            )
        if line.indicator.method == "violations":
            return self._counted(change, line, words, up)
        if line.latest.is_measured:
            return self._measured(change, line, words, up)
        if up:
            return self.env._(
                "%(indicator)s: from %(before)s to %(after)s points", **words
            )
        return self.env._(
            "%(indicator)s: down from %(before)s to %(after)s points", **words
        )

    def _number(self, value):
        """Return points or a percentage, without decimals where there are none."""
        digits = 0 if abs(value - round(value)) < 0.05 else 1
        return formatLang(self.env, value, digits=digits)

    def _percent(self, share):
        return self.env._("%(number)s %%", number=self._number(100 * share))

    def _money(self, score, amount):
        """Return an amount that is needed, rounded up."""
        currency = score.company_id.currency_id
        return format_amount(self.env, rounded_up(amount, currency.rounding), currency)

    # === COUNTED INDICATORS === #

    def _counted(self, change, line, words, up):
        """Return how many are still allowed, or too many: violations and the like."""
        steps = sorted(line.indicator._steps())
        worst = [step for step in steps if (step.points < change.after)]
        if not up:
            least = min(s.at_least for s in steps if s.points <= change.after)
            return self._count_too_many(line, words, ceil(least))
        allowed = ceil(min(step.at_least for step in worst)) - 1 if worst else 0
        allow = getattr(self, f"_allow_{line.indicator.code}", self._allow)
        return allow(words, allowed)

    def _allow(self, words, allowed):
        if allowed <= 0:
            return self.env._("%(indicator)s: without violation", **words)
        if allowed == 1:
            return self.env._("%(indicator)s: at most one violation", **words)
        return self.env._(
            "%(indicator)s: at most %(count)d violations", count=allowed, **words
        )

    def _allow_lost(self, words, allowed):
        if allowed <= 0:
            return self.env._("%(indicator)s: none", **words)
        if allowed == 1:
            return self.env._("%(indicator)s: at most one", **words)
        return self.env._("%(indicator)s: at most %(count)d", count=allowed, **words)

    def _count_too_many(self, line, words, count):
        if line.indicator.code == "lost":
            return self.env._("%(indicator)s: %(count)d or more", count=count, **words)
        if count == 1:
            return self.env._("%(indicator)s: one violation", **words)
        return self.env._("%(indicator)s: %(count)d violations", count=count, **words)

    # === MEASURED INDICATORS === #

    def _measured(self, change, line, words, up):
        """Return where a measured value has to come to, or must not."""
        score, measure = line.latest, line.indicator.measure
        goal = bound(score.value, line.indicator._steps(), change.after, up)
        told = self.env["rating.measure"]._may_tell(measure)
        if goal is not None and not told:
            return words["indicator"]
        if goal is not None:
            way, fallback = ("ask", self._ask) if up else ("lose", self._lose)
            word = getattr(self, f"_{way}_{measure}", fallback)
            return word(words | self._measured_words(score, goal))
        words["month"] = self.env.company._trade_period(score.date_to)
        if up:
            return self.env._(
                "%(indicator)s: in every month as good as in %(month)s", **words
            )
        return self.env._("%(indicator)s: in every month as in %(month)s", **words)

    def _measured_words(self, score, goal):
        """Return what a sentence on a measured value may say.

        :param Bound goal: where the value has to come to
        :return: dict with ``score``, ``goal``, and texts ``target``, ``now``, ``whole``
        """
        return {
            "score": score,
            "goal": goal,
            "target": self._value_words(score, goal.value),
            "now": self._value_words(score, score.value),
            "whole": self._money(score, score.whole),
        }

    def _value_words(self, score, value):
        """Return a measured value as people write it. Extend for another unit."""
        is_share = score.indicator_id.measure != "days_late" and score.whole
        return self._percent(value) if is_share else self._number(value)

    def _missing(self, words, base=0.0):
        """Return what the part is short of the target, in money."""
        score = words["score"]
        return (words["goal"].value - base) * score.whole - score.part

    def _ask(self, words):
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: at least %(target)s instead of %(now)s", **words
            )
        return self.env._("%(indicator)s: below %(target)s instead of %(now)s", **words)

    def _lose(self, words):
        """Say where a measured value must not come to."""
        if words["goal"].at_least:
            return self.env._(
                "%(indicator)s: %(target)s or more (now %(now)s)", **words
            )
        return self.env._("%(indicator)s: below %(target)s (now %(now)s)", **words)

    def _ask_on_time(self, words):
        """Say it in payments, as many as the mean item makes of the missing amount."""
        score = words["score"]
        missing = self._missing(words)
        payments = ceil(round(missing * score.items / score.whole, 6))
        words |= {"money": self._money(score, missing), "count": payments}
        if payments == 1:
            return self.env._(
                "%(indicator)s: about one more payment by its due date, so that "
                "%(target)s are paid on time instead of %(now)s (%(money)s more of "
                "%(whole)s)",
                **words,
            )
        return self.env._(
            "%(indicator)s: about %(count)d more payments by their due date, so that "
            "%(target)s are paid on time instead of %(now)s (%(money)s more of "
            "%(whole)s)",
            **words,
        )

    def _ask_collection(self, words):
        return self.env._(
            "%(indicator)s: %(money)s more paid of the %(whole)s that was due, so that "
            "%(target)s are collected instead of %(now)s",
            money=self._money(words["score"], self._missing(words)),
            **words,
        )

    def _ask_overdue(self, words):
        """Paying what is overdue takes it off what is outstanding, too."""
        score, goal = words["score"], words["goal"]
        if goal.value >= 1 or goal.at_least:
            return self._ask(words)
        paid = (score.part - goal.value * score.whole) / (1 - goal.value)
        return self.env._(
            "%(indicator)s: more than %(money)s of what is overdue paid, so that less "
            "than %(target)s are overdue instead of %(now)s",
            money=self._money(score, paid),
            **words,
        )

    def _ask_days_late(self, words):
        goal = words["goal"]
        if goal.at_least:
            return self._ask(words)
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
            "%(indicator)s: %(money)s more invoiced, so that %(target)s of the target "
            "of %(whole)s are reached instead of %(now)s",
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
            words["target"] = self._percent(-goal.value)
            return self.env._(
                "%(indicator)s: %(money)s more invoiced, at most %(target)s less than "
                "the %(whole)s of the year before",
                **words,
            )
        return self.env._(
            "%(indicator)s: %(money)s more invoiced, %(target)s more than the "
            "%(whole)s of the year before",
            **words,
        )

    def _ask_limit_use(self, words):
        score, goal = words["score"], words["goal"]
        if goal.at_least:
            return self._ask(words)
        return self.env._(
            "%(indicator)s: more than %(money)s less owed on average, so that less "
            "than %(target)s of the limit of %(whole)s are used instead of %(now)s",
            money=self._money(score, score.part - goal.value * score.whole),
            **words,
        )

    def _ask_margin(self, words):
        return self.env._(
            "%(indicator)s: %(money)s more left of net sales of %(whole)s, so that the "
            "margin is %(target)s instead of %(now)s",
            money=self._money(words["score"], self._missing(words)),
            **words,
        )
