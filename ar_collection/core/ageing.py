"""How old the receivables are, and how they roll from one month's end to the next.

Plain Python: nothing here imports Odoo. *Bounds* are a company's: the last day late of
each bucket but the open one, so (30, 60, 90) makes five buckets: not past due, 1–30,
31–60, 61–90 and over 90 days late. Items are ``{key: (due date, residual)}``.

Sources: the method's rules 2.1 and 3.4; ageing schedule and roll rates as credit
management textbooks define them.
"""

from bisect import bisect_left
from collections import defaultdict
from datetime import date  # noqa: F401 (used by the examples)
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from .metrics import share
from .money import decimal

BOUNDS = (30, 60, 90)  # days late
CURRENT = 0  # the bucket of what is not past due

_NOTHING = Decimal(0)


def check_bounds(bounds):
    """Return bounds as a tuple.

    :raises ValueError: if there are none, or they are not rising days after the due day

    >>> check_bounds([30, 60])
    (30, 60)
    >>> check_bounds([30, 30])
    Traceback (most recent call last):
    ...
    ValueError: bounds rise from day 1 on: (30, 30)
    """
    bounds = tuple(bounds)
    if not bounds or any(low >= high for low, high in pairwise((0, *bounds))):
        raise ValueError(f"bounds rise from day 1 on: {bounds}")
    return bounds


def ranges(bounds=BOUNDS):
    """Return each bucket's first and last day late; None where it is open.

    >>> ranges((30, 60))
    ((None, 0), (1, 30), (31, 60), (61, None))
    """
    bounds = check_bounds(bounds)
    firsts = (None, *(bound + 1 for bound in (0, *bounds)))
    return tuple(zip(firsts, (0, *bounds, None), strict=True))


def bucket(late, bounds=BOUNDS):
    """Return the number of the bucket of an item that is so many days late.

    >>> bucket(0), bucket(1), bucket(30), bucket(31), bucket(400)
    (0, 1, 1, 2, 4)
    """
    return bisect_left((0, *bounds), late)


def age(items, day, bounds=BOUNDS):
    """Return what each bucket holds on a day: the ageing schedule.

    It adds up to the receivables. Credits may be among the items, as negative amounts.
    In the currency of the items.

    :param items: {key: (due date, residual)}
    :rtype: tuple[Decimal, …], one for each of :func:`ranges`
    :raises ValueError: see :func:`check_bounds`

    >>> items = {1: (date(2026, 3, 31), 100), 2: (date(2026, 2, 1), 50)}
    >>> [str(amount) for amount in age(items, date(2026, 3, 31), (30, 60))]
    ['100', '0', '50', '0']
    """
    bounds = check_bounds(bounds)
    sums = [_NOTHING] * (len(bounds) + 2)
    for due, amount in items.values():
        sums[bucket((day - due).days, bounds)] += decimal(amount)
    return tuple(sums)


# === Rolling === #


class Rolls(NamedTuple):
    """Where the amounts of a first day are on a second one, and what came in between.

    ``moved[i][j]`` was in bucket i and is in bucket j; ``collected[i]`` and ``lost[i]``
    were in bucket i and are owed no longer; ``added[j]`` is new in bucket j. So a row
    with its collected and lost is what a bucket held, a column with its added is what
    it holds.
    """

    moved: tuple
    collected: tuple
    lost: tuple
    added: tuple

    @property
    def opening(self):
        gone = zip(self.collected, self.lost, strict=True)
        rows = zip(self.moved, gone, strict=True)
        return tuple(sum(row, _NOTHING) + sum(left) for row, left in rows)

    @property
    def closing(self):
        columns = zip(*self.moved, strict=True)
        return tuple(
            sum(column, _NOTHING) + added
            for column, added in zip(columns, self.added, strict=True)
        )

    @property
    def worse(self):
        """What left each bucket for a later one."""
        return tuple(
            sum(row[number + 1 :], _NOTHING) for number, row in enumerate(self.moved)
        )

    @property
    def rates(self):
        """Each bucket's roll rate, 0.0 to 1.0: the share of it that is in a later
        bucket now; None for one that was empty. The last one has nowhere to roll.
        """
        return tuple(
            share(worse, opening) if opening else None
            for worse, opening in zip(self.worse[:-1], self.opening, strict=False)
        )


def rolls(before, after, days, bounds=BOUNDS, lost=None):
    """Return how the receivables rolled from one day to another.

    Followed item by item, so that what came in new hides nothing. An item that grew
    (a payment was taken back) is new by what it grew.

    :param before: {key: (due date, residual)} on the first day; credits are netted
        before, an item of zero or less is none
    :param after: likewise on the second day
    :param days: the two days
    :param lost: {key: amount} written off between them; what an item is short of more
        than that was collected
    :rtype: Rolls
    :raises ValueError: see :func:`check_bounds`

    >>> before = {1: (date(2026, 1, 31), 100), 2: (date(2026, 1, 1), 50)}
    >>> after = {1: (date(2026, 1, 31), 80), 3: (date(2026, 3, 15), 70)}
    >>> rolled = rolls(before, after, (date(2026, 1, 31), date(2026, 2, 28)), (30,))
    >>> rolled.rates
    (0.8, 0.0)
    >>> [str(amount) for amount in rolled.closing]
    ['70', '80', '0']
    """
    bounds = check_bounds(bounds)
    then = _standing(before, days[0], bounds)
    now = _standing(after, days[1], bounds)
    flows = defaultdict(Decimal)
    for key in then.keys() | now.keys():
        written_off = decimal((lost or {}).get(key, 0))
        for flow, amount in _flows(then.get(key), now.get(key), written_off):
            flows[flow] += amount
    numbers = range(len(bounds) + 2)
    return Rolls(
        tuple(tuple(flows[i, j] for j in numbers) for i in numbers),
        *(tuple(flows[i, end] for i in numbers) for end in ("collected", "lost")),
        tuple(flows["added", j] for j in numbers),
    )


def _standing(items, day, bounds):
    """Return {key: (bucket, amount)} of what is owed."""
    return {
        key: (bucket((day - due).days, bounds), decimal(amount))
        for key, (due, amount) in items.items()
        if amount > 0
    }


def _flows(then, now, written_off):
    """Yield from where to where an item's amounts went."""
    source, opening = then or (None, _NOTHING)
    target, closing = now or (None, _NOTHING)
    stayed = min(opening, closing)
    if then:
        gone = opening - stayed
        lost = min(gone, written_off)
        yield (source, target), stayed
        yield (source, "lost"), lost
        yield (source, "collected"), gone - lost
    if now:
        yield ("added", target), closing - stayed
