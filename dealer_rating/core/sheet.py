"""A sheet of scores: a row a dealer, a column an indicator.

Plain Python: nothing here imports Odoo. :func:`read` compares the rows of a file with
the scores that there are, and returns what to enter and, for everything else, a
problem with its line and column. An empty cell changes nothing, a zero is a zero, and
a cell that says what is known already is no change, whoever may score it.

A row names its dealer by number, reference or name; what it names must agree, so that
a sheet in which only some columns were sorted is noticed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .sheet_cell import Formula, loose, number_of, plain, shown

KEYS = ("id", "ref", "dealer", "period")
PROBLEMS = 20_000  # more is not a sheet of scores
LONGEST = 10  # digits of a dealer's number
SHOWN = 60  # characters of a cell that a problem quotes

# A header names its column in brackets at the end, whatever it says before
_MARKED = re.compile(r".*\[([^\[\]]+)\]\s*$", re.DOTALL)
_COUNT = re.compile(r"\+?\d{1,6}(?:[.,]0{1,2})?")


class ScoresError(ValueError):
    """The file as a whole holds no scores that can be entered.

    :ivar code: ``no_dealers``, ``no_scores``, ``double_column``, ``other_period`` or
        ``too_many_problems``
    :ivar value: the column, the period or the number that it is about, or ``""``
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


class Dealer(NamedTuple):
    """One that is rated, as a sheet may name it."""

    id: int
    ref: str  # "" if it has none
    name: str


class Score(NamedTuple):
    """Score that there is for one dealer and indicator."""

    id: int
    entry: str  # as a cell shows it: points or a count, "" as long as it is open
    is_count: bool
    top: float
    lock: str = ""  # why nobody may enter it: a code of a problem, "" if one may


class Change(NamedTuple):
    """One cell that says something new."""

    line: int
    column: int
    dealer: int
    code: str
    score: int
    old: str
    new: str


class Problem(NamedTuple):
    """Why a cell, a row (``column`` is -1) or a column cannot be taken.

    ``code`` is ``unknown_column``, ``no_dealer``, ``unknown_dealer``,
    ``ambiguous_dealer``, ``other_dealer``, ``double_dealer``, ``too_many_cells``,
    ``formula``, ``not_a_number``, ``not_a_count``, ``out_of_range``, ``no_score`` or a
    score's ``lock``.
    """

    line: int
    column: int
    code: str
    value: str = ""
    other: str = ""  # what it contradicts: a name, a line, the most points


class Plan(NamedTuple):
    """Content of a file. Rows with a problem have no changes."""

    header: list[str]  # what the columns are called
    changes: list[Change]
    problems: list[Problem]  # in the order of the file
    rows: int  # that name a dealer or have a cell
    same: int  # cells that say what is known already

    @property
    def bad_rows(self) -> int:
        """:return: how many rows have a problem; a column that is not known is none"""
        return len({each.line for each in self.problems if each.code not in _OF_COLUMN})


Cells = Sequence[object]
Scores = Mapping[tuple[int, str], Score]
Found = defaultdict[str, list[Dealer]]

_OF_COLUMN = ("unknown_column",)


