"""The ways in which a file writes dates and amounts.

Plain Python: nothing here imports Odoo. What one value leaves open (is 3/4 in March or
in April, is 1,234 more than a thousand?) the other values of the file may settle. Where
all of them leave it open, that is a :class:`SheetError` for a person to resolve: a
guess would be wrong by a month, or by a factor of a thousand.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from .given import YEARS
from .money import exact
from .sheet_file import SheetError

_DATE = re.compile(
    r"(?:(?P<year>\d{4}|(?:民國|民国)?1\d{2})[-/.年](?P<month>\d{1,2})[-/.月]"
    r"(?P<day>\d{1,2})日?"
    r"|(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})"
    r"(?:[-/.](?P<last>\d{4})|[/.](?P<short>\d{2}))"
    r"|(?P<before>\d{1,2})[-/. ]*(?P<name>[^\W\d_]{3,})[-/., ]*(?P<named>\d{4}|\d{2})"
    r"|(?P<name2>[^\W\d_]{3,})[-. ]*(?P<after>\d{1,2})(?:st|nd|rd|th)?[-, ]+"
    r"(?P<named2>\d{4}|\d{2})"
    r"|(?P<packed>\d{8})(?:\.0+)?"
    r"|(?P<serial>\d{5})(?:\.\d+)?)"
    r"(?:[T ] *\d{1,2}:.*)?",
    re.IGNORECASE,
)
_SERIALS = range(25_569, 73_051)  # how spreadsheets count the days of 1970 to 2099
_EPOCH = date(1899, 12, 30)
_REPUBLIC = 1911  # year 0 of the calendar of Taiwan
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may"),
            *("jun june", "jul july", "aug august", "sep sept september"),
            *("oct october", "nov november", "dec december"),
        ),
        1,
    )
    for name in names.split()
}
# Decimal mark: what may stand before it. India writes 12,34,567: the last three count.
_WHOLE = {
    ".": re.compile(r"\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}"),
    ",": re.compile(r"\d*|[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}"),
}
_LONGEST = 15  # places before the mark: a float holds no more digits


def date_reader(
    texts: Iterable[str],
    order: str | None = None,
    months: Mapping[str, int] | None = None,
) -> Callable[[str], date | None]:
    """Find out how a file writes dates.

    >>> read = date_reader(["3/4/2024", "3/31/2024"])
    >>> read("3/4/2024"), read("soon")
    (datetime.date(2024, 3, 4), None)
    >>> for text in "31-Mar-24", "20240331.0", "113/03/31", "45382":
    ...     assert read(text) == date(2024, 3, 31)

    :param texts: all dates of the file
    :param order: ``"mdy"`` or ``"dmy"``, ``None`` to find out. Dates that begin with
        the year need neither, nor do those with the name of the month.
    :param months: {name: 1 to 12} beside the English ones
    :return: text → the day, ``None`` if it is none
    :raises SheetError: ``ambiguous_date`` or ``mixed_date``
    """
    known = order or _agreed("date", _date_order, texts, "ymd")
    named = _MONTHS | dict(months or {})
    return lambda text: _parse_date(text, known, named)


def amount_reader(
    texts: Iterable[str],
    mark: str | None = None,
    symbols: Iterable[str] = (),
    digits: int = 2,
    unit: int = 1,
) -> Callable[[str], Decimal | None]:
    """Find out how a file writes amounts.

    >>> read = amount_reader(["1.234", "0,5"])
    >>> read("1.234"), read("USD 5")
    (Decimal('1234.00'), None)
    >>> amount_reader([], unit=1000)("1.23456")
    Decimal('1234.56')

    :param texts: all amounts of the file
    :param mark: ``"."`` or ``","`` before the decimals, ``None`` to find out
    :param symbols: what may stand before or after an amount
    :param digits: amounts are rounded to so many decimals
    :param unit: what amounts are multiplied with, thousands for example
    :return: text → the amount, ``None`` if it is none
    :raises SheetError: ``ambiguous_amount`` or ``mixed_amount``
    """
    form = _AmountForm(symbols, digits, unit)
    known = mark or _agreed("amount", form.decimal_mark, texts, ".")
    return lambda text: form.parse(text, known)


def _agreed(
    kind: str, sort_of: Callable[[str], str | None], values: Iterable[str], default: str
) -> str:
    """Return what all values of a column agree on.

    :param sort_of: value → a form, ``"?"`` if it fits two, ``None`` if it says nothing
    :raises SheetError: ``mixed_…`` if they disagree, ``ambiguous_…`` if all fit two
    """
    examples: dict[str | None, str] = {}
    for value in values:
        examples.setdefault(sort_of(value), value)
    clear = sorted(form for form in examples if form and form != "?")
    if len(clear) > 1:
        raise SheetError(f"mixed_{kind}", ", ".join(examples[form] for form in clear))
    if not clear and "?" in examples:
        raise SheetError(f"ambiguous_{kind}", examples["?"])
    return clear[0] if clear else default


def _date_order(text: str) -> str | None:
    """
    >>> [_date_order(day) for day in ("3/4/2024", "3/31/2024", "3.4.2024", "5/5/2024")]
    ['?', 'mdy', 'dmy', None]
    """
    match = _DATE.fullmatch(_tidy(text))
    if not match or not match["first"]:
        return None
    orders = [order for order in ("mdy", "dmy") if _parse_date(text, order)]
    if match["mark"] == ".":
        orders = [order for order in orders if order == "dmy"]
    if len(orders) == 2:
        return None if int(match["first"]) == int(match["second"]) else "?"
    return orders[0] if orders else None


def _parse_date(
    text: str, order: str, months: Mapping[str, int] = _MONTHS
) -> date | None:
    """
    >>> _parse_date("2024年3月5日", "dmy"), _parse_date("3/5/24 0:00", "mdy")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))

    :param order: of day and month where the year is last
    :return: the day, ``None`` if it is none
    """
    match = _DATE.fullmatch(_tidy(text))
    if not match:
        return None
    if match["serial"]:
        serial = int(match["serial"])
        return _EPOCH + timedelta(serial) if serial in _SERIALS else None
    year, month, day = _year_month_day(match, order, months)
    if year not in YEARS or not month:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_month_day(
    match: re.Match[str], order: str, months: Mapping[str, int]
) -> tuple[int, int, int]:
    """:return: what a date says; month 0 if it has a name that is none"""
    if packed := match["packed"]:
        return int(packed[:4]), int(packed[4:6]), int(packed[6:])
    if year := match["year"]:
        digits = year[-4:].strip("民國国")
        past = _REPUBLIC if len(digits) < 4 else 0
        return int(digits) + past, int(match["month"]), int(match["day"])
    if name := match["name"] or match["name2"]:
        day = match["before"] or match["after"]
        year = match["named"] or match["named2"]
        return _whole_year(year), months.get(name.casefold(), 0), int(day)
    first, second = int(match["first"]), int(match["second"])
    year = _whole_year(match["last"] or match["short"])
    return (year, first, second) if order == "mdy" else (year, second, first)


def _whole_year(text: str) -> int:
    """
    >>> _whole_year("26"), _whole_year("98"), _whole_year("2026")
    (2026, 1998, 2026)
    """
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _tidy(text: str) -> str:
    """:return: full-width digits and signs as plain ones, odd spaces as spaces"""
    return unicodedata.normalize("NFKC", text).strip()


class _AmountForm:
    """The way in which a file writes amounts.

    >>> form = _AmountForm(["¥", "CNY"], digits=2)
    >>> [str(form.parse(text, ".")) for text in ("￥1,234.5", "(12)", "7-", "USD 5")]
    ['1234.50', '-12.00', '-7.00', 'None']
    """

    def __init__(
        self, symbols: Iterable[str] = (), digits: int = 2, unit: int = 1
    ) -> None:
        """
        :param symbols: what may stand before or after an amount
        :param digits: amounts are rounded to so many decimals
        :param unit: what amounts are multiplied with
        """
        symbol = "|".join(re.escape(self._pack(text)) for text in symbols if text)
        self.least = Decimal(1).scaleb(-digits)
        self.unit = unit
        self.shape = re.compile(
            rf"(?P<open>\()?([-+]?)(?:{symbol})?([-+]?)(?P<body>(?=[.,]*\d)[\d.,]+)"
            rf"(?:{symbol})?([-+]?)(?P<close>\))?",
            re.IGNORECASE,
        )

    def decimal_mark(self, text: str) -> str | None:
        """
        >>> form = _AmountForm()
        >>> [form.decimal_mark(text) for text in ("1,234", "0,5", "1.234.567", "12")]
        ['?', ',', ',', None]
        """
        read = {mark: self.parse(text, mark) for mark in ".,"}
        marks = [mark for mark, amount in read.items() if amount is not None]
        if len(marks) == 2:
            return None if read["."] == read[","] else "?"
        return marks[0] if marks else None

    def parse(self, text: str, mark: str) -> Decimal | None:
        """
        :param mark: before the decimals, ``"."`` or ``","``; the other one may stand
            between thousands
        :return: the amount, rounded; ``None`` if it is none
        """
        match = self.shape.fullmatch(self._pack(text))
        if not match or bool(match["open"]) != bool(match["close"]):
            return None
        whole, _mark, decimals = match["body"].partition(mark)
        minuses = [sign for sign in match.group("open", 2, 3, 5) if sign in ("(", "-")]
        if not _WHOLE[mark].fullmatch(whole) or len(minuses) > 1:
            return None
        if not re.fullmatch(r"\d*", decimals) or len(whole) > _LONGEST:
            return None
        amount = Decimal(f"{re.sub('[.,]', '', whole)}.{decimals}")
        amount = exact(amount * self.unit, self.least)
        return -amount if minuses else amount

    @staticmethod
    def _pack(text: str) -> str:
        return re.sub(r"[\s'’]", "", _tidy(text)).replace("\u2212", "-")
