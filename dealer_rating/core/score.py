"""Points of an indicator, by steps of violations and the like, and a card's total.

A value earns points by a table of steps: the last step that it reaches counts. A score
that somebody waives earns the least that its indicator can give, so that leaving out
is never better than scoring. A score that nobody gave is not a zero: it has no total.

Source: the method's rules 1.1 and 1.2.
"""

from collections.abc import Iterable, Sequence
from math import fsum
from typing import NamedTuple


class MissingScore(ValueError):
    """Somebody still has to score. That is not a zero."""


class Step(NamedTuple):
    """From this value on, so many points."""

    at_least: float
    points: float


class Score(NamedTuple):
    """One indicator of a card. ``points`` is None as long as nobody scored it."""

    points: float | None
    weight: float = 1.0


def points_of(value: float, steps: Iterable[Step]) -> float:
    """Return what a value earns by a table of steps.

    :param value: a count, a share or a number of days
    :param steps: in any order; below the first of them the first counts
    :raises ValueError: if there are no steps

    >>> customers_lost = [Step(0, 5), Step(1, 3), Step(2, 2), Step(5, 0)]
    >>> [points_of(count, customers_lost) for count in (0, 1, 2, 4, 5, 9)]
    [5, 3, 2, 2, 0, 0]
    >>> violations = [Step(0, 5), Step(1, 3), Step(2, 0), Step(3, -5)]
    >>> points_of(3, violations)
    -5
    """
    ladder = sorted(steps)
    if not ladder:
        raise ValueError("an indicator without steps measures nothing")
    reached = [step for step in ladder if step.at_least <= value]
    return (reached or ladder)[-1 if reached else 0].points


def least(steps: Iterable[Step] = ()) -> float:
    """Return what a waived score earns: no score of that indicator is worse.

    >>> least([Step(0, 5), Step(1, 3), Step(2, 0), Step(3, -5)])
    -5
    >>> least()
    0.0
    """
    return min((step.points for step in steps), default=0.0)


def total(scores: Sequence[Score]) -> float:
    """Return the weighted points of a card.

    :return: to six decimals, so that thirds of a point cost no band
    :raises MissingScore: if the card is empty or a score is missing

    >>> total([Score(5), Score(3), Score(-5)])
    3.0
    >>> total([Score(5, weight=2), Score(None)])
    Traceback (most recent call last):
    ...
    dealer_rating.core.score.MissingScore: 1 of 2 indicators not scored
    """
    known = [s.points * s.weight for s in scores if s.points is not None]
    if len(known) < len(scores) or not scores:
        missing = len(scores) - len(known)
        raise MissingScore(f"{missing} of {len(scores)} indicators not scored")
    return round(fsum(known), 6)
