"""How a ledger file writes things: its encoding, its cells, its dates and amounts.

Plain Python: nothing here imports Odoo. What one value leaves open (is 3/4 in March or
in April, is 1,234 more than a thousand?) the other values of the column may settle:
:func:`agreed` asks them all.
"""

import codecs
import csv
import io
import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_DATE = re.compile(
    r"(?:(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"|(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})[-/.](?P<last>\d{4})"
    r"|(?P<packed>\d{8}))"
    r"(?:[T ] *\d{1,2}:.*)?"
)
_YEARS = range(1900, 2200)  # outside it is a slip of the finger
# Decimal mark: what may stand before it. India writes 12,34,567: the last three count.
_WHOLE = {
    ".": re.compile(r"\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}"),
    ",": re.compile(r"\d*|[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}"),
}
_LONGEST = 15  # places before the mark: a float holds no more digits


class LedgerError(ValueError):
    """The file as a whole cannot be read.

    :ivar code: ``empty_file``, ``not_text``, ``broken_quotes``, ``no_rows``,
        ``bad_mapping``, ``unknown_key``, ``unknown_column``, ``missing_column``,
        ``ambiguous_column``, ``ambiguous_date``, ``mixed_date``,
        ``ambiguous_amount`` or ``mixed_amount``
    :ivar value: the key, column, line or cells that it is about, or ``""``
    """

    def __init__(self, code, value=""):
        super().__init__(code, value)
        self.code = code
        self.value = value


def decode(content):
    """Return the text of a file in whatever encoding spreadsheets write.

    >>> decode("客户".encode("gb18030")), decode("Café, Müller".encode("cp1252"))
    ('客户', 'Café, Müller')

    :raises LedgerError: ``empty_file`` or ``not_text``
    """
    if not content.strip():
        raise LedgerError("empty_file")
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if utf16 else ["utf-8-sig", "gb18030", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_chinese(text):
            continue
        if "\0" not in text:
            return text
    raise LedgerError("not_text")


def _is_chinese(text):
    """Tell Chinese from Western text that happens to decode as gb18030.

    An accented letter and the ASCII letter after it decode as a rare character, one
    that the older and smaller gb2312 does not have.
    """
    wide = [char for char in text if ord(char) > 127]
    common = sum(bool(char.encode("gb2312", "ignore")) for char in wide)
    return common * 2 > len(wide)


def records(text):
    """:return: the header and [(line it begins on, cells)], blank lines left out"""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=lambda mark: len(_split(first, mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise LedgerError("broken_quotes", str(line)) from error
    if not found:
        raise LedgerError("empty_file")
    return found[0][1], found[1:]


def _split(line, delimiter):
    return next(csv.reader([line], delimiter=delimiter), [])


# === DATES AND AMOUNTS === #


def agreed(kind, sort_of, values, default):
    """Return what all values of a column agree on.

    :param sort_of: value → a form, ``"?"`` if it fits two, ``None`` if it says nothing
    :raises LedgerError: ``mixed_…`` if they disagree, ``ambiguous_…`` if all fit two
    """
    examples = {}
    for value in values:
        examples.setdefault(sort_of(value), value)
    clear = sorted(examples.keys() - {None, "?"})
    if len(clear) > 1:
        raise LedgerError(f"mixed_{kind}", ", ".join(examples[form] for form in clear))
    if not clear and "?" in examples:
        raise LedgerError(f"ambiguous_{kind}", examples["?"])
    return clear[0] if clear else default


def date_order(text):
    """
    >>> [date_order(text) for text in ("3/4/2024", "3/31/2024", "3.4.2024", "5/5/2024")]
    ['?', 'mdy', 'dmy', None]
    """
    match = _DATE.fullmatch(tidy(text))
    if not match or not match["last"]:
        return None
    orders = [order for order in ("mdy", "dmy") if parse_date(text, order)]
    if match["mark"] == ".":
        orders = [order for order in orders if order == "dmy"]
    if len(orders) == 2:
        return None if int(match["first"]) == int(match["second"]) else "?"
    return orders[0] if orders else None


def parse_date(text, order):
    """
    >>> parse_date("2024年3月5日", "dmy"), parse_date("3/5/2024 0:00", "mdy")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))

    :param order: of day and month where the year is last
    :return: the day, ``None`` if it is none
    """
    match = _DATE.fullmatch(tidy(text))
    if not match:
        return None
    if match["packed"]:
        packed = match["packed"]
        parts = packed[:4], packed[4:6], packed[6:]
    elif match["year"]:
        parts = match.group("year", "month", "day")
    elif order == "mdy":
        parts = match.group("last", "first", "second")
    else:
        parts = match.group("last", "second", "first")
    year, month, day = map(int, parts)
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def tidy(text):
    """:return: full-width digits and signs as plain ones, odd spaces as spaces"""
    return unicodedata.normalize("NFKC", text).strip()


class AmountForm:
    """How the file writes amounts.

    >>> form = AmountForm(["¥", "CNY"], digits=2)
    >>> [str(form.parse(text, ".")) for text in ("￥1,234.5", "(12)", "7-", "USD 5")]
    ['1234.50', '-12.00', '-7.00', 'None']
    """

    def __init__(self, symbols=(), digits=2):
        """
        :param symbols: what may stand before or after an amount
        :param int digits: amounts are rounded to so many decimals
        """
        symbol = "|".join(re.escape(self._pack(text)) for text in symbols if text)
        self.unit = Decimal(1).scaleb(-digits)
        self.shape = re.compile(
            rf"(?P<open>\()?([-+]?)(?:{symbol})?([-+]?)(?P<body>[\d.,]*\d[\d.,]*)"
            rf"(?:{symbol})?([-+]?)(?P<close>\))?",
            re.IGNORECASE,
        )

    def decimal_mark(self, text):
        """
        >>> form = AmountForm()
        >>> [form.decimal_mark(text) for text in ("1,234", "0,5", "1.234.567", "12")]
        ['?', ',', ',', None]
        """
        read = {mark: self.parse(text, mark) for mark in ".,"}
        marks = [mark for mark, amount in read.items() if amount is not None]
        if len(marks) == 2:
            return None if read["."] == read[","] else "?"
        return marks[0] if marks else None

    def parse(self, text, mark):
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
        amount = amount.quantize(self.unit, ROUND_HALF_UP)
        return -amount if minuses else amount

    @staticmethod
    def _pack(text):
        return re.sub(r"[\s'’]", "", tidy(text)).replace("\u2212", "-")
