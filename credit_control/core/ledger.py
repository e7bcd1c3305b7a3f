"""A receivables ledger that somebody exported: from rows of text to checked rows.

Plain Python: nothing here imports Odoo. A ledger is a sheet of invoices: customer,
invoice, date, due date, amount and, if they are partly or wholly paid, what is open of
them. ``ledger_columns`` finds out what each column is, ``ledger_lines`` what each line
is, ``ledger_amounts`` what a line says is owed; this makes rows of them and says what
contradicts itself. How a file writes dates and amounts finds out who reads such cells.

:func:`read` gives the rows that can be booked; for all others a problem with its line
and a reason code; and questions: what the file leaves open about the meaning of its
amounts. Nothing is to be booked before they are answered. :class:`LedgerError` is what
no single row is to blame for.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .ledger_amounts import Fact, Facts, Money
from .ledger_columns import (
    MONEY,
    Header,
    LedgerError,
    Question,
    find_columns,
    find_header,
    unit_of,
)
from .ledger_lines import Line, Misfit, carry, misfits, sort_lines
from .ledger_names import Name, one_form, take_names

DATE_COLUMNS = ("date", "due", "settled")

_NEVER = frozenset(
    {
        *("", "-", "--", "null", "none", "nan", "nat", "n/a"),
        *("0", "00000000", "0000-00-00", "00.00.0000"),
    }
)
_CARRIED = 3  # one line in so many has no customer: the cells were merged

Day = date  # a row has a column of that name
Table = Sequence[tuple[int, list[str]]]
Days = dict[str, Day | None]
Found = Iterator[tuple[str, ...]]  # column, code, value and what it contradicts


class Row(NamedTuple):
    """One invoice, or a credit note where ``amount`` is negative."""

    line: int  # in the file, from 1; the line it begins on
    customer: str  # their number, or their name where the file has no numbers
    name: str  # "" where the file has none
    invoice: str
    date: Day
    due: Day
    amount: Decimal  # never zero
    settled: Day | None  # the day of the payment, where it is known
    left: Decimal | None = None  # after it; None: nothing if settled, else all
    currency: str = ""  # "" for that of the books
    local: Decimal | None = None  # the amount in the currency of the books, if told
    reference: str = ""  # the customer's own


class Problem(NamedTuple):
    """Why a line cannot be booked. Who knows the books adds codes of their own.

    ``code`` is ``empty_value``, ``too_many_cells``, ``bad_date``, ``bad_amount``,
    ``zero_amount``, ``due_before_date``, ``settled_before_date``,
    ``duplicate_invoice``, ``unknown_currency``, ``open_beyond``, ``open_in_books`` or
    ``partly_paid``.
    """

    line: int
    column: str  # one of COLUMNS, "" if it is the whole line
    code: str
    value: str
    other: str = ""  # what it contradicts: a date, an amount, the line seen before


class Ledger(NamedTuple):
    """The contents of a file. ``columns`` maps each of COLUMNS found to its header."""

    columns: dict[str, str]
    rows: list[Row]
    problems: list[Problem]
    questions: list[Question]
    unused: list[str]  # headers
    names: list[Name]  # of customers who have several
    misfits: list[Misfit]  # totals that are not the sum of their lines
    notes: dict[str, int]  # what was understood: {code: how often}
    by_name: bool = False  # customers have no numbers


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


def left_at(row: Row, day: Day) -> Decimal:
    """:return: what is open of a row by the end of ``day``"""
    if row.settled and row.settled > day:
        return row.amount
    if row.left is not None:
        return row.left
    return Decimal() if row.settled else row.amount


def open_at(rows: Iterable[Row], day: Day) -> list[Row]:
    """:return: the rows dated by ``day`` of which something is open then"""
    return [row for row in booked_by(rows, day) if left_at(row, day)]


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
        receivables=sum((left_at(row, day) for row in still_open), Decimal()),
        overdue=sum((left_at(row, day) for row in overdue_at(rows, day)), Decimal()),
    )


# === READING === #


def read(
    table: Table,
    *,
    read_dates: Callable[[Iterable[str]], Callable[[str], Day | None]],
    read_amounts: Callable[..., Callable[[str], Decimal | None]],
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    currencies: Mapping[str, str] | None = None,
    currency: str = "",
) -> Ledger:
    """Read a ledger.

    >>> from trade_credit_base.core.sheet_form import amount_reader, date_reader
    >>> ledger = read(
    ...     [
    ...         (1, ["Customer", "Invoice", "Date", "Due", "Amount", "Open"]),
    ...         (2, ["C1", "17", "31.01.2024", "28.02.2024", "1.250,00", "250,00"]),
    ...         (3, ["C1", "18", "31.01.2024", "soon", "10,00", "10,00"]),
    ...         (4, ["Total", "", "", "", "1.260,00", "261,00"]),
    ...     ],
    ...     read_dates=date_reader,
    ...     read_amounts=amount_reader,
    ... )
    >>> ledger.rows[0].due.isoformat(), ledger.rows[0].amount, ledger.rows[0].left
    ('2024-02-28', Decimal('1250.00'), Decimal('250.00'))
    >>> ledger.problems
    [Problem(line=3, column='due', code='bad_date', value='soon', other='')]
    >>> [(each.column, each.said, each.found) for each in ledger.misfits]
    [('open', Decimal('261.00'), Decimal('260.00'))]

    :param table: [(line, cells as text)], the first of them the header, or titles
    :param read_dates: all dates of the file → what reads one of them, ``None`` if it
        is none
    :param read_amounts: the same for amounts, without what is beside them, and the
        ``unit`` that they are multiplied with
    :param mapping: {one of COLUMNS: header in the file, "" for not in the file};
        what is not mapped is recognised
    :type mapping: dict[str, str] | None
    :param answers: {code of a question: one of its answers}
    :param currencies: {what currencies are called and signed with: their codes}
    :param currency: the code of the books' own
    :rtype: Ledger
    :raises LedgerError: if the file as a whole is no ledger
    """
    mapping, answers = mapping or {}, answers or {}
    place, height, names = find_header([row for _line, row in table], mapping)
    body = table[place + height :]
    header = find_columns(names, mapping, [row for _line, row in body], answers)
    if not body:
        raise LedgerError("no_rows")
    if header.unit == 1:
        titles = [cell for _line, row in table[:place] for cell in row]
        header = header._replace(unit=unit_of(titles))
    lines = sort_lines(body, header)
    if "customer" not in header.places and not any(
        line.cells["customer"] for line in lines
    ):
        raise LedgerError("missing_column", "customer")
    questions = list(header.questions)
    lines = _carried(lines, answers, questions)
    zeros = one_form(line.cells["customer"] for line in lines)
    for line in lines:
        customer = line.cells["customer"]
        line.cells["customer"] = zeros.get(customer, customer)
    money = Money(currencies or {})
    facts = Facts(
        header,
        lines,
        money,
        read_amounts(
            [money.split(line.cells[key])[0] for line in lines for key in MONEY],
            unit=header.unit,
        ),
        answers=answers,
        currency=currency,
    )
    dates = (line.cells[key] for line in facts.items for key in DATE_COLUMNS)
    checker = _Checker(facts, read_dates(dates), answers)
    for line in facts.items:
        checker.take(line)
    rows = checker.joined()
    rows, varying = take_names(rows, header.by_name)
    return Ledger(
        columns={key: header.names[at] for key, at in header.places.items()},
        rows=rows,
        problems=sorted(checker.problems, key=lambda problem: problem.line),
        questions=[*questions, *facts.questions(), *checker.questions],
        unused=header.unused,
        names=varying,
        misfits=misfits(lines, facts.sums()),
        notes=_notes(checker, lines, header) | ({"zeros": len(zeros)} if zeros else {}),
        by_name=header.by_name,
    )


def _carried(
    lines: list[Line], answers: Mapping[str, str], questions: list[Question]
) -> list[Line]:
    """Give lines without a customer that of the line above, if somebody says so."""
    items = [line for line in lines if not line.total]
    bare = [line for line in items if line.is_carried]
    if len(bare) * _CARRIED < len(items) or not bare:
        return lines
    if "above" not in answers:
        about = str(len(bare)), ("above", "none"), str(bare[0].line)
        questions.append(Question("above", *about))
    return list(carry(lines)) if answers.get("above") == "above" else lines


def _notes(
    checker: "_Checker", lines: Sequence[Line], header: Header
) -> dict[str, int]:
    counts = Counter(checker.notes)
    counts["totals"] = sum(bool(line.total) for line in lines)
    counts["by_name"] = int(header.by_name)
    counts["undated"] = sum(
        row.left is not None and not row.settled for row, _line in checker.rows
    )
    counts["unit"] = header.unit if header.unit > 1 else 0
    return {code: count for code, count in counts.items() if count}


# === CHECKING === #


class _Checker:
    """Sorts lines into rows and problems; remembers what earlier lines said."""

    def __init__(
        self,
        facts: Facts,
        parse_date: Callable[[str], Day | None],
        answers: Mapping[str, str],
    ) -> None:
        self.facts = facts
        self.parse_date = parse_date
        self.answers = answers
        self.rows: list[tuple[Row, Line]] = []
        self.problems: list[Problem] = []
        self.questions: list[Question] = []
        self.notes: Counter[str] = Counter()
        self.wholes: dict[tuple[str, ...], int] = {}  # the line it was first seen on
        self.owners: dict[tuple[str, bool], tuple[str, int]] = {}

    def take(self, line: Line) -> None:
        """File one line."""
        fact = self.facts.of(line)
        if isinstance(fact, Fact) and fact.is_dropped:
            self.notes[fact.is_dropped] += 1
            return
        days = {key: self.parse_date(line.cells[key]) for key in DATE_COLUMNS}
        problems = fact if isinstance(fact, list) else []
        known = fact if isinstance(fact, Fact) else None
        self._complete(line, days, known)
        found = [
            *self._unreadable(line, days, known),
            *problems,
            *self._contradictions(line, days, known),
        ]
        if line.is_overlong:
            found.insert(0, ("", "too_many_cells", ""))
        self.problems += [Problem(line.line, *problem) for problem in found]
        start, due = days["date"], days["due"]
        if not found and start and due and known:
            self.rows.append((self._row(line, start, due, days, known), line))

    def _complete(self, line: Line, days: Days, fact: Fact | None) -> None:
        """Fill in what nobody writes: the due date and the number of a payment."""
        start, terms = days["date"], self.answers.get("due", "")
        if start and not line.cells["due"]:
            if fact and fact.is_credit:
                days["due"] = start
            elif "due" not in self.facts.header.places and terms.isdecimal():
                days["due"] = start + timedelta(int(terms))
        if fact and fact.is_credit and not line.cells["invoice"]:
            kind = line.cells["kind"] or line.cells["reference"]
            line.cells["invoice"] = f"{kind} {start}".strip()

    def _row(self, line: Line, start: Day, due: Day, days: Days, fact: Fact) -> Row:
        settled, left = days["settled"], fact.left
        if left == fact.amount:
            settled, left = None, None  # whatever day is written there, it is open
        cells = line.cells
        return Row(
            line.line,
            cells["customer"],
            cells["name"],
            cells["invoice"],
            start,
            due,
            fact.amount,
            settled,
            left,
            fact.currency,
            fact.local,
            cells["reference"],
        )

    def _unreadable(self, line: Line, days: Days, fact: Fact | None) -> Found:
        cells = line.cells
        for key in ("customer", "invoice"):
            if not cells[key]:
                yield key, "empty_value", ""
        for key in ("date", "due"):
            if days[key] is None and cells[key]:
                yield key, "bad_date", cells[key]
            elif days[key] is None and key in self.facts.header.places:
                yield key, "empty_value", ""
        if days["settled"] is None and cells["settled"].casefold() not in _NEVER:
            yield "settled", "bad_date", cells["settled"]
        if fact and fact.amount == 0:
            yield "amount", "zero_amount", cells["amount"]

    def _contradictions(self, line: Line, days: Days, fact: Fact | None) -> Found:
        start, number = days["date"], line.cells["invoice"]
        for key in ("due", "settled"):
            day = days[key]
            if start and day and day < start and not (fact and fact.is_credit):
                yield key, f"{key}_before_date", str(day), str(start)
        if not number:
            return
        # An invoice and the credit note that takes it back may share a number.
        credit = bool(fact and fact.amount < 0)
        customer = line.cells["customer"] or line.cells["name"]
        owner, first = self.owners.setdefault((number, credit), (customer, line.line))
        same = self.wholes.setdefault(line.whole, line.line)
        if same != line.line or (not credit and _differ(owner, customer)):
            yield "invoice", "duplicate_invoice", number, str(min(first, same))

    # === ONE NUMBER ON SEVERAL LINES === #

    def joined(self) -> list[Row]:
        """Return the rows, with the lines of an invoice made one.

        Lines with another date or due date are instalments. Of the others the amounts
        are parts of the whole, or the whole, written on each of its lines: then they
        are alike throughout the file.
        """
        groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row, _line in self.rows:
            key = row.customer, row.invoice, row.amount < 0, row.currency
            groups[key + (row.date, row.due)].append(row)
        several = [rows for rows in groups.values() if len(rows) > 1]
        how = self._how_joined(several)
        self.notes[how] += len(several)
        keys = Counter(key[:4] for key in groups)
        self.notes["instalments"] += sum(count > 1 for count in keys.values())
        return [
            rows[0] if len(rows) == 1 or how == "repeated" else _added(rows)
            for rows in groups.values()
        ]

    def _how_joined(self, several: Sequence[Sequence[Row]]) -> str:
        """:return: ``repeated`` or ``parts``"""
        if not several:
            return "parts"
        if any(len({row.amount for row in rows}) > 1 for rows in several):
            return "parts"
        if any(len({(row.left, row.settled) for row in rows}) > 1 for rows in several):
            return "parts"
        if answer := self.answers.get("repeated"):
            return answer
        rows = several[0]
        lines = ", ".join(str(row.line) for row in rows[:4])
        if not self.facts.header.has_items:
            about = rows[0].invoice, ("repeated", "parts"), lines
            self.questions.append(Question("repeated", *about))
        return "repeated"


def _differ(one: str, other: str) -> bool:
    return one.casefold().split() != other.casefold().split()


def _added(rows: Sequence[Row]) -> Row:
    """:return: the lines of an invoice as one"""
    lefts = [left_at(row, date.max) for row in rows]
    amount = sum((row.amount for row in rows), Decimal())
    left = sum(lefts, Decimal())
    days = [row.settled for row in rows if row.settled]
    locals_ = [row.local for row in rows if row.local is not None]
    return rows[0]._replace(
        amount=amount,
        left=None if left == amount or (days and not left) else left,
        settled=max(days, default=None) if left != amount else None,
        local=sum(locals_, Decimal()) if len(locals_) == len(rows) else None,
    )
