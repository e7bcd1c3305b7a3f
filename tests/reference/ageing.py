"""Ageing and rolls, item by item.

Production sums the buckets, and follows what moved, by one statement each
(``collection.ageing``, ``collection.ageing.roll``). Items are
``{key: (due date, residual)}``; *bounds* the last day late of each bucket but the open
one. Amounts are whole numbers or decimals.
"""

from collections import defaultdict
from datetime import date  # noqa: F401 (used by the examples)
from decimal import Decimal

BOUNDS = (30, 60, 90)  # days late
CURRENT = 0  # the bucket of what is not past due

_NOTHING = Decimal(0)


def bucket(late, bounds=BOUNDS):
    """Return the number of the bucket of an item that is so many days late.

    >>> bucket(0), bucket(1), bucket(30), bucket(31), bucket(400)
    (0, 1, 1, 2, 4)
    """
    return sum(late > last for last in (0, *bounds))


def age(items, day, bounds=BOUNDS):
    """Return what each bucket holds on a day: the ageing schedule.

    It adds up to the receivables. Credits may be among the items, as negative amounts.
    In the currency of the items.

    :param items: {key: (due date, residual)}
    :rtype: tuple[Decimal, …], one for each bucket

    >>> items = {1: (date(2026, 3, 31), 100), 2: (date(2026, 2, 1), 50)}
    >>> [str(amount) for amount in age(items, date(2026, 3, 31), (30, 60))]
    ['100', '0', '50', '0']
    """
    sums = [_NOTHING] * (len(bounds) + 2)
    for due, amount in items.values():
        sums[bucket((day - due).days, bounds)] += Decimal(amount)
    return tuple(sums)


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
    :return: what ``core.ageing.Rolls`` holds: moved, collected, lost, added

    >>> before = {1: (date(2026, 1, 31), 100), 2: (date(2026, 1, 1), 50)}
    >>> after = {1: (date(2026, 1, 31), 80), 3: (date(2026, 3, 15), 70)}
    >>> rolled = rolls(before, after, (date(2026, 1, 31), date(2026, 2, 28)), (30,))
    >>> [str(amount) for amount in closing(rolled)]
    ['70', '80', '0']
    """
    then = _standing(before, days[0], bounds)
    now = _standing(after, days[1], bounds)
    flows = defaultdict(Decimal)
    for key in then.keys() | now.keys():
        written_off = Decimal((lost or {}).get(key, 0))
        for flow, amount in _flows(then.get(key), now.get(key), written_off):
            flows[flow] += amount
    numbers = range(len(bounds) + 2)
    return (
        tuple(tuple(flows[i, j] for j in numbers) for i in numbers),
        *(tuple(flows[i, end] for i in numbers) for end in ("collected", "lost")),
        tuple(flows["added", j] for j in numbers),
    )


def closing(rolled):
    """Return what each bucket holds in the end: what moved to it and what was added."""
    moved, _collected, _lost, added = rolled
    columns = zip(*moved, strict=True)
    return tuple(
        sum(column, _NOTHING) + new for column, new in zip(columns, added, strict=True)
    )


def _standing(items, day, bounds):
    """Return {key: (bucket, amount)} of what is owed."""
    return {
        key: (bucket((day - due).days, bounds), Decimal(amount))
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
