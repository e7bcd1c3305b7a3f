"""Accounts of what salespeople earn or lose on the receivables, month by month.

Plain Python: nothing here imports Odoo. Seven figures, each against its benchmark; the
band around it that a figure falls in gives a rate, and the rates together, times the
receivables, give the amount. Reward is positive, penalty negative. Figures are days
(the collection period) or shares from 0.0; rates are shares: 0.01 for 1 %.

Source: the method's rules 3.3.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.money import (
    CENT,
    YEAR,
    NoBase,
    Number,
    decimal,
    exact,
    share,
)

DIGITS = 9  # after the point: a figure beside a band's edge is not dust


class Base(NamedTuple):
    """Amounts that the figures are computed from: one salesperson's or region's, in
    company currency. Customers are counted.
    """

    receivables: float = 0.0  # at the end of the month
    sales: float = 0.0  # on credit, of the year up to then
    collected: float = 0.0  # in the month
    contracted: float = 0.0  # what contracts say was to be collected in it
    company_receivables: float = 0.0
    bad_debts: float = 0.0  # of the same year
    discounts_taken: int = 0  # customers
    discounts_offered: int = 0  # customers
    overdue: float = 0.0


Formula = Callable[[Base], float]

FORMULAS: dict[str, Formula] = {
    "collection_period": lambda b: share(b.receivables, b.sales) * YEAR,
    "collection_rate": lambda b: share(b.collected, b.contracted),
    "receivables_share": lambda b: share(b.receivables, b.company_receivables),
    "bad_debts_to_receivables": lambda b: share(b.bad_debts, b.receivables),
    "bad_debts_to_sales": lambda b: share(b.bad_debts, b.sales),
    "discounts_taken": lambda b: share(b.discounts_taken, b.discounts_offered),
    "overdue_ratio": lambda b: share(b.overdue, b.receivables),
}


def figures(base: Base) -> dict[str, float | None]:
    """Return the seven figures, in the method's order.

    1 receivables / credit sales × 360 (days); 2 collected / contracted in the month;
    3 own receivables / the company's; 4 bad debts / receivables; 5 bad debts / credit
    sales; 6 customers who took a cash discount / customers offered one; 7 overdue /
    receivables (shares).

    :return: {code: float, or None where there is no base: that is not a zero}

    >>> figures(Base(receivables=50, sales=300, overdue=5))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'collection_period': 60.0, 'collection_rate': None, 'receivables_share': None,
     'bad_debts_to_receivables': 0.0, 'bad_debts_to_sales': 0.0,
     'discounts_taken': None, 'overdue_ratio': 0.1}
    """
    return {code: _figure(formula, base) for code, formula in FORMULAS.items()}


def _figure(formula: Formula, base: Base) -> float | None:
    try:
        return round(formula(base), DIGITS)
    except NoBase:
        return None


# === Bands and rates === #


class Band(NamedTuple):
    """A rate for figures from so much over (or, negative, under) the benchmark on.

    ``start`` is in the figure's unit; None for the lowest band. A band ends where the
    next one starts.
    """

    start: float | None
    rate: float


class Scale(NamedTuple):
    """Benchmark of a figure and bands around it, as finance sets them."""

    benchmark: float
    bands: tuple[Band, ...]


class Line(NamedTuple):
    """A figure, what it was held against, the band (its number, the lowest is 0) that
    it fell in, and its rate. A figure without a base has no band and a rate of 0.
    """

    code: str
    value: float | None
    benchmark: float
    band: int | None
    rate: Decimal


class Assessment(NamedTuple):
    receivables: Decimal
    lines: tuple[Line, ...]
    rate: Decimal
    amount: Decimal


def line(code: str, value: float | None, scale: Scale) -> Line:
    """Return what a figure gives.

    :param value: None where there is no base
    :param scale: at least one band, the first without a start, the others rising
    :raises ValueError: if the bands are not so

    >>> scale = Scale(60, (Band(None, 0.01), Band(-5, 0.0), Band(5, -0.01)))
    >>> [str(line("collection_period", days, scale).rate) for days in (54, 60, 65)]
    ['0.01', '0.0', '-0.01']
    """
    starts = [band.start for band in scale.bands[1:] if band.start is not None]
    one_open = len(starts) == len(scale.bands) - 1 and scale.bands[0].start is None
    if not one_open or any(low >= high for low, high in pairwise(starts)):
        raise ValueError(f"bands rise from None on: {scale.bands}")
    if value is None:
        return Line(code, None, scale.benchmark, None, Decimal(0))
    number = bisect_right(starts, round(value - scale.benchmark, DIGITS))
    rate = decimal(scale.bands[number].rate)
    return Line(code, value, scale.benchmark, number, rate)


def amount(
    receivables: Number, rates: Iterable[Number], unit: Number = CENT
) -> Decimal:
    """Return ``receivables × Σ rates``. Nobody is paid for owing customers money.

    >>> amount(10_000, [0.01, 0.005, 0.005, 0.005, 0.0, -0.04])
    Decimal('-150.00')
    """
    owed = max(exact(0, unit), exact(receivables, unit))
    return exact(owed * sum(map(decimal, rates), Decimal(0)), unit)


def assess(base: Base, scales: Mapping[str, Scale], unit: Number = CENT) -> Assessment:
    """Return a salesperson's account of a month.

    :param base: without what a salesperson does not answer for
    :param scales: {code: Scale}; a figure without one is not assessed

    >>> late = Scale(0.1, (Band(None, 0.02), Band(0.05, -0.01)))
    >>> assess(Base(receivables=10_000, overdue=2_000), {"overdue_ratio": late}).amount
    Decimal('-100.00')
    """
    found = figures(base)
    lines = tuple(
        line(code, value, scales[code])
        for code, value in found.items()
        if code in scales
    )
    rates = [each.rate for each in lines]
    total = sum(rates, Decimal(0))
    owed = exact(base.receivables, unit)
    return Assessment(owed, lines, total, amount(owed, rates, unit))
