"""Does a step bring money? Customers who got it against those whom a lot left alone.

Production compares by one statement (``collection.holdout``). Customers were drawn, and
a customer who pays often pays all of its items: they are counted as one cluster, else
the interval would claim more than is known.

Sources: W. G. Cochran, Sampling Techniques, on ratio estimates (a share of items, when
whole customers were drawn); normal approximation for the difference of two shares that
were drawn apart.
"""

from math import sqrt
from typing import NamedTuple

ENOUGH = 30  # customers on either side; the normal approximation wants so many
SURE = 1.96  # standard errors on either side of a 95 % interval

FEW, MORE, LESS, UNCLEAR = "few", "more", "less", "unclear"


class Arm(NamedTuple):
    """The customers of one side, as sums over them.

    With n items of a customer, y of them paid: ``items`` is the sum of n, ``paid`` of
    y, then the sums of n·n, y·y and n·y.
    """

    customers: int
    items: int
    paid: int
    items_squared: int
    paid_squared: int
    product: int

    @property
    def rate(self):
        """Share of the items that were paid, 0.0 to 1.0.

        :raises ValueError: if there are none
        """
        if not self.items:
            raise ValueError("no items")
        return self.paid / self.items

    @property
    def variance(self):
        """How far off the share may be, squared.

        :raises ValueError: if there are fewer than two customers
        """
        if self.customers < 2:
            raise ValueError(f"{self.customers} customers")
        rate = self.rate
        spread = (
            self.paid_squared
            - 2 * rate * self.product
            + rate * rate * self.items_squared
        )
        around = self.customers / (self.customers - 1)
        return max(0.0, around * spread) / self.items**2


def arm(customers):
    """Return one side from its customers.

    :param customers: Iterable[tuple[items, items paid]]
    :rtype: Arm

    >>> arm([(2, 1), (1, 1)])
    Arm(customers=2, items=3, paid=2, items_squared=5, paid_squared=2, product=3)
    """
    rows = list(customers)
    return Arm(
        len(rows),
        sum(n for n, _y in rows),
        sum(y for _n, y in rows),
        sum(n * n for n, _y in rows),
        sum(y * y for _n, y in rows),
        sum(n * y for n, y in rows),
    )


class Comparison(NamedTuple):
    """What a step brings: the difference of the shares, and where it lies in 95 %."""

    difference: float
    low: float
    high: float
    verdict: str


def compare(treated, held_out):
    """Return how much more of the items is paid with the step than without it.

    ``few`` customers on either side: the interval is there, but says little.

    :param Arm treated: customers who got the step
    :param Arm held_out: customers who were left alone
    :rtype: Comparison
    :raises ValueError: if a side has fewer than two customers

    >>> found = compare(arm([(1, 1)] * 60 + [(1, 0)] * 40), arm([(1, 0), (1, 1)] * 20))
    >>> [round(share, 3) for share in found[:3]], found.verdict
    ([0.1, -0.084, 0.284], 'unclear')
    >>> compare(arm([(1, 1)] * 9), arm([(1, 0)] * 40)).verdict
    'few'
    """
    difference = treated.rate - held_out.rate
    reach = SURE * sqrt(treated.variance + held_out.variance)
    low, high = difference - reach, difference + reach
    if min(treated.customers, held_out.customers) < ENOUGH:
        verdict = FEW
    elif low > 0:
        verdict = MORE
    elif high < 0:
        verdict = LESS
    else:
        verdict = UNCLEAR
    return Comparison(difference, low, high, verdict)
