from math import ceil

from odoo import models
from odoo.tools import float_round, format_amount

from ...core.bound import bound


class RatingCoach(models.AbstractModel):
    """What a measured indicator asks for: how much money, how many days.

    Worded by ``_ask_<measure>(words)`` and, for what must not happen, by
    ``_lose_<measure>(words)``, methods that may be missing: then by its value alone.
    ``words`` are those of :meth:`_measured_words`. Other addons add methods for their
    measures.
    """

    _inherit = "rating.coach"

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
