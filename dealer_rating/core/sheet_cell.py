"""One cell of a sheet: what it says, whatever way it was typed.

Plain Python: nothing here imports Odoo.
"""

import re
import unicodedata
from datetime import date

_HIGHEST = 1e9
_NUMBER = re.compile(r"[-+]?(?:\d{1,9}(?:[.,]\d{1,2})?|[.,]\d{1,2})")


class Formula(str):
    """A cell that a spreadsheet would compute: nobody knows what it showed."""

    __slots__ = ()


def plain(value: object) -> str:
    """Return a cell as text that compares: one kind of space, digit and case.

    >>> plain("  Corner　SHOP ５ "), plain(7.0), plain(None)
    ('corner shop 5', '7', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def number_of(cell: object) -> float | None:
    """Return the number that a cell holds, at most two decimals.

    >>> [number_of(cell) for cell in ("4,5", " ５ ", 0, "0", 3.3000000000000003)]
    [4.5, 5.0, 0.0, 0.0, 3.3]
    >>> [number_of(cell) for cell in ("1,234", "five", True, 1e300, "=1+1", "5 %")]
    [None, None, None, None, None, None]

    :return: ``None`` if it is none
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if not abs(cell) < _HIGHEST or abs(cell - round(cell, 2)) > 1e-9:
            return None
        cell = f"{round(cell, 2):.2f}"
    if not isinstance(cell, str) or isinstance(cell, Formula):
        return None
    text = plain(cell).replace("\u2212", "-")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def shown(number: float) -> str:
    """
    >>> shown(4.50), shown(-0.0), shown(-5)
    ('4.5', '0', '-5')
    """
    return f"{number + 0.0:.2f}".rstrip("0").rstrip(".")


def loose(ref: object) -> str:
    """Return a reference without what spreadsheets take from numbers.

    >>> loose("007") == loose(7.0) == "7"
    True
    """
    text = plain(ref)
    return text.lstrip("0") or text if text.isdecimal() else text


def period_code(day: date, *, quarterly: bool) -> str:
    """Return a month or a quarter in a form that no spreadsheet takes for a date.

    >>> from datetime import date
    >>> period_code(date(2025, 3, 1), quarterly=False)
    '2025-M03'
    >>> period_code(date(2025, 4, 1), quarterly=True)
    '2025-Q2'
    """
    if quarterly:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}-M{day.month:02}"
