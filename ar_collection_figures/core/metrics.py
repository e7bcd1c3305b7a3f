"""Speed at which a company's money comes in. Plain Python: nothing here imports Odoo.

Figures of a period (a month, a quarter) from its credit sales, tax included like the
receivables, and from balances at its ends. *Current* is what is owed and not past due:
an item is past due from the day after its due date. Amounts are of one currency; which
of int, float or Decimal they are does not matter. A figure without a base (no sales, so
no days of sales) is :class:`NoBase`, not a zero. Nothing is rounded.

Sources: the method's rules 3.3 and 3.4. Credit Research Foundation, standard measures
of credit and collection: days sales outstanding, best possible days sales outstanding,
average days delinquent, collection effectiveness index (with V. Srinivasan).
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.money import (
    YEAR,
    NoBase,
    Number,
    decimal,
    share,
)

# === Days === #


def dso(receivables: Number, sales: Number, days: int) -> float:
    """Return days sales outstanding by the balance method.

    How many days of the period's credit sales the closing receivables are:
    ``receivables / sales × days``. In days. It moves with sales as well as with
    collection; :func:`count_back_dso` does not.

    Source: Credit Research Foundation, days sales outstanding.

    :param receivables: at the end of the period, credits deducted
    :param sales: credit sales of the period
    :param days: of the period
    :raises NoBase: if there were no sales

    >>> round(dso(6183.10, 6730.54, 31), 2)
    28.48
    """
    return share(receivables, sales) * days


def best_possible_dso(current: Number, sales: Number, days: int) -> float:
    """Return the days sales outstanding if nobody paid late.

    What the terms of payment alone cost: ``current / sales × days``. In days.

    Source: Credit Research Foundation, best possible days sales outstanding.

    :param current: receivables not past due at the end of the period
    :raises NoBase: if there were no sales

    >>> round(best_possible_dso(5613.87, 6730.54, 31), 2)
    25.86
    """
    return share(current, sales) * days


def days_delinquent(overdue: Number, sales: Number, days: int) -> float:
    """Return average days delinquent: what customers take beyond the terms.

    ``DSO − best possible DSO``, which is ``overdue / sales × days``. In days.

    Source: Credit Research Foundation, average days delinquent.

    :param overdue: receivables past due at the end of the period
    :raises NoBase: if there were no sales

    >>> round(days_delinquent(6183.10 - 5613.87, 6730.54, 31), 2)
    2.62
    """
    return share(overdue, sales) * days


class CountBack(NamedTuple):
    """Return how far back sales explain the receivables.

    ``rest`` is what all the periods given do not explain: the days are too few then.
    """

    days: float
    rest: float


def count_back_dso(
    receivables: Number, periods: Iterable[tuple[int, Number]]
) -> CountBack:
    """Return days sales outstanding by counting back.

    The receivables are used up by the sales of the latest period, then of the one
    before, and so on: whole periods count their days, the last one the part of its days
    that its sales are needed for. In days. Seasons do not distort it.

    A period whose credit notes exceed its sales uses up nothing and counts its days.

    Source: known as the count-back or exhaustion method.

    :param receivables: at the end of the latest period; none left counts no days
    :param periods: Iterable[tuple[days, credit sales]], the latest first

    >>> count_back_dso(150, [(31, 100), (28, 100), (31, 100)])
    CountBack(days=45.0, rest=0.0)
    >>> count_back_dso(150, [(31, 100)])
    CountBack(days=31.0, rest=50.0)
    """
    total, left = Decimal(0), max(decimal(receivables), Decimal(0))
    for days, sales in periods:
        if not left:
            break
        used = min(left, max(decimal(sales), Decimal(0)))
        total += days if used < left else days * used / decimal(sales)
        left -= used
    return CountBack(float(total), float(left))


# === Effectiveness === #


def cei(opening: Number, sales: Number, closing: Number, current: Number) -> float:
    """Return the collection effectiveness index.

    Of what could have been collected, how much was: ``(opening + sales − closing) /
    (opening + sales − current) × 100``. 100 says that nothing is past due.

    Source: Credit Research Foundation, collection effectiveness index.

    :param opening: receivables at the start of the month
    :param sales: credit sales of the month
    :param closing: receivables at its end
    :param current: of these, not past due
    :raises NoBase: if there was nothing to collect

    >>> round(cei(6015.31, 6730.54, 6183.10, 5613.87), 2)
    92.02
    """
    available = decimal(opening) + decimal(sales)
    return 100 * share(available - decimal(closing), available - decimal(current))


class Figures(NamedTuple):
    """A period's figures; None where there is no base."""

    dso: float | None
    best_possible_dso: float | None
    days_delinquent: float | None
    cei: float | None


