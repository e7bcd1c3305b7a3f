"""Distance of a value from earning so many points.

Source: the method's rule 1.1.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .score import Step, points_of


class Bound(NamedTuple):
    """Bound that a value has to reach: ``at_least`` it, or else below it."""

    value: float
    at_least: bool


def bound(
    value: float, steps: Sequence[Step], points: float, up: bool = True
) -> Bound | None:
    """Return how far a value has to go to earn so many points, None if it does.

    :param value: what was measured or counted
    :param steps: of the indicator, see :func:`score.points_of`
    :param points: to earn at least; at most, if not ``up``

    >>> overdue = [Step(0, 5), Step(0.1, 4), Step(0.25, 3), Step(0.5, 0)]
    >>> bound(0.4, overdue, 4)
    Bound(value=0.25, at_least=False)
    >>> bound(0.05, overdue, 5)
    >>> on_time = [Step(0, 0), Step(0.8, 3), Step(0.95, 5)]
    >>> bound(0.7, on_time, 5), bound(0.97, on_time, 3, up=False)
    (Bound(value=0.95, at_least=True), Bound(value=0.95, at_least=False))
    """

    def will_do(earned: float) -> bool:
        return earned >= points if up else earned <= points

    if not steps or will_do(points_of(value, steps)):
        return None
    ladder = sorted(steps)
    above = [each.at_least for each in ladder if each.at_least > value]
    known = [
        Bound(at_least, True)
        for at_least in above
        if will_do(points_of(at_least, steps))
    ]
    known += [
        Bound(after.at_least, False)
        for step, after in zip(ladder, ladder[1:], strict=False)
        if after.at_least <= value and will_do(step.points)
    ]
    return min(known, key=lambda each: abs(each.value - value), default=None)
