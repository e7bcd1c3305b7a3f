"""Age of the receivables, and rolls from one month's end to the next.

Plain Python: nothing here imports Odoo. *Bounds* are a company's: the last day late of
each bucket but the open one, rising, so (30, 60, 90) makes five buckets: not past due,
1–30, 31–60, 61–90 and over 90 days late.

Sources: the method's rules 2.1 and 3.4; ageing schedule and roll rates as credit
management textbooks define them.
"""

from bisect import bisect_left
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.money import share

Bounds = tuple[int, ...]
Amounts = tuple[Decimal, ...]  # one a bucket

BOUNDS: Bounds = (30, 60, 90)  # days late

_NOTHING = Decimal(0)


def ranges(bounds: Bounds = BOUNDS) -> tuple[tuple[int | None, int | None], ...]:
    """Return each bucket's first and last day late; None where it is open.

    >>> ranges((30, 60))
    ((None, 0), (1, 30), (31, 60), (61, None))
    """
    firsts = (None, *(bound + 1 for bound in (0, *bounds)))
    return tuple(zip(firsts, (0, *bounds, None), strict=True))


def bucket(late: int, bounds: Bounds = BOUNDS) -> int:
    """Return the number of the bucket of an item that is so many days late.

    >>> bucket(0), bucket(1), bucket(30), bucket(31), bucket(400)
    (0, 1, 1, 2, 4)
    """
    return bisect_left((0, *bounds), late)


# === Rolling === #


class Rolls(NamedTuple):
    """Movement of amounts from a first day to a second one, and what came in between.

    ``moved[i][j]`` was in bucket i and is in bucket j; ``collected[i]`` and ``lost[i]``
    were in bucket i and are owed no longer; ``added[j]`` is new in bucket j. So a row
    with its collected and lost is what a bucket held, a column with its added is what
    it holds.
    """

    moved: tuple[Amounts, ...]
    collected: Amounts
    lost: Amounts
    added: Amounts

    @property
    def opening(self) -> Amounts:
        gone = zip(self.collected, self.lost, strict=True)
        rows = zip(self.moved, gone, strict=True)
        return tuple(sum(row, _NOTHING) + sum(left) for row, left in rows)

    @property
    def worse(self) -> Amounts:
        """Amounts that left each bucket for a later one."""
        return tuple(
            sum(row[number + 1 :], _NOTHING) for number, row in enumerate(self.moved)
        )

    @property
    def rates(self) -> tuple[float | None, ...]:
        """Each bucket's roll rate, 0.0 to 1.0: the share of it that is in a later
        bucket now; None for one that was empty. The last one has nowhere to roll.
        """
        return tuple(
            share(worse, opening) if opening else None
            for worse, opening in zip(self.worse[:-1], self.opening, strict=False)
        )