def read(
    table: Sequence[tuple[int, Cells]],
    *,
    dealers: Iterable[Dealer],
    scores: Scores,
    names: Mapping[str, str],
    period: str,
) -> Plan:
    """Compare a file with the scores that there are.

    >>> shop, depot = Dealer(7, "C7", "Corner Shop"), Dealer(8, "C8", "Old Depot")
    >>> plan = read(
    ...     [
    ...         (1, ["Dealer", "Outlets [outlets]", "lost"]),
    ...         (2, ["Corner Shop", "4,5", ""]),
    ...         (3, ["old depot", 6, 0]),
    ...     ],
    ...     dealers=[shop, depot],
    ...     scores={
    ...         (7, "outlets"): Score(70, "", False, 5),
    ...         (8, "outlets"): Score(80, "3", False, 5),
    ...         (8, "lost"): Score(81, "", True, 5),
    ...     },
    ...     names={"outlets": "outlets", "lost": "lost"},
    ...     period="2025-M03",
    ... )
    >>> [(change.score, change.old, change.new) for change in plan.changes]
    [(70, '', '4.5')]
    >>> plan.problems
    [Problem(line=3, column=1, code='out_of_range', value='6', other='5')]

    :param table: [(line, cells)], the first of them the header, none of them blank
    :param dealers: every dealer of the company
    :param names: {what a header may call an indicator, plain: its code}
    :param period: as :func:`period_code` has it
    :raises ScoresError: if it is no sheet of scores, or one of another period
    """
    (line, header), *rows = table
    reader = _Reader(header, _find_columns(header, names), dealers, scores, period)
    reader.note_unknown(line)
    for line, cells in rows:
        reader.take(line, cells)
    return reader.plan()


def _find_columns(header: Cells, names: Mapping[str, str]) -> dict[int, str | None]:
    """:return: {index: a key or an indicator's code, ``None`` if it is neither}"""
    places = {}
    for index, cell in enumerate(header):
        text = plain(cell)
        marked = _MARKED.match(text)
        if not text:
            continue
        for name in [marked[1].strip()] if marked else [text]:
            key = name if name in KEYS else names.get(name)
            places[index] = "dealer" if name == "name" and not key else key
    found = Counter(key for key in places.values() if key)
    twice = next((key for key, count in found.items() if count > 1), None)
    if twice:
        raise ScoresError("double_column", twice)
    if not found.keys() & {"id", "ref", "dealer"}:
        raise ScoresError("no_dealers")
    if not found.keys() - set(KEYS):
        raise ScoresError("no_scores")
    return places


