"""The names of customers: one number, and one name for it.

Plain Python: nothing here imports Odoo. People write a name in several ways; the number
says who it is. Where there are no numbers the name says it, whatever its case and
blanks; "Miller Ltd" and "Miller GmbH" are two.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple


class Name(NamedTuple):
    """The names that a customer has in a file."""

    customer: str
    taken: str
    others: tuple[str, ...]  # the most frequent first


def same_name(text: str) -> str:
    """Return a name as names are compared.

    >>> same_name(" ACME  Ｌｔｄ"), same_name("Acme ltd")
    ('acme ltd', 'acme ltd')
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def without_zeros(number: str) -> str:
    """
    >>> without_zeros("0042"), without_zeros("000"), without_zeros("0A1")
    ('42', '', '0A1')
    """
    return number.lstrip("0") if number.isdecimal() else number


def one_form(numbers: Iterable[str]) -> dict[str, str]:
    """Return the numbers that differ from others in leading zeros only, as some exports
    write them.

    >>> one_form(["0042", "42", "0042", "007", "A1"])
    {'42': '0042'}

    :return: {number: the more frequent form of it, of equals the longer}
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for number in numbers:
        if number.isdecimal():
            forms[without_zeros(number)][number] += 1
    return {
        number: best
        for counts in forms.values()
        for best in [max(counts, key=lambda form: (counts[form], len(form)))]
        for number in counts
        if number != best
    }


def take_names(rows: Iterable[Any], by_name: bool) -> tuple[list[Any], list[Name]]:
    """Give each customer one name: the most frequent, of equals the latest.

    :param rows: with ``customer``, ``name`` and ``date``
    :param by_name: the customer is a name
    :return: the rows with it, and who has several names
    """
    rows = list(rows)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    latest: dict[tuple[str, str], date] = {}
    for row in rows:
        who, name = _who(row, by_name)
        if name:
            seen[who][name] += 1
            latest[who, name] = max(latest.get((who, name), row.date), row.date)
    taken = {
        who: max(names, key=lambda name: (names[name], latest[who, name], name))
        for who, names in seen.items()
    }
    varying = []
    for who, names in seen.items():
        others = {same_name(name): name for name in names if name != taken[who]}
        others.pop(same_name(taken[who]), None)
        if others:
            order = sorted(others.values(), key=lambda name: -names[name])
            varying.append(Name(who, taken[who], tuple(order)))
    return [_named(row, taken, by_name) for row in rows], varying


def _who(row: Any, by_name: bool) -> tuple[str, str]:
    if by_name:
        return same_name(row.customer), " ".join(row.customer.split())
    return row.customer, " ".join(row.name.split())


def _named(row: Any, taken: dict[str, str], by_name: bool) -> Any:
    name = taken.get(_who(row, by_name)[0], "")
    return row._replace(customer=name) if by_name else row._replace(name=name)
