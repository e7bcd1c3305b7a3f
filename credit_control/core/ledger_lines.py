"""The lines below the header of a ledger: items, the customers above them, totals.

Plain Python: nothing here imports Odoo. Reports put a customer on a line of their own
above the items, and sums below; neither is an item. A sum is compared with what it is
the sum of, and what does not fit is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from . import ledger_words as words
from .ledger_columns import BUCKET, COLUMNS, LOCAL, MONEY, Header, fold, folded, is_word

_WHO = ("customer", "name")
_KEYS = ("invoice", "date", "due")


class Line(NamedTuple):
    """A line: an item, or the sum of some."""

    line: int  # in the file, from 1; the line it begins on
    cells: dict[str, str]  # by field, "" where the file has none
    whole: tuple[str, ...]  # as it stands there
    is_overlong: bool = False  # it has more cells than the header
    is_carried: bool = False  # its customer is the one of the lines above
    total: str = ""  # what the line of a sum says
    starts: str = ""  # the customer whose items follow


class Misfit(NamedTuple):
    """A total that is not the sum of the lines above."""

    line: int
    label: str
    column: str  # one of MONEY
    said: Decimal
    found: Decimal


def sort_lines(
    table: Iterable[tuple[int, Sequence[str]]], header: Header
) -> list[Line]:
    """Tell items from totals and from lines that only name who follows.

    :return: items and totals in their order
    """
    sorter = _Sorter(header)
    return [line for number, cells in table for line in sorter.take(number, cells)]


class _Sorter:
    """Takes a line after the other; remembers whose items follow."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.names = [fold(name) for name in header.names]
        self.group = ""
        self.last = {"customer": "", "name": ""}

    def take(self, number: int, whole: Sequence[str]) -> Iterator[Line]:
        if self._is_decoration(whole):
            return
        cells = self._cells(whole)
        label = next((cell.strip() for cell in whole if cell.strip()), "")
        if self._is_total(cells, whole, label):
            yield Line(number, cells, tuple(whole), total=label)
        elif any(cells[key] for key in _KEYS) or (
            any(cells[key] for key in MONEY) and not label
        ):
            yield self._item(number, cells, whole)
        elif any(cells[key] for key in MONEY):
            self._start(cells, label)
            yield Line(number, cells, tuple(whole), total=label, starts=self.group)
        else:
            self._start(cells, label)

    def _cells(self, whole: Sequence[str]) -> dict[str, str]:
        cells = dict.fromkeys(COLUMNS, "")
        for key, place in self.header.places.items():
            if place < len(whole):
                cells[key] = whole[place].strip()
        return cells

    def _is_decoration(self, whole: Sequence[str]) -> bool:
        """Tell ruled lines, and headings that stand above each page."""
        return not any(char.isalnum() for cell in whole for char in cell) or (
            [fold(cell) for cell in whole] == self.names
        )

    def _is_total(
        self, cells: Mapping[str, str], whole: Sequence[str], label: str
    ) -> bool:
        if cells["invoice"] and not _is_sum(cells["invoice"]):
            return False
        if not any(cells[key] for key in (*_WHO, *_KEYS)) and any(
            cells[key] for key in MONEY
        ):
            return True  # SAP writes a sum without a word
        if _is_sum(label) and not cells["date"] and any(cells[key] for key in MONEY):
            return True
        return any(is_word(cell, words.TOTAL_WORDS) for cell in whole if cell)

    def _start(self, cells: Mapping[str, str], label: str) -> None:
        if not BUCKET.fullmatch(label) or any(cells[key] for key in _WHO):
            self.group = cells["customer"] or cells["name"] or label
            self.last = {key: cells[key] for key in _WHO}

    def _item(self, number: int, cells: dict[str, str], whole: Sequence[str]) -> Line:
        is_carried = not (cells["customer"] or cells["name"])
        if is_carried and self.group:
            cells["customer"] = self.group
            cells["name"] = self.last["name"]
            is_carried = False
        elif not is_carried:
            self.group = ""
        width = len(self.header.names)
        overlong = any(cell.strip() for cell in whole[width:])
        return Line(number, cells, tuple(whole), overlong, is_carried)


