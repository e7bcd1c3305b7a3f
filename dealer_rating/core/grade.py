"""Bands and the nine grades: from points to letters, and a grade lowered.

A dealer is judged twice: on operating capacity and performance, each month, and on
commercial conduct and reputation, each quarter. Each judgement falls into band A, B
or C; the two letters, performance first, make the grade. A warning letter or a person
lowers it by steps in the order of the grades.

Source: the method's rule 1.2.
"""

from collections.abc import Sequence
from typing import TypeVar

Grade = TypeVar("Grade")  # whatever stands for one

BANDS = "A", "B", "C"  # best first


def band(points: float, from_a: float, from_b: float) -> str:
    """Return the letter of a total.

    >>> [band(points, 48, 36) for points in (60, 48, 47.999, 36, 35, -10)]
    ['A', 'A', 'B', 'B', 'C', 'C']
    """
    if points >= from_a:
        return "A"
    return "B" if points >= from_b else "C"


def is_monotone(order: Sequence[str | tuple[str, str]]) -> bool:
    """Tell whether no grade stands above one that is better in both letters.

    :param order: grades as (performance letter, conduct letter), best first

    >>> is_monotone(["AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"])
    True
    >>> is_monotone(["AB", "AA"])
    False
    """
    return not any(
        lower[0] <= higher[0] and lower[1] <= higher[1]
        for place, higher in enumerate(order)
        for lower in order[place + 1 :]
    )


def lowered(order: Sequence[Grade], grade: Grade, steps: int = 1) -> Grade:
    """Return the grade that stands so many steps below one; the last stays.

    :param order: all grades, best first

    >>> lowered(["AA", "AB", "BA"], "AA"), lowered(["AA", "AB", "BA"], "AB", 5)
    ('AB', 'BA')
    """
    return order[min(order.index(grade) + max(steps, 0), len(order) - 1)]
