"""Credit limits: a quarter's credit sales × the credit-sale rate of the grade.

Money is in company currency, tax included; rates are percentages as people write
them (45 is 45 %).

Source: the method's rule 1.3.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.money import nearest

NO_TERMS, UNWORTHY, WEAK_NEW = "no_terms", "unworthy", "weak_new"
SET, RAISE = "set", "raise"


class Terms(NamedTuple):
    """Terms of a grade: the share of a quarter's credit sales, and up to where.

    A ``cap`` of 0 is none.
    """

    rate: float = 0.0
    cap: float = 0.0
    creditworthy: bool = True

    @property
    def ceiling(self) -> float:
        """Return the cap as an amount that can be compared."""
        return self.cap or inf

    @property
    def share(self) -> float:
        """Return the rate that counts: none where the grade gives no credit."""
        return self.rate if self.creditworthy else 0.0


class Limit(NamedTuple):
    """A limit, and how it came about.

    ``computed`` is sales × rate, before the cap and before a refusal. ``refused`` is
    empty or says why there is no credit: ``no_terms``, ``unworthy`` or ``weak_new`` (a
    new dealer's second quarter, by a grade that is not marked for it).
    """

    amount: float
    computed: float
    capped: bool = False
    refused: str = ""


def refusal(terms: Terms | None, is_good: bool) -> str:
    """Return the code of why a grade gives no credit, empty if it does.

    :param terms: Terms of the grade; None where the policy has none
    :param is_good: whether the dealer is old enough for credit by its grade

    >>> refusal(Terms(45), True), refusal(Terms(10), False)
    ('', 'weak_new')
    >>> refusal(Terms(0, 0, False), False), refusal(None, True)
    ('unworthy', 'no_terms')
    """
    if terms is None:
        return NO_TERMS
    if not terms.creditworthy:
        return UNWORTHY
    return "" if is_good else WEAK_NEW


def limit(
    sales: float, terms: Terms | None, refused: str = "", rounding: float = 0.01
) -> Limit:
    """Return the limit that a quarter's net credit sales give.

    :param sales: negative where more came back than was sold
    :param terms: Terms of the grade; None where the policy has none
    :param refused: as :func:`refusal` says
    :param rounding: the currency's smallest amount

    >>> limit(181_500, Terms(45, 80_000))
    Limit(amount=80000.0, computed=81675.0, capped=True, refused='')
    >>> limit(181_500, Terms(10), WEAK_NEW).amount
    0.0
    >>> limit(-20, Terms(45)).amount
    0.0
    """
    terms = terms or Terms()
    computed = nearest(sales * terms.rate / 100, rounding)
    if refused:
        return Limit(0.0, computed, refused=refused)
    capped = computed > terms.ceiling
    amount = min(max(0.0, computed), terms.ceiling)
    return Limit(float(amount), computed, capped)


def direction(amount: float, present: float | None, rounding: float = 0.01) -> str:
    """Tell whether a limit may be ``set`` at once or is a ``raise`` to approve.

    :param present: the limit in force, None where there is none

    >>> direction(80, 80), direction(81, 80), direction(1, None), direction(0, None)
    ('set', 'raise', 'raise', 'set')
    """
    return RAISE if amount > (present or 0.0) + rounding / 2 else SET


def rising(terms: Sequence[Terms]) -> tuple[str, int, int] | None:
    """Return where worse terms would give more than better ones, None if nowhere.

    :param terms: list of Terms, those of the best grade first
    :return: (what, place of the better, place of the worse); what is ``creditworthy``,
        ``rate`` or ``cap``

    >>> rising([Terms(60), Terms(50), Terms(50)])
    >>> rising([Terms(60), Terms(50), Terms(55)])
    ('rate', 1, 2)
    >>> rising([Terms(60, 500), Terms(50)])
    ('cap', 0, 1)
    """
    for worse in range(1, len(terms)):
        better = worse - 1
        above, below = terms[better], terms[worse]
        if below.share > 0 and not above.creditworthy:
            return "creditworthy", better, worse
        if below.rate > above.rate:
            return "rate", better, worse
        if below.share > 0 and below.ceiling > above.ceiling:
            return "cap", better, worse
    return None
