"""What customers owe on a day, recomputed line by line from the bare books.

The reader of the books (``trade.receivable``) answers for all customers in SQL; this
answers for one customer at a time, in the words of the rule.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Line(NamedTuple):
    """A journal item on a receivable account; ``move`` is its entry."""

    id: int
    move: int
    customer: int | None
    posted: bool
    date: date
    due: date
    balance: Decimal


class Match(NamedTuple):
    """Two journal items matched; ``exchange`` is the entry of the difference."""

    debit: int
    credit: int
    amount: Decimal
    exchange: int | None


class Payment(NamedTuple):
    """A payment without an entry; ``amount`` is positive if the customer paid."""

    id: int
    customer: int | None
    date: date
    amount: Decimal


class Item(NamedTuple):
    """What is open of a line, or of a payment (its id is negative)."""

    id: int
    customer: int | None
    due: date
    open: Decimal
    net: Decimal


def open_items(lines, matches, payments, day):
    """Return what is open at the end of a day.

    :return: {id: Item}

    >>> first, second = date(2026, 1, 1), date(2026, 1, 2)
    >>> bill = Line(1, 1, 7, True, first, second, Decimal(100))
    >>> money = Line(2, 2, 7, True, second, second, Decimal(-40))
    >>> [item.net for item in open_items([bill, money], [], [], second).values()]
    [Decimal('60'), Decimal('0')]
    """
    by_id = {line.id: line for line in lines}
    made_by = made_by_matches(matches, by_id)
    rows = []
    for line in lines:
        if not line.posted or line.date > day:
            continue
        left = line.balance
        for match in matches:
            if line.id in (match.debit, match.credit) and _counts(
                match, by_id, made_by, day
            ):
                left -= match.amount if line.id == match.debit else -match.amount
        if left:
            rows.append((line.id, line.customer, line.date, line.due, left))
    rows += [
        (-paid.id, paid.customer, paid.date, paid.date, -paid.amount)
        for paid in payments
        if paid.date <= day and paid.amount
    ]
    items = {}
    for customer in {row[1] for row in rows}:
        items |= _net(customer, [row for row in rows if row[1] == customer])
    return items


def beside(lines, matches, payments, day, owed=True):
    """Return what stands on other accounts at the end of a day: what is open of each
    line; all of it where nobody matches anything. A balance the wrong way round is
    none.

    :param bool owed: whether debit is what counts, as for bills in hand; else credit

    >>> taken = Line(1, 1, 7, True, date(2026, 1, 1), date(2026, 3, 1), Decimal(100))
    >>> beside([taken], [], [], date(2026, 1, 2))
    Decimal('100')
    >>> beside([taken], [], [], date(2026, 1, 2), owed=False)
    Decimal('0')
    """
    items = open_items(lines, matches, payments, day).values()
    total = sum((item.open for item in items), Decimal(0))
    return max(Decimal(0), total if owed else -total)


def counts_from(match, by_id, made_by):
    """Return the day from which a match counts: that of its later side; with a
    difference of exchange that of the match that it arose from."""
    debit, credit = by_id[match.debit], by_id[match.credit]
    for side, other in (debit, credit), (credit, debit):
        if side.move in made_by:
            return max(made_by[side.move], other.date)
    return max(debit.date, credit.date)


def made_by_matches(matches, by_id):
    """Return the day of the match that each exchange entry arose from."""
    return {
        match.exchange: max(by_id[match.debit].date, by_id[match.credit].date)
        for match in matches
        if match.exchange
    }


def _counts(match, by_id, made_by, day):
    sides = by_id[match.debit], by_id[match.credit]
    if not all(side.posted for side in sides):
        return False
    return counts_from(match, by_id, made_by) <= day


def _net(customer, rows):
    """Take what was given off what is owed, cent by cent from the oldest."""
    left = {row[0]: row[4] for row in rows}
    owed = sorted((r for r in rows if r[4] > 0), key=lambda r: (r[3], *_place(r[0])))
    given = sorted((r for r in rows if r[4] < 0), key=lambda r: (r[2], *_place(r[0])))
    for credit in given if customer else ():
        for debit in owed:
            part = min(left[debit[0]], -left[credit[0]])
            left[debit[0]] -= part
            left[credit[0]] += part
    return {
        row[0]: Item(row[0], customer, row[3], row[4], left[row[0]]) for row in rows
    }


def _place(item_id):
    """Return where an item stands among those of one day: lines before payments."""
    return item_id < 0, abs(item_id)
