"""Comparing and rounding money. Plain Python: nothing here imports Odoo.

Amounts are floats, as Odoo keeps them; a difference below half a cent is none.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


def _rounded(amount, rounding, how):
    step = Decimal(repr(rounding))
    # Six digits beyond the step drop the dust that binary fractions leave behind.
    steps = Decimal(repr(round(amount / rounding, 6))).quantize(Decimal(1), how)
    return float(steps * step)


def up(amount, rounding=0.01):
    """Return the smallest payable amount that is not less.

    >>> up(10.001), up(10.0), up(0.1 + 0.2)
    (10.01, 10.0, 0.3)
    """
    return _rounded(amount, rounding, ROUND_CEILING)


def down(amount, rounding=0.01):
    """Return the largest payable amount that is not more.

    >>> down(10.009), down(10.0)
    (10.0, 10.0)
    """
    return _rounded(amount, rounding, ROUND_FLOOR)


def more(amount, than, rounding=0.01):
    """Tell whether ``amount`` exceeds ``than`` by at least half a unit.

    >>> more(0.1 + 0.2, 0.3), more(0.31, 0.3)
    (False, True)
    """
    return amount - than >= rounding / 2
