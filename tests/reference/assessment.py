"""What counts against no salesperson, item by item.

Production sets it apart by one statement (``collection.assessment``). Amounts are
whole numbers or decimals.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

DISPUTE, INHERITED, RELEASED = "dispute", "inherited", "released"


class Item(NamedTuple):
    """An open item of a salesperson. ``inherited`` is the day it was taken over."""

    key: object
    amount: float
    due: date
    disputed: bool = False  # and the dispute is valid
    inherited: date | None = None
    released: bool = False  # by management, over the salesperson's objection


class Fair(NamedTuple):
    """Items that count, and those that do not: ((item, (reason, …)), …)."""

    counted: tuple
    apart: tuple


def fair(items, day, inherited_days):
    """Set apart what a salesperson does not answer for: in the end nothing is missing.

    Items in valid dispute, inherited less than so many days ago, or released by
    management over the salesperson's objection.

    :param date day: the end of the month
    :param int inherited_days: a taken over item counts from this many days on
    :rtype: Fair

    >>> day = date(2026, 3, 31)
    >>> new = Item("B", 50, day, inherited=date(2026, 3, 1))
    >>> found = fair([Item("A", 100, day), new], day, 60)
    >>> [item.key for item in found.counted]
    ['A']
    >>> [(item.key, reasons) for item, reasons in found.apart]
    [('B', ('inherited',))]
    """
    judged = [(item, tuple(_excuses(item, day, inherited_days))) for item in items]
    return Fair(
        tuple(item for item, reasons in judged if not reasons),
        tuple((item, reasons) for item, reasons in judged if reasons),
    )


def _excuses(item, day, inherited_days):
    if item.disputed:
        yield DISPUTE
    if item.inherited and (day - item.inherited).days < inherited_days:
        yield INHERITED
    if item.released:
        yield RELEASED


def owed(items, day):
    """Return what items come to, and what of it is past due.

    :return: (receivables, overdue), the first figures of a :class:`Base`

    >>> items = [Item("A", 100, date(2026, 3, 1)), Item("B", 50, date(2026, 3, 31))]
    >>> [str(amount) for amount in owed(items, date(2026, 3, 31))]
    ['150', '100']
    """
    late = (Decimal(item.amount) for item in items if item.due < day)
    every = (Decimal(item.amount) for item in items)
    return sum(every, Decimal(0)), sum(late, Decimal(0))