class _Reader:
    """Sorts the cells of a file into changes and problems."""

    def __init__(
        self,
        header: Cells,
        places: Mapping[int, str | None],
        dealers: Iterable[Dealer],
        scores: Scores,
        period: str,
    ) -> None:
        self.header = [str(cell or "").strip() for cell in header]
        self.unknown = [index for index, key in places.items() if key is None]
        self.keys = {key: index for index, key in places.items() if key in KEYS}
        self.codes = {
            index: key for index, key in places.items() if key and key not in KEYS
        }
        self.dealers = {dealer.id: dealer for dealer in dealers}
        self.by_ref: Found = defaultdict(list)
        self.by_loose: Found = defaultdict(list)
        self.by_name: Found = defaultdict(list)
        for dealer in self.dealers.values():
            self.by_ref[plain(dealer.ref)].append(dealer)
            self.by_loose[loose(dealer.ref)].append(dealer)
            self.by_name[plain(dealer.name)].append(dealer)
        self.scores = scores
        self.period = plain(period)
        self.problems: list[Problem] = []
        self.changes: list[Change] = []
        self.rows = self.same = 0
        # {dealer: the lines that name it}
        self.lines: defaultdict[int, list[int]] = defaultdict(list)

    def plan(self) -> Plan:
        """:rtype: Plan"""
        for lines in self.lines.values():
            if len(lines) > 1:
                others = ", ".join(map(str, lines))
                for line in lines:
                    self._problem(line, -1, "double_dealer", other=others)
        bad = {each.line for each in self.problems if each.code not in _OF_COLUMN}
        return Plan(
            self.header,
            [change for change in self.changes if change.line not in bad],
            sorted(self.problems),
            self.rows,
            self.same,
        )

    def note_unknown(self, line: int) -> None:
        """Tell of the columns that are neither a dealer's nor an indicator's."""
        for index in self.unknown:
            self._problem(line, index, "unknown_column", self.header[index])

    def take(self, line: int, cells: Cells) -> None:
        """File one row."""
        self.rows += 1
        self._check_period(line, cells)
        if any(map(plain, cells[len(self.header) :])):
            self._problem(line, len(self.header), "too_many_cells")
        dealer = self._dealer(line, cells)
        if not dealer:
            return
        self.lines[dealer.id].append(line)
        for index, code in self.codes.items():
            cell = self._cell(cells, index)
            if plain(cell):
                self._score(line, index, dealer, code, cell)

    def _cell(self, cells: Cells, index: int | None) -> object:
        return cells[index] if index is not None and index < len(cells) else None

    def _check_period(self, line: int, cells: Cells) -> None:
        found = plain(self._cell(cells, self.keys.get("period")))
        if found and found != self.period:
            raise ScoresError("other_period", f"{found} ({line})")

    def _problem(
        self, line: int, column: int, code: str, value: object = "", other: object = ""
    ) -> None:
        if len(self.problems) >= PROBLEMS:
            raise ScoresError("too_many_problems", str(PROBLEMS))
        value = str(value).strip()
        if len(value) > SHOWN:
            value = f"{value[: SHOWN - 1]}…"
        self.problems.append(Problem(line, column, code, value, str(other)))

    # === THE DEALER === #

    def _dealer(self, line: int, cells: Cells) -> Dealer | None:
        """:return: the :class:`Dealer` of a row, ``None`` after telling why none"""
        found = self._dealer_or_problem(cells)
        if isinstance(found, Dealer):
            return found
        self._problem(line, *found)
        return None

    def _dealer_or_problem(self, cells: Cells) -> Dealer | tuple[int, str, str, str]:
        """:return: the dealer, or a problem from its column on"""
        named = {}
        for key in ("id", "ref", "dealer"):
            cell = self._cell(cells, self.keys.get(key))
            if isinstance(cell, Formula):
                return self.keys[key], "formula", cell, ""
            if plain(cell):
                named[key] = plain(cell)
        if not named:
            return -1, "no_dealer", "", ""
        key = next(iter(named))
        value, column = named[key], self.keys[key]
        found = self._candidates(key, value)
        if not found:
            return column, "unknown_dealer", value, ""
        agreeing = [dealer for dealer in found if self._agrees(dealer, named)]
        if not agreeing:
            other = f"{found[0].ref} {found[0].name}".strip()
            return column, "other_dealer", value, other
        if len(agreeing) > 1:
            return column, "ambiguous_dealer", value, str(len(agreeing))
        return agreeing[0]

    def _candidates(self, key: str, value: str) -> list[Dealer]:
        if key == "id":
            known = value.isdecimal() and len(value) <= LONGEST
            found = self.dealers.get(int(value)) if known else None
            return [found] if found else []
        if key == "ref":
            return self.by_ref.get(value) or self.by_loose.get(loose(value), [])
        return self.by_name.get(value, [])

    @staticmethod
    def _agrees(dealer: Dealer, named: Mapping[str, str]) -> bool:
        ref, name = named.get("ref"), named.get("dealer")
        return (ref is None or loose(ref) == loose(dealer.ref)) and (
            name is None or name == plain(dealer.name)
        )

    # === THE SCORES === #

    def _score(
        self, line: int, index: int, dealer: Dealer, code: str, cell: object
    ) -> None:
        """File one cell that is not empty."""
        score = self.scores.get((dealer.id, code))
        number = number_of(cell)
        if isinstance(cell, Formula):
            self._problem(line, index, "formula", cell)
        elif number is None:
            self._problem(line, index, "not_a_number", cell)
        elif not score:
            self._problem(line, index, "no_score", cell)
        elif score.entry and shown(number) == score.entry:
            self.same += 1
        elif score.lock:
            self._problem(line, index, score.lock, cell)
        elif score.is_count and not _COUNT.fullmatch(shown(number)):
            self._problem(line, index, "not_a_count", cell)
        elif not score.is_count and not 0 <= number <= score.top:
            self._problem(line, index, "out_of_range", cell, shown(score.top))
        else:
            new = shown(number)
            self.changes.append(
                Change(line, index, dealer.id, code, score.id, score.entry, new)
            )
