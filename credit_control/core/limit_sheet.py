"""A spreadsheet of limits: from rows of text to limits, a problem at most each.

Plain Python: nothing here imports Odoo. Columns are found and amounts are read as those
of a ledger, see ``ledger_columns`` and ``ledger_amounts``; the words for what a ledger
has not are ``LIMIT_WORDS``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from . import ledger_words as words
from .ledger import Day, Problem, Table
from .ledger_amounts import Money
from .ledger_columns import (
    Header,
    LedgerError,
    find_header,
    find_places,
    fold,
    is_word,
    unit_of,
)

LIMIT_COLUMNS = ("customer", "name", "limit", "currency", "from", "until", "reason")


class Entry(NamedTuple):
    """A line of a customer's limit. With a problem, what cannot be read is empty."""

    line: int
    customer: str  # their number, or their name where the file has no numbers
    name: str
    limit: Decimal | None
    currency: str = ""  # "" for that of the books
    start: date | None = None
    until: date | None = None
    reason: str = ""
    problem: Problem | None = None


class Sheet(NamedTuple):
    """The contents of a file. ``columns`` maps each of LIMIT_COLUMNS to its header."""

    columns: dict[str, str]
    entries: list[Entry]
    unused: list[str]
    by_name: bool


def read(
    table: Table,
    *,
    read_dates: Callable[[Iterable[str]], Callable[[str], Day | None]],
    read_amounts: Callable[..., Callable[[str], Decimal | None]],
    mapping: Mapping[str, str] | None = None,
    currencies: Mapping[str, str] | None = None,
    currency: str = "",
) -> Sheet:
    """Read limits; the parameters are those of ``ledger.read``.

    >>> from trade_credit_base.core.sheet_form import amount_reader, date_reader
    >>> sheet = read(
    ...     [
    ...         (1, ["Kundennummer", "Kreditlimit (EUR)", "Gültig bis"]),
    ...         (2, ["C1", "1.250,00", "31.12.2026"]),
    ...         (3, ["C2", "viel", ""]),
    ...     ],
    ...     read_dates=date_reader,
    ...     read_amounts=amount_reader,
    ... )
    >>> [(each.customer, each.limit, each.currency) for each in sheet.entries]
    [('C1', Decimal('1250.00'), 'EUR'), ('C2', None, 'EUR')]
    >>> sheet.entries[1].problem
    Problem(line=3, column='limit', code='bad_amount', value='viel', other='')

    :raises LedgerError: if the file as a whole is no list of limits
    """
    mapping = mapping or {}
    place, height, names = find_header(
        [row for _line, row in table], mapping, LIMIT_COLUMNS
    )
    body = table[place + height :]
    rows = [row for _line, row in body]
    header = find_places(names, LIMIT_COLUMNS, ("limit",), mapping, rows)
    for key in "customer", "limit":
        if key not in header.places:
            raise LedgerError("missing_column", key)
    if header.unit == 1:
        titles = [cell for _line, row in table[:place] for cell in row]
        header = header._replace(unit=unit_of(titles))
    lines = list(_lines(body, header))
    if not lines:
        raise LedgerError("no_rows")
    money = Money(currencies or {})
    reader = _Reader(
        header,
        money,
        read_amounts(
            [money.split(cells["limit"])[0] for _line, cells, _long in lines],
            unit=header.unit,
        ),
        read_dates(
            cells[key] for _, cells, _long in lines for key in ("from", "until")
        ),
        currency,
    )
    return Sheet(
        columns={key: header.names[at] for key, at in header.places.items()},
        entries=[reader.entry(*line) for line in lines],
        unused=header.unused,
        by_name=header.by_name,
    )


def _lines(body: Table, header: Header) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Yield lines of customers: no rules, totals and headings above each page."""
    names = [fold(name) for name in header.names]
    for line, row in body:
        label = next((cell for cell in row if cell.strip()), "")
        is_rule = not any(char.isalnum() for cell in row for char in cell)
        if is_rule or is_word(label, words.TOTAL_WORDS):
            continue
        if [fold(cell) for cell in row] != names:
            yield line, _cells(row, header), any(map(str.strip, row[len(names) :]))


def _cells(row: Sequence[str], header: Header) -> dict[str, str]:
    cells = dict.fromkeys(LIMIT_COLUMNS, "")
    for key, place in header.places.items():
        if place < len(row):
            cells[key] = row[place].strip()
    return cells


class _Reader:
    """Reads the cells of a line."""

    def __init__(
        self,
        header: Header,
        money: Money,
        parse_amount: Callable[[str], Decimal | None],
        parse_date: Callable[[str], Day | None],
        currency: str,
    ) -> None:
        self.header = header
        self.money = money
        self.parse_amount = parse_amount
        self.parse_date = parse_date
        self.currency = currency

    def entry(self, line: int, cells: dict[str, str], is_overlong: bool) -> Entry:
        body, beside, sign = self.money.split(cells["limit"])
        amount = self.parse_amount(body) if body else None
        named = cells["currency"] or beside or self.header.currency
        code = self.money.code(named) if named else ""
        days = {key: self.parse_date(cells[key]) for key in ("from", "until")}
        found = [("", "too_many_cells", "")] if is_overlong else []
        if not (cells["customer"] or cells["name"]):
            found.append(("customer", "empty_value", ""))
        if amount is None:
            text = cells["limit"]
            found.append(("limit", "bad_amount" if text else "empty_value", text))
        found += [
            (key, "bad_date", cells[key])
            for key, day in days.items()
            if cells[key] and not day
        ]
        if code is None:
            found.append(("currency", "unknown_currency", named))
        return Entry(
            line,
            cells["customer"],
            cells["name"],
            None if amount is None else amount * sign,
            "" if code == self.currency else code or "",
            days["from"],
            days["until"],
            cells["reason"],
            Problem(line, *found[0]) if found else None,
        )
