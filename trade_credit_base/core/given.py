"""What people and programs give that cannot be meant. Plain Python: no Odoo here.

Whatever comes in over the network may be of any type: each of these takes anything.
"""

import json
from datetime import date
from typing import Any

ABSURD = 1e15  # beyond this an amount is a slip of the keyboard, not a decision
YEARS = range(1900, 2200)  # outside it is a slip of the finger
MOST = 2**31 - 1  # what a whole number may be in the database
LONGEST = 100_000  # characters that somebody types
LONGEST_SENT = 1_000_000  # characters that a program sends

# Letters, as Unicode counts, that nobody sees
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")


def said(text: Any) -> str:
    """Return what a text says, without blanks around it: nothing, if all it has are
    blanks, marks and characters of no width.

    >>> said("  He went bankrupt. "), said("\\u200b . "), said(None), said(["x"])
    ('He went bankrupt.', '', '', '')
    """
    if not isinstance(text, str):
        return ""
    words = any(char.isalnum() and char not in _UNSEEN for char in text)
    return text.strip() if words else ""


def is_text(value: Any) -> bool:
    """Tell whether a database keeps this as text that somebody typed.

    >>> is_text("x"), is_text("a\\0"), is_text(["x"])
    (True, False, False)
    """
    return isinstance(value, str) and "\0" not in value and len(value) <= LONGEST


def is_json(value: Any) -> bool:
    """Tell whether a database keeps this as something that a program sends.

    >>> is_json({"a": [1, "x"]}), is_json([float("nan")]), is_json("a\\0"), is_json({1})
    (True, False, False, False)
    """
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return "\\u0000" not in text and len(text) <= LONGEST_SENT


def is_amount(value: Any, most: float = ABSURD) -> bool:
    """Tell whether this is a number, and one that can be meant.

    >>> is_amount("12.5"), is_amount("many"), is_amount([1]), is_amount({})
    (True, False, False, False)
    >>> is_amount(float("nan")), is_amount(float("inf")), is_amount(1e300)
    (False, False, False)
    """
    try:
        return abs(float(value)) <= most
    except (TypeError, ValueError, OverflowError):
        return False


def is_day(day: date) -> bool:
    """Tell whether a day can be meant.

    >>> is_day(date(2026, 3, 1)), is_day(date(1, 1, 1)), is_day(date(9999, 12, 31))
    (True, False, False)
    """
    return day.year in YEARS
