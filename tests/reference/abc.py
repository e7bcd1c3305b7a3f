"""ABC classes, one customer after the other: which of them carry the sales?

Production classes all of them by one statement (``rating.abc``).

Customers are sorted by their mean monthly net sales. Two methods cut the list:

* by amount: A from so much a month, B from so much, else C;
* by share: A up to such a share of all sales, B up to such a share, else C. The
  customer with whom the sum crosses a boundary still belongs to the better class, and
  one who starts exactly on it to the next.

Equal sales are treated alike: such customers share rank, cumulated share and class,
whoever comes first in the list. Who returned more than he bought takes nothing off the
sales that the others are a share of; like one who bought nothing, he is C.

Amounts are compared as decimals: a third of a cent moves nobody.
"""

from decimal import Decimal
from typing import NamedTuple


class Line(NamedTuple):
    """Where a customer stands among all.

    ``cumulated`` is the share, 0 to 1, of this customer, those who buy as much, and
    all who buy more in the sales of all.
    """

    customer: object
    mean: Decimal
    rank: int
    cumulated: Decimal
    abc_class: str


def by_amount(mean, a_from, b_from):
    """Return the class of a customer who buys for ``mean`` a month.

    >>> [by_amount(mean, 1000, 200) for mean in (1000, 999.99, 200, 199.99, 0, -5)]
    ['A', 'B', 'B', 'C', 'C', 'C']
    """
    mean = _exact(mean)
    if mean <= 0:
        return "C"
    if mean >= _exact(a_from):
        return "A"
    return "B" if mean >= _exact(b_from) else "C"


def by_share(mean, larger, whole, a_to, b_to):
    """Return the class of a customer when the larger ones' sales are known.

    :param larger: the sum of what those buy who buy more than he
    :param whole: the sum of what all buy, those left out who buy nothing
    :param a_to: the share, 0 to 1, up to which customers are A; ``b_to`` likewise B

    The larger ones' share decides: he who crosses the boundary is on its better side.

    >>> by_share(30, larger=70, whole=100, a_to=0.8, b_to=0.95)
    'A'
    >>> by_share(20, larger=80, whole=100, a_to=0.8, b_to=0.95)
    'B'
    """
    if _exact(mean) <= 0:
        return "C"
    larger, whole = _exact(larger), _exact(whole)
    if larger < _exact(a_to) * whole:
        return "A"
    return "B" if larger < _exact(b_to) * whole else "C"


def classify(means, method, a, b):
    """Return where each customer stands, the largest first.

    :param dict means: ``{customer: mean monthly net sales}``, in the company's currency
    :param str method: ``amount`` or ``share``
    :param a: A from this amount, or up to this share; ``b`` likewise for B
    :rtype: list[Line]
    :raises ValueError: if the boundaries contradict each other

    >>> for line in classify({"x": 70, "y": 15, "z": 15, "r": -9}, "share", 0.8, 0.9):
    ...     print(line.customer, line.rank, line.cumulated, line.abc_class)
    x 1 0.7 A
    y 2 1 A
    z 2 1 A
    r 4 1 C
    """
    _check(method, a, b)
    exact = {customer: _exact(mean) for customer, mean in means.items()}
    whole = sum(mean for mean in exact.values() if mean > 0)
    lines, larger, equal = [], Decimal(0), {}
    for customer, mean in exact.items():
        equal.setdefault(mean, []).append(customer)
    for mean in sorted(equal, reverse=True):
        peers, rank = equal[mean], len(lines) + 1
        together = larger + max(mean, Decimal(0)) * len(peers)
        if method == "amount":
            letter = by_amount(mean, a, b)
        else:
            letter = by_share(mean, larger, whole, a, b)
        share = together / whole if whole else Decimal(0)
        lines += [Line(customer, mean, rank, share, letter) for customer in peers]
        larger = together
    return lines


def _check(method, a, b):
    """:raises ValueError: if the boundaries contradict each other"""
    if method == "amount":
        right = 0 < _exact(b) <= _exact(a)
    else:
        right = method == "share" and 0 < _exact(a) <= _exact(b) <= 1
    if not right:
        raise ValueError(f"no boundaries by {method}: {a}, {b}")


def _exact(number):
    """Return a number as the decimal it is written as: 0.8 is not 0.8000…04."""
    return number if isinstance(number, Decimal) else Decimal(str(number))
