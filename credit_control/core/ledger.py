"""A receivables ledger that somebody exported: from rows of text to checked rows.

Plain Python: nothing here imports Odoo. A ledger is a sheet with one invoice a line:
customer, invoice, date, due date, amount and, where it was paid, the day it was
settled. How a file writes dates and amounts is found out by who reads such cells; this
finds the columns and says what contradicts itself.

:func:`read` gives the rows that can be booked and, for all others, a problem with its
line and a reason code. :class:`LedgerError` is what no single row is to blame for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .ledger_columns import COLUMNS, NEEDED, LedgerError, find_columns

DATE_COLUMNS = ("date", "due", "settled")
_TEXTS = ("customer", "name", "invoice")

_NEVER = frozenset({"", "-", "--", "null", "none", "nan", "n/a", "0000-00-00"})


Day = date  # a row has a column of that name
Table = Sequence[tuple[int, list[str]]]
Cells = dict[str, str]
Days = dict[str, Day | None]
Found = Iterator[tuple[str, ...]]  # column, code, value and what it contradicts


class Row(NamedTuple):
    """One invoice, or a credit note where ``amount`` is negative."""

    line: int  # in the file, from 1; the line it begins on
    customer: str
    name: str  # "" where the file has none
    invoice: str
    date: Day
    due: Day
    amount: Decimal  # never zero
    settled: Day | None


class Problem(NamedTuple):
    """Why a line cannot be booked. Who knows the books adds codes of their own.

    ``code`` is ``empty_value``, ``too_many_cells``, ``bad_date``, ``bad_amount``,
    ``zero_amount``, ``due_before_date``, ``settled_before_date``,
    ``duplicate_invoice`` or ``name_conflict``.
    """

    line: int
    column: str  # one of COLUMNS, "" if it is the whole line
    code: str
    value: str
    other: str = ""  # what it contradicts: a date, the line or name seen before


class Ledger(NamedTuple):
    """The contents of a file. ``columns`` maps each of COLUMNS found to its header."""

    columns: dict[str, str]
    rows: list[Row]
    problems: list[Problem]


class Figures(NamedTuple):
    """A ledger on one day; ``receivables`` and ``overdue`` are sums of open rows."""

    customers: int
    invoices: int  # dated by that day
    settled: int  # of these, settled by that day
    later: int  # dated after that day
    receivables: Decimal
    overdue: Decimal


# === THE LEDGER ON A DAY === #


def booked_by(rows: Iterable[Row], day: Day) -> list[Row]:
    """:return: the rows that are in the ledger by ``day``: dated on it or before"""
    return [row for row in rows if row.date <= day]


def open_at(rows: Iterable[Row], day: Day) -> list[Row]:
    """:return: the rows dated by ``day`` and settled after it, or never"""
    booked = booked_by(rows, day)
    return [row for row in booked if row.settled is None or row.settled > day]


def overdue_at(rows: Iterable[Row], day: Day) -> list[Row]:
    """:return: the open rows that fell due before ``day``"""
    return [row for row in open_at(rows, day) if row.due < day]


def figures(rows: Sequence[Row], day: Day) -> Figures:
    """:return: the :class:`Figures` of ``rows`` on ``day``"""
    booked, still_open = booked_by(rows, day), open_at(rows, day)
    return Figures(
        customers=len({row.customer for row in booked}),
        invoices=len(booked),
        settled=len(booked) - len(still_open),
        later=len(rows) - len(booked),
        receivables=sum((row.amount for row in still_open), Decimal()),
        overdue=sum((row.amount for row in overdue_at(rows, day)), Decimal()),
    )


# === READING === #


def read(
    table: Table,
    *,
    read_dates: Callable[[Iterable[str]], Callable[[str], Day | None]],
    read_amounts: Callable[[Iterable[str]], Callable[[str], Decimal | None]],
    mapping: Mapping[str, str] | None = None,
) -> Ledger:
    """Read a ledger.

    >>> from trade_credit_base.core.sheet_form import amount_reader, date_reader
    >>> ledger = read(
    ...     [
    ...         (1, ["Customer", "Invoice", "Date", "Due", "Amount"]),
    ...         (2, ["C1", "17", "31.01.2024", "28.02.2024", "1.250,00"]),
    ...         (3, ["C1", "18", "31.01.2024", "soon", "10,00"]),
    ...     ],
    ...     read_dates=date_reader,
    ...     read_amounts=amount_reader,
    ... )
    >>> ledger.rows[0].due.isoformat(), ledger.rows[0].amount
    ('2024-02-28', Decimal('1250.00'))
    >>> ledger.problems
    [Problem(line=3, column='due', code='bad_date', value='soon', other='')]

    :param table: [(line, cells as text)], the first of them the header
    :param read_dates: all dates of the file → what reads one of them, ``None`` if it
        is none
    :param read_amounts: the same for amounts
    :param mapping: {one of COLUMNS: header in the file, "" for not in the file};
        what is not mapped is recognised
    :type mapping: dict[str, str] | None
    :rtype: Ledger
    :raises LedgerError: if the file as a whole is no ledger
    """
    (_line, header), *lines = table
    places = find_columns(header, mapping or {})
    if not lines:
        raise LedgerError("no_rows")
    sheet = [
        (line, _cells(cells, places), cells[len(header) :]) for line, cells in lines
    ]
    dates = (cells[key] for _, cells, _ in sheet for key in DATE_COLUMNS)
    amounts = (cells["amount"] for _, cells, _ in sheet)
    checker = _Checker(read_dates(dates), read_amounts(amounts))
    for line, cells, beyond in sheet:
        checker.take(line, cells, overlong=any(beyond))
    columns = {key: header[place].strip() for key, place in places.items()}
    return Ledger(columns, checker.rows, checker.problems)


def _cells(cells: Sequence[str], places: Mapping[str, int]) -> Cells:
    """:return: {column: its cell, "" where the file has none}"""
    values = dict.fromkeys(COLUMNS, "")
    for key, place in places.items():
        if place < len(cells):
            values[key] = cells[place].strip()
    return values


# === CHECKING === #


class _Checker:
    """Sorts lines into rows and problems; remembers what earlier lines said."""

    def __init__(
        self,
        parse_date: Callable[[str], Day | None],
        parse_amount: Callable[[str], Decimal | None],
    ) -> None:
        self.parse_date = parse_date
        self.parse_amount = parse_amount
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        # (number, credit note?): the line it was first seen on
        self.invoices: dict[tuple[str, bool], int] = {}
        self.names: dict[str, str] = {}  # customer: the name it first had

    def take(self, line: int, cells: Cells, *, overlong: bool) -> None:
        """File one line; ``overlong`` if it has more cells than the header."""
        days = {key: self.parse_date(cells[key]) for key in DATE_COLUMNS}
        amount = self.parse_amount(cells["amount"])
        found = [
            *self._unreadable(cells, days, amount),
            *self._contradictions(line, cells, days, amount),
        ]
        if overlong:
            found.insert(0, ("", "too_many_cells", ""))
        self.problems += [Problem(line, *problem) for problem in found]
        start, due = days["date"], days["due"]
        if not found and start and due and amount:
            customer, name, invoice = (cells[key] for key in _TEXTS)
            row = Row(
                line, customer, name, invoice, start, due, amount, days["settled"]
            )
            self.rows.append(row)

    def _unreadable(self, cells: Cells, days: Days, amount: Decimal | None) -> Found:
        read = {**cells, **days, "amount": amount}
        for key in NEEDED:
            if not cells[key]:
                yield key, "empty_value", ""
            elif read[key] is None:
                yield key, "bad_amount" if key == "amount" else "bad_date", cells[key]
        if days["settled"] is None and cells["settled"].casefold() not in _NEVER:
            yield "settled", "bad_date", cells["settled"]
        if amount == 0:
            yield "amount", "zero_amount", cells["amount"]

    def _contradictions(
        self, line: int, cells: Cells, days: Days, amount: Decimal | None
    ) -> Found:
        customer, name, invoice = (cells[key] for key in _TEXTS)
        start = days["date"]
        for key in ("due", "settled"):
            day = days[key]
            if start and day and day < start:
                yield key, f"{key}_before_date", str(day), str(start)
        # An invoice and the credit note that takes it back may share a number.
        number = invoice, (amount or 0) < 0
        first = self.invoices.setdefault(number, line) if invoice else line
        if first != line:
            yield "invoice", "duplicate_invoice", invoice, str(first)
        if customer and name:
            known = self.names.setdefault(customer, name)
            if known.casefold().split() != name.casefold().split():
                yield "name", "name_conflict", name, known