def figures(
    opening: Number, sales: Number, closing: Number, current: Number, days: int
) -> Figures:
    """Return what the balances of a period come to: see each figure's function.

    >>> found = figures(6015.31, 6730.54, 6183.10, 5613.87, 31)
    >>> [round(figure, 2) for figure in found]
    [28.48, 25.86, 2.62, 92.02]
    >>> figures(0, 0, 0, 0, 31)
    Figures(dso=None, best_possible_dso=None, days_delinquent=None, cei=None)
    """
    overdue = decimal(closing) - decimal(current)
    return Figures(
        _or_none(dso, closing, sales, days),
        _or_none(best_possible_dso, current, sales, days),
        _or_none(days_delinquent, overdue, sales, days),
        _or_none(cei, opening, sales, closing, current),
    )


def _or_none(figure: Callable[..., float], *bases: Number) -> float | None:
    try:
        return figure(*bases)
    except NoBase:
        return None


# === Promises === #

KEPT, BROKEN = "kept", "broken"


class Promises(NamedTuple):
    """Promises that came to an end in a period, and what they were about."""

    kept: int
    broken: int
    amount_kept: Decimal
    amount_broken: Decimal

    @property
    def rate(self) -> float:
        """Share of the promises, 0.0 to 1.0. :raises NoBase: if none ended"""
        return share(self.kept, self.kept + self.broken)

    @property
    def amount_rate(self) -> float:
        """Share of the money promised, 0.0 to 1.0. :raises NoBase: if none ended"""
        return share(self.amount_kept, self.amount_kept + self.amount_broken)


def promises(made: Iterable[tuple[str, Number]]) -> Promises:
    """Return how many promises to pay were kept, and how much money.

    ``kept / (kept + broken)``: a promise that is still open, or was cancelled, says
    nothing yet.

    Source: the method's rule 3.4.

    :param made: Iterable[tuple[state, amount]]; counted are ``kept`` and ``broken``

    >>> made = [("kept", 100), ("broken", 300), ("open", 50), ("cancelled", 9)]
    >>> promises(made)[:2]
    (1, 1)
    >>> promises(made).rate, promises(made).amount_rate
    (0.5, 0.25)
    """
    ended: dict[str, list[Decimal]] = {KEPT: [], BROKEN: []}
    for state, amount in made:
        if state in ended:
            ended[state].append(decimal(amount))
    kept, broken = ended[KEPT], ended[BROKEN]
    return Promises(len(kept), len(broken), _sum(kept), _sum(broken))


# === Cost === #


def cost_of_money(
    balances: Iterable[tuple[Number, int]], rate: Number, year: int = YEAR
) -> Decimal:
    """Return what the money tied up in receivables cost.

    ``Σ balance × days × rate / 360``, each balance for the days that it stood. In the
    currency of the balances.

    Source: the method's rules 2.5 and 3.4; interest on balances, actual days over a
    year of 360.

    :param balances: Iterable[tuple[amount, days]]
    :param rate: what a year's money costs, 0.06 for 6 %

    >>> round(cost_of_money([(83_000, 30)], 0.20), 2)
    Decimal('1383.33')
    """
    product = _sum(decimal(amount) * days for amount, days in balances)
    return product * decimal(rate) / year


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
