"""What of an invoice nobody decided on, and what of that is done anyway. Plain Python:
nothing here imports Odoo.

An order was decided on up to an amount; its invoices spend that one after the other.
What they bill beyond it, and what belongs to no such order, is asked for anew. But what
the customer has already, at the price that was agreed, and what is paid is billed
whatever credit says: holding it would take nothing back.

Amounts are in the currency of the invoice, tax included.
"""

from collections.abc import Iterable, Mapping
from math import inf
from typing import NamedTuple


class Line(NamedTuple):
    """A line of an invoice that bills a line of an order.

    ``left`` is what of the order line no other invoice bills, ``had`` what of it the
    customer has and no other invoice bills; both in the unit of the order, as
    ``quantity``. ``price`` is what a unit is billed at, ``agreed`` what the order says.
    """

    order: int
    amount: float
    quantity: float = 0.0
    left: float = 0.0
    had: float = 0.0
    price: float = 0.0
    agreed: float = 0.0

    def worth(self, quantity: float) -> float:
        """Return what a quantity of this line comes to, as it was agreed.

        >>> Line(1, amount=240.0, quantity=2, price=120.0, agreed=100.0).worth(1)
        100.0
        """
        if self.amount <= 0 or self.quantity <= 0 or self.price <= 0:
            return 0.0
        fair = min(1.0, max(0.0, self.agreed) / self.price)
        part = min(1.0, max(0.0, quantity) / self.quantity)
        return self.amount * part * fair


class Billing(NamedTuple):
    """``undecided``: what no decision on an order stands behind; ``held_up``: what of
    that may wait; ``spent``: {order: what of its decision this invoice takes}."""

    undecided: float
    held_up: float
    spent: dict[int, float]


def billing(
    total: float,
    lines: Iterable[Line],
    covered: Mapping[int, float],
    paid: float = 0.0,
    rooms: Mapping[int, float] | None = None,
) -> Billing:
    """Return what of an invoice nobody decided on.

    :param float total: of the invoice
    :param lines: those that bill orders whose decisions stand behind the invoice
    :param covered: {order: what its decision covers and no other invoice spent}
    :param float paid: what is paid of the invoice already
    :param rooms: {order: what all its invoices together leave of what was decided on
        or delivered}; where it is not said, there is room
    :rtype: Billing

    Ordered 10 at 100.00, and the customer took 12; 15 are billed:

    >>> line = Line(7, 1500.0, quantity=15, left=10, had=12, price=100.0, agreed=100.0)
    >>> billing(1500.0, [line], {7: 1000.0})
    Billing(undecided=500.0, held_up=300.0, spent={7: 1000.0})

    An invoice before it billed one at 1000.00, which leaves 200.00 for the others:

    >>> line = Line(7, 900.0, quantity=9, left=9, had=11, price=100.0, agreed=100.0)
    >>> billing(900.0, [line], {7: 0.0}, rooms={7: 200.0})
    Billing(undecided=900.0, held_up=700.0, spent={7: 0.0})
    """
    by_order: dict[int, list[Line]] = {}
    for line in lines:
        by_order.setdefault(line.order, []).append(line)
    spent, known = {}, 0.0
    for order, own in by_order.items():
        amount = max(0.0, sum(line.amount for line in own))
        cover = max(0.0, covered.get(order, 0.0))
        spent[order] = min(amount, cover)
        room = (rooms or {}).get(order, inf)
        known += min(amount, max(cover, min(_done(own, cover), room)))
    undecided = max(0.0, total - sum(spent.values()))
    held_up = max(0.0, min(undecided, total - known) - max(0.0, paid))
    return Billing(undecided, held_up, spent)


def _done(lines: list[Line], cover: float) -> float:
    """Return what of an order's lines is billed rightly, since it was decided on or
    the customer has it: what was ordered, and what they have beyond it."""
    ordered = sum(line.worth(line.left) for line in lines)
    had = sum(line.worth(line.had) for line in lines)
    most = sum(line.worth(max(line.left, line.had)) for line in lines)
    return max(had, min(cover, ordered) + most - ordered)
