"""Payment terms side by side: which of two is easier on the customer.

Days are calendar days from the invoice, shares and discounts percentages as people
write them (45 is 45 %).

Source: the method's rules 1.3 and 2.6.
"""

from collections.abc import Sequence
from typing import NamedTuple

EASIER, EQUAL, STRICTER, OTHER = "easier", "equal", "stricter", "other"

AFTER = "days_after"
# Days from an invoice to the end of its month, and of the one after: least and most
TO_MONTH_END = (0, 30)
TO_NEXT_MONTH_END = (28, 61)


class Part(NamedTuple):
    """A part of the amount and when it is due, as Odoo's payment terms have it.

    ``delay`` says from when ``days`` are counted; ``on_day`` is the day of the month
    that some delays end on, 0 for its last. A ``share`` of None is a fixed amount.
    """

    share: float | None = 100.0
    days: int = 0
    delay: str = AFTER
    on_day: int = 0


class Payment(NamedTuple):
    """A payment term: its parts, and the discount for whoever pays within its days."""

    parts: tuple[Part, ...] = (Part(),)
    discount: float = 0.0
    discount_days: int = 0


def span(part: Part) -> tuple[int, int]:
    """Return the least and the most days until a part is due.

    What ends with a month is due in fewer or more days, as the invoice falls.

    >>> span(Part(days=30)), span(Part(days=10, delay="days_after_end_of_month"))
    ((30, 30), (10, 40))
    >>> span(Part(days=0, delay="days_end_of_month_on_the", on_day=15))
    (15, 45)
    """
    least, most = {
        "days_after_end_of_month": TO_MONTH_END,
        "days_after_end_of_next_month": TO_NEXT_MONTH_END,
        "days_end_of_month_on_the": TO_MONTH_END,
    }.get(part.delay, (0, 0))
    more = part.days
    if part.delay == "days_end_of_month_on_the":
        more += part.on_day
    return least + more, most + more


def average(payment: Payment) -> tuple[float, float] | None:
    """Return the least and the most days until the money is due on average, parts
    weighted by their shares; None where fixed amounts leave the shares open.

    >>> average(Payment((Part(30, 0), Part(70, 60))))
    (42.0, 42.0)
    >>> average(Payment((Part(None, 10), Part(100, 60))))
    """
    if len(payment.parts) > 1 and any(part.share is None for part in payment.parts):
        return None
    spans = [(part.share, span(part)) for part in payment.parts]
    if len(spans) == 1:
        least, most = spans[0][1]
        return float(least), float(most)
    return (
        sum((share or 0.0) * least for share, (least, _most) in spans) / 100,
        sum((share or 0.0) * most for share, (_least, most) in spans) / 100,
    )


def ease(asked: Payment, given: Payment) -> str:
    """Tell whether a payment term is easier on the customer than the one that is given.

    More time is easier, and so is a discount for early payment, a higher one, and more
    days to take it. Where one is easier in this and stricter in that, nobody can say:
    ``other``.

    >>> ease(Payment((Part(days=60),)), Payment((Part(days=30),)))
    'easier'
    >>> ease(Payment((Part(days=60),)), Payment((Part(days=30),), 2, 10))
    'other'
    """
    if asked == given:
        return EQUAL
    ours, theirs = average(asked), average(given)
    if ours is None or theirs is None:
        return OTHER
    return _outcome(
        [
            *zip(ours, theirs, strict=True),
            (asked.discount, given.discount),
            (_days(asked), _days(given)),
        ]
    )


def _days(payment: Payment) -> float:
    return float(payment.discount_days) if payment.discount else 0.0


def _outcome(pairs: Sequence[tuple[float, float]]) -> str:
    found = {
        EASIER if round(ours, 6) > round(theirs, 6) else STRICTER
        for ours, theirs in pairs
        if round(ours, 6) != round(theirs, 6)
    }
    if len(found) > 1:
        return OTHER
    return found.pop() if found else EQUAL
