from math import ceil

from odoo import api, models
from odoo.tools import formatLang


class RatingCoach(models.AbstractModel):
    """What the coach found, in plain words: one whole sentence for each change."""

    _inherit = "rating.coach"

    # === THE WHOLE === #

    @api.model
    def _ways(self, advice):
        """Return the ways to a better grade.

        :param Advice advice: of :meth:`_advise`
        :return: list of (grade, [sentence of each change])
        """
        return [self._told(advice, way, up=True) for way in advice.ways]

    @api.model
    def _risks(self, advice):
        """Return what costs a dealer the best grade, in the shape of :meth:`_ways`."""
        return [self._told(advice, way, up=False) for way in advice.risks]

    def _told(self, advice, way, up):
        grades = self.env["dealer.grade"]._by_letters()
        sentences = []
        for change in way.changes:
            line = advice.lines[change.kind, change.code]
            sentences.append(self._change(change, line, up))
        return grades[way.grade].name, sentences

    # === ONE CHANGE === #

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

    # === WHAT IS COUNTED === #

    def _counted(self, change, line, words, up):
        """What is counted, like violations: how many are still allowed."""
        steps = sorted(line.indicator._steps())
        worst = [step for step in steps if (step.points < change.after)]
        if not up:
            least = min(s.at_least for s in steps if s.points <= change.after)
            return self._count_too_many(line, words, ceil(least))
        allowed = ceil(min(step.at_least for step in worst)) - 1 if worst else 0
        ask = getattr(self, f"_allow_{line.indicator.code}", self._allow_violations)
        return ask(words, allowed)

    def _allow_violations(self, words, allowed):
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
