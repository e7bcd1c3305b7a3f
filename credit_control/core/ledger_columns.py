"""The columns of a ledger that somebody exported: which header means what.

Plain Python: nothing here imports Odoo. The words are in ``ledger_words``.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from . import ledger_words as words

# What is asked where a file leaves it open: (code, what it is about, its answers)
AMOUNTS = ("amount", "open", "paid", "credited", "debit", "credit")
LOCAL = ("local_amount", "local_open")
MONEY = (*AMOUNTS, *LOCAL)
COLUMNS = (
    *("customer", "name", "invoice", "reference", "date", "due", "settled"),
    *("open", "local_open", "paid", "credited", "debit", "credit", "amount"),
    *("local_amount", "currency", "local_currency", "kind", "side", "status"),
    *("is_open", "is_paid"),
)
_OWED = {"amount", "open", "debit", "credit", "local_amount", "local_open"}
_TABLES = words.COLUMN_WORDS | words.LIMIT_WORDS
_RIVALS = ("amount", "open", "paid", "settled", "currency")

# Which form a word stands for that is used for several: "Paid", "Due", "Open"
_FORMS = {
    **dict.fromkeys(("date", "due", "settled"), "day"),
    **dict.fromkeys(MONEY, "amount"),
    **dict.fromkeys(("is_open", "is_paid"), "flag"),
}
_DAY = re.compile(
    r"4\d{4}(\.0)?|\d{1,4}[-/.年]\s?\w{1,4}[-/.月].*|\d{8}(\.0)?|.*[^\W\d_]{3}.*\d.*"
)
BUCKET = re.compile(
    r"[<>]?\s*\d+\s*(-|–|~|to|bis)\s*\d+\s*(days?|tage|天)?.*|\d+\s*(天|日)?以[内上下].*"
    r"|(>|over|über|älter|older|current|future|period\s*\d|<?\s*\d+\s*months?).*"
    r"|\d+\s*-?\s*(above|\+).*|.*(not due|未到期|逾期\d).*",
    re.IGNORECASE,
)
SAMPLE = 200  # rows that show what form a column has
HEADER_WITHIN = 30  # rows


class LedgerError(ValueError):
    """The file as a whole is no ledger.

    :ivar code: ``no_rows``, ``bad_mapping``, ``unknown_key``, ``unknown_column``,
        ``missing_column``, ``ambiguous_column`` or ``payable``
    :ivar value: the key or column that it is about, or ``""``
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


class Question(NamedTuple):
    """What a file leaves open, and a person has to say.

    ``answers`` are codes that the words of the question know, or headers.
    """

    code: str
    about: str  # the header, the values or the line that it is about
    answers: tuple[str, ...]
    examples: str = ""


class Header(NamedTuple):
    """Where the columns are."""

    names: list[str]  # of all columns, as the file has them
    places: dict[str, int]  # {one of COLUMNS: index}
    questions: list[Question]
    unused: list[str]
    by_name: bool  # no column has customers' numbers
    currency: str  # that the amounts' header names, or ""
    unit: int  # what an amount is multiplied with
    has_items: bool  # it has what was sold: then the amounts are the invoice's


# === WORDS === #


