"""What a customer really owes, item by item.

Production nets all customers by one statement.

Payments and credit notes that nobody has allocated yet count before anyone is chased:
against the oldest item first.

Source: the method's rule 2.1 (unmatched payments and credit notes are deducted); the
order is the usual one of law where the debtor names no debt: the one due first.
"""

from datetime import date  # noqa: F401 (used by the examples)
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")


class Net(NamedTuple):
    """Residuals after credits, and what of the credits is left over."""

    residuals: dict
    left: Decimal

    @property
    def total(self):
        return sum(self.residuals.values(), Decimal(0))


def net(items, credited, unit=CENT, last=()):
    """Return what is left of each item after the customer's credits.

    The credits pay the items by due date, and of those due on one day by key: the order
    of ``ORDER BY due, key``; those that the customer contests, last. To the unit, so
    residuals add up to ``max(0, Σ items − Σ credited)``.

    :param items: {key: (due date, residual)}, one customer's, in one currency
    :param credited: Iterable of amounts, positive: payments, credit notes
    :param unit: the currency's smallest
    :param last: keys of items in a valid dispute
    :rtype: Net
    :raises ValueError: if an item or a credit is negative: it is one of the others

    >>> items = {7: (date(2026, 3, 1), 60), 8: (date(2026, 2, 1), 50)}
    >>> found = net(items, [70, 10])
    >>> [str(found.residuals[key]) for key in (7, 8)], str(found.left)
    (['30.00', '0.00'], '0.00')
    """
    left = sum((_positive(credit, unit) for credit in credited), exact(0, unit))
    residuals = {}
    for key in sorted(items, key=lambda key: (key in last, items[key][0], key)):
        owed = _positive(items[key][1], unit)
        used = min(left, owed)
        residuals[key] = owed - used
        left -= used
    return Net(residuals, left)


def _positive(amount, unit):
    if amount < 0:
        raise ValueError(f"neither items nor credits are negative: {amount}")
    return exact(amount, unit)


def exact(amount, unit=CENT):
    """Return an amount as whole units, half a unit away from zero.

    >>> exact(0.1 + 0.2), exact(1250, 1)
    (Decimal('0.30'), Decimal('1250'))
    """
    units = Decimal(str(round(amount, 6))) / Decimal(str(unit))
    return units.quantize(Decimal(1), ROUND_HALF_UP) * Decimal(str(unit))


def is_small(amounts, threshold, unit=CENT):
    """Tell whether a customer owes too little to be chased: less than a threshold.

    :param amounts: Iterable of residuals after credits, those that would be chased
    :param threshold: zero or None if nothing is too little

    >>> is_small([4.50, 0.49], 5), is_small([4.50, 0.50], 5), is_small([], 0)
    (True, False, False)
    """
    owed = sum((exact(amount, unit) for amount in amounts), Decimal(0))
    return owed < exact(threshold or 0, unit)
