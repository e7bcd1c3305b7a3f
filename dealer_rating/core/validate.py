"""Figures that say whether a score predicts. Plain Python: nothing here imports Odoo.

A *case* is a score and what came of it: ``(score, bad)``. A higher score promises a
better dealer, so a score that predicts gives the bad cases the lower scores. A *state*
is anything that can be a key: a grade, its rank, a band of points.

Sources: the method's rule 1.7. AUC as the share of pairs in the right order: Hanley and
McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
curve", Radiology 143 (1982), with its standard error. KS: Kolmogorov and Smirnov's two
samples. What compares one period with another is in :mod:`.migration`.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from math import sqrt
from typing import NamedTuple, TypeVar

from .migration import NoCase

Cases = Iterable[tuple[float, bool]]
S = TypeVar("S", bound=Hashable)  # a state


# === Does the score tell the bad from the good? === #


class _Step(NamedTuple):
    """Holders of exactly this score, and the number of those with a lower one."""

    score: float
    bad: int
    good: int
    bad_below: int
    good_below: int


def _steps(cases: Cases) -> tuple[list[_Step], int, int]:
    """Return one step for each score, the lowest first.

    :raises NoCase: if all cases are bad, or none is
    """
    counted = Counter((score, bool(bad)) for score, bad in cases)
    steps: list[_Step] = []
    all_bad = all_good = 0
    for score in sorted({score for score, _bad in counted}):
        bad, good = counted[score, True], counted[score, False]
        steps.append(_Step(score, bad, good, all_bad, all_good))
        all_bad, all_good = all_bad + bad, all_good + good
    if not all_bad or not all_good:
        raise NoCase(f"{all_bad} bad cases and {all_good} good ones")
    return steps, all_bad, all_good


def auc(cases: Cases) -> float:
    """Return in which share of all pairs the bad case has the lower score.

    A pair is one bad and one good case; a tie counts half. 0.5 is a coin, 1.0 never
    errs, below 0.5 the score points the wrong way. The cost is that of sorting.

    :param cases: Iterable[tuple[float, bool]], score and whether it turned out bad
    :raises NoCase: if all cases are bad, or none is

    >>> auc([(80, False), (70, False), (60, True), (50, False)])
    0.6666666666666666
    >>> auc([(80, False), (80, True)])
    0.5
    """
    steps, bad, good = _steps(cases)
    # Whole numbers, halves doubled: no dust, however many pairs
    right = sum(s.good * (2 * s.bad_below + s.bad) for s in steps)
    return right / (2 * bad * good)


def gini(cases: Cases) -> float:
    """Return 2 × AUC − 1: 0 for a coin, 1 for a score that never errs.

    Scorecards also call it the accuracy ratio.

    :raises NoCase: if all cases are bad, or none is

    >>> gini([(80, False), (70, False), (60, True), (40, True)])
    1.0
    """
    return 2 * auc(cases) - 1


def auc_error(area: float, bad: int, good: int) -> float:
    """Return the standard error of an AUC found in so many cases.

    Two of them on either side are a 95 % interval. An area of 0 or 1 has none: the
    formula knows no doubt where no pair was wrong, however few there were.

    :raises NoCase: if one of the numbers is zero

    >>> round(auc_error(0.75, 20, 80), 4)
    0.0673
    >>> auc_error(1.0, 3, 3)
    0.0
    """
    if not bad or not good:
        raise NoCase(f"{bad} bad cases and {good} good ones")
    two_bad = area / (2 - area) - area**2
    two_good = 2 * area**2 / (1 + area) - area**2
    spread = area * (1 - area) + (bad - 1) * two_bad + (good - 1) * two_good
    return sqrt(max(0.0, spread) / (bad * good))


class Separation(NamedTuple):
    """Return how far bad and good are apart at most, and at which score.

    ``bad`` and ``good`` are the shares of either with ``score`` or less.
    """

    ks: float
    score: float
    bad: float
    good: float


def ks(cases: Cases) -> Separation:
    """Return the largest distance between the scores' two distributions.

    Whether the score points the right way, it does not say: :func:`auc` does. Of two
    scores that separate equally well, the lower counts.

    :param cases: Iterable[tuple[float, bool]]
    :raises NoCase: if all cases are bad, or none is

    >>> ks([(80, False), (70, False), (60, True), (50, False), (40, True)])
    Separation(ks=0.6666666666666667, score=60, bad=1.0, good=0.3333333333333333)
    """
    steps, bad, good = _steps(cases)
    shares = (
        (s.score, (s.bad_below + s.bad) / bad, (s.good_below + s.good) / good)
        for s in steps
    )
    apart = (Separation(abs(low[1] - low[2]), *low) for low in shares)
    return max(apart, key=lambda separation: separation.ks)


# === Is a worse grade a worse risk? === #


class Rate(NamedTuple):
    cases: int
    bad: int

    @property
    def share(self) -> float:
        return self.bad / self.cases


def rates(cases: Iterable[tuple[S, bool | None]]) -> dict[S, Rate]:
    """Return how many cases each state has, and how many of them were bad.

    What is not known yet (None) is no case.

    :param cases: Iterable[tuple[state, bool | None]]
    :return: {state: Rate}, without states that have no case

    >>> rates([("AA", False), ("AA", True), ("CC", True), ("CC", None)])
    {'AA': Rate(cases=2, bad=1), 'CC': Rate(cases=1, bad=1)}
    """
    known = [(state, bool(bad)) for state, bad in cases if bad is not None]
    counted = Counter(known)
    return {
        state: Rate(counted[state, False] + counted[state, True], counted[state, True])
        for state in dict.fromkeys(state for state, _bad in known)
    }


def inversions(
    rated: Mapping[S, Rate], order: Iterable[S], least: int = 1
) -> tuple[tuple[S, S], ...]:
    """Return the neighbours where the worse state has the lower rate.

    Nothing returned means that the rate rises, or stays, as the state gets worse.
    Neighbours are next to each other among the states that have enough cases.

    :param rated: {state: Rate}
    :param order: the states, the best first
    :param least: cases that a state needs to be compared
    :return: ((better state, worse state), …)

    >>> found = {"AA": Rate(50, 1), "BB": Rate(40, 8), "CC": Rate(20, 2)}
    >>> inversions(found, ["AA", "AB", "BB", "CC"])
    (('BB', 'CC'),)
    """
    compared = [state for state in order if state in rated]
    compared = [state for state in compared if rated[state].cases >= least]
    return tuple(
        (better, worse)
        for better, worse in pairwise(compared)
        # Shares as cross products: equal rates are equal, whatever their fractions
        if rated[worse].bad * rated[better].cases
        < rated[better].bad * rated[worse].cases
    )
