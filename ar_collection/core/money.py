"""Money as whole cents. Plain Python: nothing here imports Odoo.

What is shared out between items, or printed beside its total, has to add up to the
cent. Amounts come in as Odoo keeps them (floats), as decimals or as whole numbers and
go out as decimals; ``float(amount)`` goes into a field.
"""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def decimal(number):
    """Return a number as the decimal that a person would write for it.

    >>> decimal(0.1), decimal(2)
    (Decimal('0.1'), Decimal('2'))
    """
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def exact(amount, unit=CENT):
    """Return an amount as whole units, half a unit away from zero.

    :param amount: int, float or Decimal
    :param Decimal unit: the currency's smallest, as a decimal or a float
    :rtype: Decimal

    >>> exact(0.1 + 0.2), exact(1.15 * 0.7), exact(-1.005)
    (Decimal('0.30'), Decimal('0.81'), Decimal('-1.01'))
    >>> exact(1250, 1), exact(0.0125, 0.001)
    (Decimal('1250'), Decimal('0.013'))
    """
    unit, dusty = decimal(unit), isinstance(amount, float)
    units = decimal(amount) / unit
    if dusty:
        # Binary fractions leave dust: six digits beyond the unit are none of it.
        units = round(units, 6)
    return units.quantize(Decimal(1), ROUND_HALF_UP) * unit
