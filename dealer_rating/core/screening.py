"""Weighted ranking: which of these candidates suits best?

Each criterion has an importance of 1 to 5 and each candidate a score of 1 to 5 on it.
The sum of importance × score ranks the candidates. A score nobody gave is not a zero:
such a candidate has no total and no rank until someone gives it.

The worked example of the method:

>>> importance = {"demand": 5, "margin": 4, "prospects": 3, "payment": 2, "goodwill": 1}
>>> scored = {"A": (5, 5, 4, 3, 4), "B": (4, 3, 5, 4, 2),
...           "C": (3, 2, 2, 2, 2), "D": (5, 5, 4, 4, 5)}
>>> totals = {name: total(importance, dict(zip(importance, given)))
...           for name, given in scored.items()}
>>> totals
{'A': 67, 'B': 57, 'C': 35, 'D': 70}
>>> sorted(totals, key=ranking(totals).get)
['D', 'A', 'B', 'C']
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)  # whatever stands for a criterion or candidate

LEAST, TOP = 1, 5  # of an importance and of a score alike


class MissingScore(ValueError):
    """Nobody has scored these criteria yet.

    :ivar list missing: the criteria, in the order of the importances
    """

    def __init__(self, missing: Sequence[Hashable]) -> None:
        super().__init__(f"not scored: {missing}")
        self.missing = missing


def missing(
    importance: Mapping[Key, int], scores: Mapping[Key, int | None]
) -> list[Key]:
    """Return the criteria without a score, in the order of ``importance``.

    :param importance: ``{criterion: 1 to 5}``
    :param scores: ``{criterion: 1 to 5, or None}``; what it lacks is missing too

    >>> missing({"demand": 5, "margin": 4}, {"margin": 3})
    ['demand']
    """
    return [criterion for criterion in importance if scores.get(criterion) is None]


def total(importance: Mapping[Key, int], scores: Mapping[Key, int | None]) -> int:
    """Return the sum of importance × score.

    :param importance: ``{criterion: 1 to 5}``
    :param scores: ``{criterion: 1 to 5, or None}``; others' scores do not count
    :raises MissingScore: if a criterion has no score, or there is no criterion at all
    :raises ValueError: if an importance or a score lies outside 1 to 5

    >>> total({"demand": 5, "margin": 4}, {"demand": 3, "margin": 2})
    23
    """
    lacking = missing(importance, scores)
    if lacking or not importance:
        raise MissingScore(lacking)
    given = {key: score for key in importance if (score := scores[key]) is not None}
    counted = [*importance.values(), *given.values()]
    if not all(LEAST <= value <= TOP for value in counted):
        raise ValueError(f"not from {LEAST} to {TOP}: {importance} {scores}")
    return sum(importance[key] * score for key, score in given.items())


def ranking(totals: Mapping[Key, int | None]) -> dict[Key, int | None]:
    """Return the rank of each candidate, 1 for the highest total.

    Ties share a rank, and the next rank leaves out as many places.

    :param totals: ``{candidate: total}``; ``None`` for one not scored in full
    :return: ``{candidate: rank}``; ``None`` for one without a total

    >>> ranking({"A": 67, "B": None, "C": 67, "D": 70, "E": 35})
    {'A': 2, 'B': None, 'C': 2, 'D': 1, 'E': 4}
    """
    known = [points for points in totals.values() if points is not None]
    places: dict[int | None, int] = {
        points: 1 + sum(other > points for other in known) for points in known
    }
    return {candidate: places.get(points) for candidate, points in totals.items()}
