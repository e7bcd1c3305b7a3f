"""Moves from one period to the next. Plain Python: nothing here imports Odoo.

A *state* is anything that can be a key: a grade, its rank, a band of points.

Sources: the method's rule 1.7. Migration by cohorts, with and without those who left:
the way the rating agencies publish one-year transition rates ("NR-adjusted" is without
them). PSI: the sum of both directed Kullback-Leibler divergences, known from scorecards
as the population stability index.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from math import log
from typing import NamedTuple

State = Hashable
Move = tuple[State, State | None]

EMPTY = 0.5  # of a case: what an empty bin counts as, where the other one is not


class NoCase(ValueError):
    """There is nothing to compare: one side has no case."""


# === Who moves where? === #


class Directions(NamedTuple):
    up: int
    same: int
    down: int
    left: int


class Migration(NamedTuple):
    """Numbers of those who went from one state to another.

    ``counts`` maps (from, to) to a number above zero; ``to`` is None for who left.
    """

    states: tuple[State, ...]
    counts: dict[Move, int]

    def total(self, state: State, leavers: bool = True) -> int:
        """Return how many started in a state; ``leavers`` False: and stayed at all."""
        stayed = sum(self.counts.get((state, to), 0) for to in self.states)
        return stayed + (self.counts.get((state, None), 0) if leavers else 0)

    def shares(self, leavers: bool = True) -> dict[State, dict[State | None, float]]:
        """Return which share of those in a state went where.

        :param leavers: with those who left as a column None; without it they
            are taken out of the whole, as if they had never been there
        :return: {from: {to: share}}, without states that nobody started in; each
            row adds up to one

        >>> found = migration([("A", "A"), ("A", "B"), ("A", None), ("A", None)], "AB")
        >>> found.shares()
        {'A': {'A': 0.25, 'B': 0.25, None: 0.5}}
        >>> found.shares(leavers=False)
        {'A': {'A': 0.5, 'B': 0.5}}
        """
        columns = [*self.states, None] if leavers else self.states
        return {
            state: {to: self.counts.get((state, to), 0) / whole for to in columns}
            for state in self.states
            if (whole := self.total(state, leavers))
        }

    def directions(self) -> Directions:
        """Return how many rose, stayed, fell and left; ``states`` begin with the best.

        >>> migration([("B", "A"), ("A", "A"), ("A", None)], "AB").directions()
        Directions(up=1, same=1, down=0, left=1)
        """
        rank = {state: place for place, state in enumerate(self.states)}
        found: Counter[str] = Counter()
        for (before, after), count in self.counts.items():
            if after is None:
                found["left"] += count
            else:
                step = rank[after] - rank[before]
                found["up" if step < 0 else "down" if step else "same"] += count
        return Directions(*(found[name] for name in Directions._fields))


def migration(
    moved: Iterable[Move] | Mapping[Move, int], states: Iterable[State]
) -> Migration:
    """Count moves.

    Who is missing in the later period left: a move to None. Who is missing in the
    earlier one is not in its cohort, and no move.

    :param moved: moves as (state, state or None), or how many there are of each
    :param states: all of them, the best first
    :raises ValueError: if a move begins or ends in a state that is not there

    >>> migration([("A", "A"), ("A", "B"), ("B", None)], ["A", "B"]).counts
    {('A', 'A'): 1, ('A', 'B'): 1, ('B', None): 1}
    """
    counts = dict(Counter(moved))
    known = set(states)
    for before, after in counts:
        if before not in known or after not in known | {None}:
            raise ValueError(f"no such state: {before} to {after}")
    return Migration(tuple(states), counts)


# === Is it still the same population? === #


def psi(before: Mapping[State, int], now: Mapping[State, int]) -> float:
    """Return how far two distributions over the same bins are apart.

    The sum of (share now − share before) × ln(share now / share before). It does not
    matter which of the two comes first. Below 0.1 is usually read as stable, from 0.25
    on as shifted.

    A bin that is empty in both counts nothing. One that is empty in one of them counts
    there as half a case (:data:`EMPTY`): a fixed tiny share would make one case of
    twenty look like another population.

    :param before: {bin: number of cases}; the numbers, not shares
    :param now: likewise; a bin that is left out is empty
    :raises NoCase: if one of them has no case at all

    >>> psi({"A": 50, "B": 50}, {"A": 5, "B": 5})
    0.0
    >>> round(psi({"A": 50, "B": 50}, {"A": 40, "B": 60}), 6)
    0.040547
    >>> round(psi({"A": 20}, {"A": 19, "B": 1}), 4)
    0.0199
    """
    all_before, all_now = sum(before.values()), sum(now.values())
    if not all_before or not all_now:
        raise NoCase(f"{all_before} cases before and {all_now} now")
    index = 0.0
    for each in dict.fromkeys([*before, *now]):
        counts = before.get(each, 0), now.get(each, 0)
        if any(counts):
            was, is_now = (
                (count or EMPTY) / whole
                for count, whole in zip(counts, (all_before, all_now), strict=True)
            )
            index += (is_now - was) * log(is_now / was)
    return index
