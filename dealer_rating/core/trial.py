"""Points of a past score by other rules. Plain Python: nothing here imports Odoo.

A *past* score is what one card says of one indicator; a *rule* is the indicator of the
template that is tried, found by its code. What was counted or measured goes through the
rule's steps; points that somebody gave keep their share of the most there is. Where the
past knows nothing that the rule could use, the score is as open as it would have been.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .score import Step, least, points_of

ENTERED, VIOLATIONS, MEASURED = "entered", "violations", "measured"
# How the new points came about
STEPS, SCALED, WAIVED, NOTHING, OPEN = "steps", "scaled", "waived", "nothing", "open"


class Rule(NamedTuple):
    """Scoring of an indicator of the tried template.

    ``nothing`` is what it gives where there is nothing to measure, None where the
    department is asked.
    """

    code: str
    method: str
    top: float = 5.0
    weight: float = 1.0
    measure: str | None = None
    steps: tuple[Step, ...] = ()
    nothing: float | None = None


class Past(NamedTuple):
    """Entry of a closed card for an indicator.

    ``value`` is a count or what was measured, else None. ``given`` tells that a person
    or the steps gave the points, not the rule for nothing to measure.
    """

    code: str
    method: str
    points: float
    top: float = 5.0
    weight: float = 1.0
    measure: str | None = None
    value: float | None = None
    given: bool = True
    waived: bool = False


class Rescored(NamedTuple):
    points: float | None
    how: str


def rescore(rule: Rule, past: Past | None = None) -> Rescored:
    """Return what an indicator would have earned, and by what.

    :param rule: of the tried template
    :param past: what the card says of the same code, None if nothing

    >>> lost = Rule("lost", VIOLATIONS, steps=(Step(0, 5), Step(1, 1)))
    >>> rescore(lost, Past("lost", VIOLATIONS, points=3, value=1))
    Rescored(points=1, how='steps')
    >>> rescore(Rule("outlets", ENTERED, top=10), Past("outlets", ENTERED, points=4))
    Rescored(points=8.0, how='scaled')
    >>> rescore(Rule("new", ENTERED))
    Rescored(points=None, how='open')
    """
    if past is None:
        return _nothing(rule)
    if past.waived:
        worst = least(() if rule.method == ENTERED else rule.steps)
        if rule.method == MEASURED:  # a department could have given nothing
            worst = min(worst, least())
        return Rescored(worst, WAIVED)
    if past.value is not None and _is_same_value(rule, past):
        return Rescored(points_of(past.value, rule.steps), STEPS)
    if rule.method == VIOLATIONS:
        return Rescored(None, OPEN)  # points tell no count
    if rule.method == MEASURED and not past.given:
        return _nothing(rule)
    return Rescored(round(max(0.0, past.points / past.top * rule.top), 6), SCALED)


def _is_same_value(rule: Rule, past: Past) -> bool:
    same = (rule.method, rule.measure) == (past.method, past.measure)
    return same and rule.method != ENTERED


def _nothing(rule: Rule) -> Rescored:
    gives = rule.method == MEASURED and rule.nothing is not None
    return Rescored(rule.nothing, NOTHING) if gives else Rescored(None, OPEN)


class Change(NamedTuple):
    """Contribution of one indicator to a quarter, before and after.

    None before: the past card did not have it. None after: the tried one has it not.
    """

    code: str
    before: float | None
    after: float | None

    @property
    def size(self) -> float:
        return abs((self.after or 0.0) - (self.before or 0.0))


def changes(
    before: Sequence[Mapping[str, float]],
    after: Sequence[Mapping[str, float]],
    cards: int,
) -> tuple[Change, ...]:
    """Return what contributes differently, the largest change first.

    :param before: weighted points by code, of each card of a quarter
    :param after: likewise
    :param cards: by how many the sums are divided: their number if the quarter is
        the mean of its cards, 1 if it is the sum

    >>> changes([{"a": 5, "b": 2}], [{"a": 1, "b": 2, "c": 3}], 1)
    (Change(code='a', before=5.0, after=1.0), Change(code='c', before=None, after=3.0))
    """
    was, is_now = _summed(before, cards), _summed(after, cards)
    found = [
        Change(code, was.get(code), is_now.get(code))
        for code in sorted(was.keys() | is_now.keys())
        if was.get(code) != is_now.get(code)
    ]
    return tuple(sorted(found, key=lambda change: -change.size))


def _summed(per_card: Iterable[Mapping[str, float]], cards: int) -> dict[str, float]:
    """Return {code: mean or sum}, to six decimals: a third of a point is no change."""
    total: dict[str, float] = {}
    for points in per_card:
        for code, earned in points.items():
            total[code] = total.get(code, 0.0) + float(earned)
    return {code: round(earned / cards, 6) for code, earned in total.items()}