def fold(text: str) -> str:
    """Return a text as words are compared. Brackets are part of a word.

    >>> fold(" Due_Date "), fold("Fällig am:"), fold("金额（原币）"), fold("P. O. #")
    ('duedate', 'faelligam', '金额(原币)', 'po')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    for umlaut, plain in ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ł", "l"):
        text = text.replace(umlaut, plain)
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if char.isalnum() or char in "()±√<>/,€$")


@cache
def folded(text: str) -> dict[str, int]:
    """:return: {word as it is compared: its rank} of words between bars"""
    found: dict[str, int] = {}
    for rank, word in enumerate(text.split("|")):
        found.setdefault(fold(word), rank)
    return found


@cache
def column_words(key: str) -> tuple[str, ...]:
    """:return: the words for a column, as they are compared, the most telling first"""
    languages = _TABLES[key].values()
    return tuple(word for text in languages for word in folded(text))


@cache
def _all_words(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for key in keys for word in column_words(key))


@cache
def _forms_of(word: str) -> frozenset[str]:
    """:return: the forms of the columns that a word may stand for"""
    return frozenset(
        _FORMS.get(key, "text") for key in COLUMNS if word in column_words(key)
    )


def is_word(text: str, table: str) -> bool:
    """
    >>> is_word("Credit  memo", words.KIND_WORDS["credit"])
    True
    """
    return fold(text) in folded(table)


def word_in(text: str, tables: Mapping[str, str]) -> str | None:
    """:return: the key of the table that a text is a word of"""
    plain = fold(text)
    return next((key for key, table in tables.items() if plain in folded(table)), None)


def _form(values: Collection[str]) -> str | None:
    """Tell days, amounts, yes-or-no and other texts apart, ``None`` if all are empty.

    >>> _form(["2024-01-31", ""]), _form(["1,250.00", "0"]), _form(["1", "0"])
    ('day', 'amount', 'flag')
    >>> _form(["", "Yes"]), _form(["soon"]), _form([""]), _form(["20240131"])
    ('flag', 'text', None, 'day')
    """
    said = [value for value in values if value.strip(" -")]
    if not said:
        return None
    if all(word_in(value, words.FLAG_WORDS) for value in said):
        return "flag"
    if sum(bool(_DAY.fullmatch(value)) for value in said) * 2 >= len(said):
        return "day"
    digits = sum(any(char.isdigit() for char in value) for value in said)
    return "amount" if digits * 2 >= len(said) else "text"


# === A MAPPING === #


def parse_mapping(text: str, keys: Collection[str] = COLUMNS) -> dict[str, str]:
    """Return what a mapping on one line says. A header may contain commas.

    >>> parse_mapping("customer=Client no, amount=Total, gross,settled=")
    {'customer': 'Client no', 'amount': 'Total, gross', 'settled': ''}

    :raises LedgerError: ``bad_mapping`` or ``unknown_key``
    """
    mapping = {}
    for part in re.split(r",\s*(?=\w+\s*=)", text.strip()) if text.strip() else ():
        key, equals, header = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise LedgerError("bad_mapping", part)
        if key not in keys:
            raise LedgerError("unknown_key", key)
        mapping[key] = header
    return mapping


# === THE HEADER === #


def find_header(
    rows: Sequence[Sequence[str]],
    mapping: Mapping[str, str],
    keys: tuple[str, ...] = COLUMNS,
) -> tuple[int, int, list[str]]:
    """Find the header among the first rows: titles may stand above it.

    >>> find_header([["ACME Ltd"], ["As of", "May"], ["Invoice", "Date", "Total"]], {})
    (2, 1, ['Invoice', 'Date', 'Total'])
    >>> find_header([["Ref", "Opening", "Due on"], ["", "Amount"], ["7", "5"]], {})
    (0, 2, ['Ref', 'Opening Amount', 'Due on'])

    :param keys: the columns that it may name
    :return: (index of its first row, how many rows it takes, its cells)
    """
    best = (0, 0, 1, list(rows[0]))
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        score = _score(row, mapping, keys)
        if score > best[0]:
            best = (score, place, 1, list(row))
        below = rows[place + 1] if place + 1 < len(rows) else []
        is_wide = sum(bool(cell.strip()) for cell in row) > 2
        if (
            is_wide
            and any(below)
            and not any(char.isdigit() for cell in below for char in cell)
        ):
            joined = _join(row, below)
            if (double := _score(joined, mapping, keys)) > max(best[0], score):
                best = (double, place, 2, joined)
    return best[1:]


def _join(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """:return: a header of two rows as one; a cell above may span several below"""
    width = max(len(above), len(below))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*below, *[""] * (width - len(below))]
    return [f"{a} {b}".strip() for a, b in zip(upper, lower, strict=True)]


def _score(
    row: Sequence[str], mapping: Mapping[str, str], keys: tuple[str, ...]
) -> int:
    """:return: how many columns a row names, twice for what is mapped"""
    plain = {_bare(cell)[0] for cell in row if cell.strip()}
    mapped = sum(
        fold(name) in {fold(cell) for cell in row} for name in mapping.values()
    )
    return 2 * mapped + len(plain & _all_words(keys))


_BRACKET = re.compile(r"(.*?)\s*[(\[【]([^()]*)[)\]】]\s*")


def _bare(name: str) -> tuple[str, str]:
    """Take a unit or a currency out of a header.

    >>> _bare("Amount (EUR)"), _bare("金额（万元）"), _bare("Due €")
    (('amount', 'EUR'), ('金额', '万元'), ('due', '€'))
    >>> _bare("金额(本位币)")
    ('金额(本位币)', '')
    """
    text = unicodedata.normalize("NFKC", name).strip()
    match = _BRACKET.fullmatch(text) or re.fullmatch(
        r"(.*\S)\s+(in [A-Z]{3}|[€$¥£])", text
    )
    if match:
        unit = match[2].strip().removeprefix("in ")
        is_unit = any(is_word(unit, each) for each in words.UNIT_WORDS.values())
        if is_unit or re.fullmatch(r"[A-Z]{3}|\W{1,2}|[A-Z]{1,3}\$", unit):
            if unit not in ("LCY", "#"):
                return fold(match[1]), unit
    return fold(text), ""


def unit_of(texts: Iterable[str]) -> int:
    """Return what amounts are to be multiplied with.

    >>> unit_of(["应收账款明细表", "单位：万元"]), unit_of(["Ledger", "May"])
    (10000, 1)
    """
    for text in texts:
        for unit, table in words.UNIT_WORDS.items():
            plain = fold(text)
            if unit > 1 and any(
                plain == w or plain.endswith(f"位{w}") for w in folded(table)
            ):
                return unit
    return 1


def find_columns(
    names: Sequence[str],
    mapping: Mapping[str, str],
    rows: Sequence[Sequence[str]] = (),
    answers: Mapping[str, str] | None = None,
) -> Header:
    """Find each column in the header: as mapped or answered, else by its usual names.

    >>> found = find_columns(
    ...     ["Customer ID", "Customer", "Invoice no", "Posted", "到期日", "Sum (€)"],
    ...     {"date": "posted", "amount": "Sum (€)"},
    ... )
    >>> found.places
    {'customer': 0, 'name': 1, 'invoice': 2, 'date': 3, 'due': 4, 'amount': 5}

    :param rows: below the header: "Paid" may be a day, an amount, or yes and no
    :raises LedgerError: ``unknown_column``, ``missing_column``, ``ambiguous_column``
    """
    finder = _Finder(names, rows)
    finder.take_mapped(mapping, answers or {})
    for key in COLUMNS:
        if key not in mapping and key not in finder.places:
            finder.take_usual(key)
    return finder.header(mapping, answers or {})


def find_places(
    names: Sequence[str],
    keys: Sequence[str],
    money: Sequence[str],
    mapping: Mapping[str, str],
    rows: Sequence[Sequence[str]] = (),
) -> Header:
    """Find the columns of a sheet of customers that is no ledger, as
    :func:`find_columns` does; nothing is asked.

    >>> find_places(["Client", "Sum"], ("customer", "amount"), ("amount",), {})[1]
    {'customer': 0, 'amount': 1}

    :param keys: the columns that it may have
    :param money: those with amounts
    """
    finder = _Finder(names, rows)
    finder.take_mapped(mapping, {})
    for key in keys:
        if key not in mapping:
            finder.take_usual(key)
    return finder.found(keys, money, finder.settle_who(), [])


class _Finder:
    """Gives each column to the field that its header says it is, once."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.names = [name.strip() for name in names]
        self.bare = [_bare(name) for name in names]
        self.values = [
            [row[place].strip() for row in rows[:SAMPLE] if place < len(row)]
            for place in range(len(names))
        ]
        self.forms = [_form(values) for values in self.values]
        self.places: dict[str, int] = {}

    # --- what is said --- #

    def take_mapped(
        self, mapping: Mapping[str, str], answers: Mapping[str, str]
    ) -> None:
        for key, name in mapping.items():
            if name:
                self.places[key] = self._place(name)
        for code, answer in answers.items():
            kind, _, name = code.partition(":")
            if kind == "column" and answer in COLUMNS and name in self.names:
                self.places.setdefault(answer, self.names.index(name))
            if kind == "which" and answer in self.names:
                self.places.setdefault(name, self.names.index(answer))

    def _place(self, name: str) -> int:
        for form in (str.strip, fold):
            places = [i for i, own in enumerate(self.names) if form(own) == form(name)]
            if len(places) == 1:
                return places[0]
            if places:
                raise LedgerError("ambiguous_column", name)
        raise LedgerError("unknown_column", name)

    # --- what is usual --- #

    def take_usual(self, key: str) -> None:
        for word in column_words(key):
            free = [
                place for place in self._named(word) if self._fits(key, word, place)
            ]
            if len(free) > 1:
                said = [place for place in free if self.forms[place]]
                if key in MONEY or len(said) != 1:
                    raise LedgerError("ambiguous_column", word)
                free = said
            if free:
                self.places[key] = free[0]
                return

    def _named(self, word: str) -> list[int]:
        taken = set(self.places.values())
        return [
            place
            for place, (own, _unit) in enumerate(self.bare)
            if own == word and place not in taken
        ]

    def _fits(self, key: str, word: str, place: int) -> bool:
        form, wanted = self.forms[place], _FORMS.get(key)
        if wanted == "flag":
            return form == "flag" and not {"yes", "no"}.isdisjoint(self._flags(place))
        if (
            key in ("customer", "name", "invoice")
            and form is None
            and self.values[place]
        ):
            others = {own for own, _ in self.bare} & set(column_words(key))
            return len(others) == 1
        if wanted and len(_forms_of(word)) > 1 and form not in (None, "text", wanted):
            is_sum = wanted == "amount" and form == "flag"  # 0 and 1
            return is_sum and "flag" not in _forms_of(word)
        return True

    def _flags(self, place: int) -> set[str | None]:
        return {word_in(value, words.FLAG_WORDS) for value in self.values[place]}

    # --- what came of it --- #

    def header(self, mapping: Mapping[str, str], answers: Mapping[str, str]) -> Header:
        by_name = self.settle_who()
        self._settle_what(mapping)
        planned = self._planned(answers)
        asked = self._questions(self._unused(), answers)
        return self.found(COLUMNS, MONEY, by_name, [*planned, *asked])

    def _unused(self) -> list[int]:
        return [
            place
            for place in range(len(self.names))
            if place not in self.places.values() and self.names[place]
        ]

    def found(
        self,
        keys: Sequence[str],
        money: Sequence[str],
        by_name: bool,
        questions: list[Question],
    ) -> Header:
        """:return: where the columns are"""
        sums = [self.places[key] for key in money if key in self.places]
        units = [self.bare[place][1] for place in sums if self.bare[place][1]]
        return Header(
            names=self.names,
            places=dict(sorted(self.places.items(), key=lambda p: keys.index(p[0]))),
            questions=questions,
            unused=[self.names[place] for place in self._unused()],
            by_name=by_name,
            currency=next((u for u in units if unit_of([u]) == 1 and u != "元"), ""),
            unit=unit_of(units),
            has_items=any(
                fold(name).startswith("item") or is_word(name, words.ITEM_WORDS)
                for name in self.names
            ),
        )

    def settle_who(self) -> bool:
        """:return: whether names identify customers, because nothing else does"""
        places = self.places
        for place, name in enumerate(self.names):
            taken = {"customer", "name"} & places.keys() or place in places.values()
            if not taken and is_word(name, words.PAYABLE_WORDS):
                places["customer"] = place  # asked about, see _whose
                return not all(map(_is_code, filter(None, self.values[place])))
        if "customer" not in places and "name" not in places:
            return True  # they may stand above their items, on lines of their own
        if "customer" not in places or self._is_one_account():
            places["customer"] = places.pop("name")
            return True
        values = [value for value in self.values[places["customer"]] if value]
        word = self.bare[places["customer"]][0]
        if word not in column_words("name"):
            return False
        return bool(values) and not all(map(_is_code, values))

    def _is_one_account(self) -> bool:
        """Tell an account of the chart, the same for everybody, from a customer's."""
        number, name = self.places["customer"], self.places.get("name")
        return (
            name is not None
            and is_word(self.names[number], words.ACCOUNT_WORDS)
            and len(set(filter(None, self.values[number]))) == 1
            and len(set(filter(None, self.values[name]))) > 1
        )

    def _settle_what(self, mapping: Mapping[str, str]) -> None:
        for key in ("invoice", "date"):
            if key not in self.places:
                raise LedgerError("missing_column", key)
        if not _OWED & set(self.places):
            raise LedgerError("missing_column", "amount")

    def _planned(self, answers: Mapping[str, str]) -> list[Question]:
        """Ask whether a payment's date is when it was paid or when it is planned."""
        place = self.places.get("settled")
        if place is None or not is_word(self.names[place], words.PLANNED_WORDS):
            return []
        said = self.values[place]
        is_sap = any(is_word(name, words.SAP_WORDS) for name in self.names)
        is_told = {"open", "paid", "status", "is_open"} & set(self.places)
        if is_told or not (is_sap or (said and all(said))):
            return []
        answer = answers.get("payment_date")
        if answer == "planned":
            del self.places["settled"]
        if answer:
            return []
        return [Question("payment_date", self.names[place], ("settled", "planned"))]

    def _questions(
        self, unused: Sequence[int], answers: Mapping[str, str]
    ) -> Iterable[Question]:
        asked = set()
        for key in _RIVALS:
            if key not in self.places or f"which:{key}" in answers:
                continue
            own = self.places[key]
            rivals = [place for place in unused if self._is_rival(key, place)]
            others = [p for p in rivals if self.values[p] != self.values[own]]
            asked |= set(rivals)
            if others:
                names = tuple(self.names[place] for place in [own, *others])
                yield Question(f"which:{key}", key, names)
        for place in unused:
            name = self.names[place]
            if (
                place not in asked
                and self._counts(place)
                and f"column:{name}" not in answers
            ):
                yield Question(
                    f"column:{name}", name, self._meanings(place), self._example(place)
                )
        if "due" not in self.places and "due" not in answers:
            yield Question("due", "", ("0", "14", "30", "60", "90"))
        yield from self._whose(answers)

    def _whose(self, answers: Mapping[str, str]) -> Iterable[Question]:
        for name in self.names:
            if is_word(name, words.PAYABLE_WORDS) and "payable" not in answers:
                yield Question("payable", name, ("owed_to_us",))
                return

    def _is_rival(self, key: str, place: int) -> bool:
        own = self.bare[place][0]
        if "debit" in self.places and is_word(self.names[place], words.BALANCE_WORDS):
            return False  # of debit and credit
        return (
            self.forms[place] is not None
            and own in column_words(key)
            and self._fits(key, own, place)
            and not is_word(self.names[place], words.BESIDE_WORDS)
        )

    def _counts(self, place: int) -> bool:
        """Tell whether a column that is not understood may change what is owed."""
        name = self.names[place]
        if self.forms[place] in (None, "text") and not self._is_currency(place):
            return False
        if is_word(name, words.BESIDE_WORDS) or BUCKET.fullmatch(name):
            return False
        known = any(fold(name) in column_words(key) for key in COLUMNS)
        return not known and any(
            part in fold(name) for part in folded(words.MONEY_PARTS)
        )

    def _is_currency(self, place: int) -> bool:
        said = [value for value in self.values[place] if value]
        return bool(said) and all(re.fullmatch("[A-Z]{3}", value) for value in said)

    def _meanings(self, place: int) -> tuple[str, ...]:
        by_form = {
            "day": ("settled",),
            "amount": ("open", "paid", "amount", "debit", "credit"),
            "flag": ("is_open", "is_paid"),
        }
        may = by_form.get(self.forms[place] or "", ("currency", "local_currency"))
        return (*(key for key in may if key not in self.places), "nothing")

    def _example(self, place: int) -> str:
        said = dict.fromkeys(value for value in self.values[place] if value)
        return ", ".join(list(said)[:3])


def _is_code(text: str) -> bool:
    """
    >>> [_is_code(text) for text in ("C1", "10-204", "Miller Ltd", "4711", "7 Eleven")]
    [True, True, False, True, False]
    """
    return any(char.isdigit() for char in text) and " " not in text
