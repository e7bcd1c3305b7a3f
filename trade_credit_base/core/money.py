"""Comparing and rounding money. Plain Python: nothing here imports Odoo.

Amounts come in as Odoo keeps them (floats), as decimals or as whole numbers. Binary
fractions leave dust behind, which must not decide: six digits beyond the currency's
smallest amount drop it, and a difference below half of that amount does not count.

Amounts that are shared out between items, or printed beside their total, have to add
up to the cent: :func:`exact` returns decimals. The others return floats for a field.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

Number = int | float | Decimal

CENT = Decimal("0.01")
FLOORS = {  # by currency, where a unit is worth much more or less than a euro
    1: "BHD JOD KWD LYD OMR TND",
    100: "AFN BDT CZK DOP EGP ETB GTQ HNL INR MDL MKD MUR MXN MZN NIO NPR PHP RUB SEK "
    "THB TRY TWD UAH UYU ZAR",
    1000: "ALL AMD AOA ARS CRC DZD HUF ISK JMD JPY KES KZT LKR PKR RSD XAF XOF XPF YER",
    10_000: "BIF CDF CLP COP IQD KRW MMK MNT MWK NGN RWF TZS",
    100_000: "GNF IDR IRR KHR LAK LBP PYG UGX UZS VND",
}
YEAR = 360  # days, as in the method's worked figures


class NoBase(ValueError):
    """Missing base: a figure without what it is measured against is not a zero."""


def decimal(number: Number) -> Decimal:
    """Return a number as the decimal that a person would write for it.

    >>> decimal(0.1), decimal(2)
    (Decimal('0.1'), Decimal('2'))
    """
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def exact(
    amount: Number, rounding: Number = CENT, direction: str = ROUND_HALF_UP
) -> Decimal:
    """Return an amount as a multiple of the currency's smallest, halves away from zero.

    >>> exact(0.1 + 0.2), exact(1.15 * 0.7), exact(-1.005)
    (Decimal('0.30'), Decimal('0.81'), Decimal('-1.01'))
    >>> exact(1250, 1), exact(0.0125, 0.001)
    (Decimal('1250'), Decimal('0.013'))

    :param direction: one of the roundings of :mod:`decimal`
    """
    step = decimal(rounding)
    steps = decimal(amount) / step
    if isinstance(amount, float):
        steps = round(steps, 6)
    return steps.quantize(Decimal(1), direction) * step


def nearest(amount: Number, rounding: Number = CENT) -> float:
    """Return the payable amount that is nearest, halves away from zero.

    >>> nearest(0.125), nearest(2.675), nearest(-0.4, 1.0), nearest(7.5, 5.0)
    (0.13, 2.68, 0.0, 10.0)
    """
    return float(exact(amount, rounding)) + 0.0  # no minus before a zero


def up(amount: Number, rounding: Number = CENT) -> float:
    """Return the smallest payable amount that is not less.

    >>> up(10.001), up(10.0), up(0.1 + 0.2)
    (10.01, 10.0, 0.3)
    """
    return float(exact(amount, rounding, ROUND_CEILING))


def down(amount: Number, rounding: Number = CENT) -> float:
    """Return the largest payable amount that is not more.

    >>> down(10.009), down(10.0)
    (10.0, 10.0)
    """
    return float(exact(amount, rounding, ROUND_FLOOR))


def more(amount: float, than: float, rounding: float = 0.01) -> bool:
    """Tell whether ``amount`` exceeds ``than`` by at least half a unit.

    >>> more(0.1 + 0.2, 0.3), more(0.31, 0.3)
    (False, True)
    """
    return amount - than >= rounding / 2


def floor(currency: str, decimals: int = 2) -> float:
    """Return what is too little to ask for, as a proposal: about ten euros, rounded.

    >>> floor("EUR"), floor("JPY", 0), floor("KWD", 3), floor("XYZ", 0)
    (10.0, 1000.0, 1.0, 1000.0)

    :param currency: its code
    :param decimals: of its amounts, for a currency that is not known
    """
    for amount, codes in FLOORS.items():
        if currency in codes.split():
            return float(amount)
    return 10.0 if decimals else 1000.0


def share(part: Number, whole: Number) -> float:
    """Return ``part / whole`` as a float.

    :raises NoBase: if the whole is zero or less

    >>> share(1, 4)
    0.25
    """
    if whole <= 0:
        raise NoBase(f"{part} of {whole}")
    return float(decimal(part) / decimal(whole))