def carry(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines; who has no customer gets that of the line above."""
    last = {key: "" for key in _WHO}
    for line in lines:
        if line.is_carried and not line.total:
            yield line._replace(cells={**line.cells, **last}, is_carried=False)
            continue
        if not line.total:
            last = {key: line.cells[key] for key in _WHO}
        yield line


def _is_sum(text: str) -> bool:
    """
    >>> [_is_sum(text) for text in ("Total for ACME", "合计：", "Totalgaz")]
    [True, True, False]
    """
    if is_word(text, words.TOTAL_WORDS):
        return True
    first = text.replace(":", " ").replace("：", " ").split()[:1]
    return bool(first) and fold(first[0]) in folded(words.TOTAL_WORDS)


def misfits(
    lines: Iterable[Line], amounts: Mapping[int, Mapping[str, Decimal]]
) -> list[Misfit]:
    """Compare each total with what it may be the sum of.

    That is: the lines since the last total, those of the customer, all, all of one
    currency, and all totals so far. A total over several currencies is compared with
    nothing: the rates behind it are not in the file.

    :param amounts: {line: {column: amount}}
    """
    sums = _Sums()
    found: list[Misfit] = []
    above: tuple[Line, Mapping[str, Decimal]] | None = None
    for line in lines:
        own = amounts.get(line.line, {})
        ends = all(said in sums.possible(key) for key, said in own.items())
        if line.starts and not ends:
            found += sums.unmet(above)
            above = line, own
        elif line.total:
            found += [
                Misfit(line.line, line.total, key, said, sums.nearest(key))
                for key, said in own.items()
                if said not in sums.possible(key) and not sums.is_mixed(line, key)
            ]
            sums.close(own)
        else:
            sums.add(line, own)
    return found + sums.unmet(above)


class _Sums:
    """What a total may be the sum of."""

    def __init__(self) -> None:
        self.since: dict[str, Decimal] = defaultdict(Decimal)
        self.all: dict[str, Decimal] = defaultdict(Decimal)
        self.by: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.currencies: set[str] = set()
        self.recent: set[str] = set()  # currencies since the last total
        self.last = ""

    def add(self, line: Line, own: Mapping[str, Decimal]) -> None:
        cells = line.cells
        currency, self.last = f"in {cells['currency']}", f"of {cells['customer']}"
        self.currencies.add(currency)
        self.recent.add(currency)
        for key, amount in own.items():
            self.since[key] += amount
            self.all[key] += amount
            for label in (currency, self.last):
                self.by[label, key] += amount

    def nearest(self, key: str) -> Decimal:
        """:return: what the total is probably meant to be the sum of"""
        return self.all[key] if self.since[key] == 0 else self.since[key]

    def is_mixed(self, total: Line, key: str) -> bool:
        """Tell whether a total is one of several currencies."""
        several = len(self.recent or self.currencies) > 1
        return several and not total.cells["currency"] and key not in LOCAL

    def possible(self, key: str) -> set[Decimal]:
        labels = {*self.currencies, self.last}
        return {
            self.since[key],
            self.all[key],
            *(self.by[label, key] for label in labels if (label, key) in self.by),
        }

    def unmet(self, above: tuple[Line, Mapping[str, Decimal]] | None) -> list[Misfit]:
        """:return: what a sum that stands above its items says otherwise"""
        if above is None:
            return []
        line, own = above
        label = f"of {line.starts}"
        return [
            Misfit(line.line, line.total, key, said, self.by[label, key])
            for key, said in own.items()
            if said != self.by[label, key]
        ]

    def close(self, own: Mapping[str, Decimal]) -> None:
        self.recent = set()
        for key in own:
            self.since[key] = Decimal()
