"""Expected losses of receivables: a provision matrix by age.

Plain Python: nothing here imports Odoo. Buckets are those of :mod:`.ageing`; rates are
shares of what a bucket holds, 0.0 to 1.0.

Sources: IFRS 9 Financial Instruments, 5.5.15 (lifetime expected credit losses of trade
receivables), B5.5.35 (provision matrix) and B5.5.52 (history adjusted for what is
expected); its Illustrative Example 12, whose figures are an example here. Loss rates
from roll rates: a chain of buckets whose ends are *collected* and *lost*.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.money import (
    CENT,
    NoBase,
    Number,
    decimal,
    exact,
)

from .ageing import Rolls


def loss_rates(
    history: Sequence[Rolls], unknown: Sequence[Number] | None = None
) -> tuple[float, ...]:
    """Return which share of each bucket was lost in the end.

    Of what left a bucket (collected, written off or rolled to a later one; what stayed
    in it is not decided yet), the share written off, and of the share that rolled on
    the loss rate of where it rolled to. Where items roll from bucket to bucket and only
    the last one is written off, this is the product of the roll rates up to the end.
    Months weigh by their amounts. What moved to an earlier bucket (a later due date was
    agreed) counts as undecided.

    Source: roll rate method; see the module.

    :param history: Sequence[Rolls], of one company's bounds, one a month
    :param unknown: a rate for each bucket, taken where nothing ever left it
    :raises NoBase: if nothing left a bucket and ``unknown`` is not given

    >>> from .ageing import Rolls
    >>> month = Rolls(
    ...     moved=((0, 10, 0), (0, 0, 4), (0, 0, 0)),
    ...     collected=(90, 6, 6),
    ...     lost=(0, 0, 2),
    ...     added=(0, 0, 0),
    ... )
    >>> loss_rates([month])
    (0.01, 0.1, 0.25)
    """
    buckets = history[0].lost if history else unknown
    if buckets is None:
        raise NoBase("no history")
    known: list[Decimal] = []
    for number in reversed(range(len(buckets))):
        later = dict(enumerate(known, number + 1))
        known.insert(0, _loss_rate(history, number, later, unknown))
    return tuple(map(float, known))


def _loss_rate(
    history: Sequence[Rolls],
    number: int,
    later: dict[int, Decimal],
    unknown: Sequence[Number] | None,
) -> Decimal:
    """Return a bucket's loss rate, given those of the later ones."""
    lost = sum((decimal(month.lost[number]) for month in history), Decimal(0))
    left = lost + sum(decimal(month.collected[number]) for month in history)
    for target, rate in later.items():
        rolled = sum(decimal(month.moved[number][target]) for month in history)
        left += rolled
        lost += rolled * rate
    if left:
        return lost / left
    if unknown is None:
        raise NoBase(f"nothing ever left bucket {number}")
    return decimal(unknown[number])


class Row(NamedTuple):
    """One bucket: what it holds, at which rate, and what is provided for."""

    amount: Decimal
    rate: float
    provision: Decimal


class Matrix(NamedTuple):
    rows: tuple[Row, ...]
    total: Decimal


def matrix(
    ageing: Iterable[Number],
    rates: Sequence[Number],
    factor: Number = 1.0,
    unit: Number = CENT,
) -> Matrix:
    """Return the provision matrix: expected losses by bucket, and their total.

    ``amount × min(1, loss rate × factor)``, each row rounded to the unit, so that the
    rows add up to the total. A bucket in credit is expected to lose nothing. In the
    currency of the ageing.

    Source: IFRS 9, 5.5.15 and B5.5.35; Illustrative Example 12.

    :param ageing: what each bucket holds, see :func:`.ageing.age`
    :param rates: the loss rate of each, see :func:`loss_rates`
    :param factor: what is expected against history, 1.1 for a tenth more
    :param unit: the currency's smallest
    :raises ValueError: if a rate is missing, or one or the factor is negative

    >>> ageing = (15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000)
    >>> found = matrix(ageing, (0.003, 0.016, 0.036, 0.066, 0.106), unit=1)
    >>> [int(row.provision) for row in found.rows], int(found.total)
    ([45000, 120000, 144000, 165000, 106000], 580000)
    """
    if factor < 0 or any(rate < 0 for rate in rates):
        raise ValueError(f"no rate is negative: {rates}, times {factor}")
    rows = tuple(
        _row(amount, min(Decimal(1), decimal(rate) * decimal(factor)), unit)
        for amount, rate in zip(ageing, rates, strict=True)
    )
    return Matrix(rows, sum((row.provision for row in rows), exact(0, unit)))


def _row(amount: Number, rate: Decimal, unit: Number) -> Row:
    amount = exact(amount, unit)
    return Row(amount, float(rate), exact(max(Decimal(0), amount) * rate, unit))
