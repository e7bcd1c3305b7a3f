"""Files that people upload: from bytes to rows of cells, as far as that is text.

Plain Python: nothing here imports Odoo. A text file is read here; a workbook is a
packed archive that somebody else reads, after :func:`check_workbook` has seen that it
is no larger, once unpacked, than a sheet can be. :func:`table` takes either's rows.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

TIGHTEST = 200  # a large part packed tighter than that is made to burst
LOOSE = 1_000_000  # bytes up to which how tight a part is packed tells nothing
TAGS = 4_000_000  # in one part
DELIMITERS = ",;\t|"
TITLES = 30  # lines at the beginning, of which one is the header
_PLACES = 9  # beyond them is what computing in floats leaves

_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)


class Limits(NamedTuple):
    """The largest size of a file."""

    size: int = 10_000_000  # bytes as uploaded
    unpacked: int = 64_000_000  # bytes, all parts of a workbook together
    rows: int = 30_000  # below the header
    columns: int = 100


class SheetError(ValueError):
    """The file as a whole cannot be read.

    :ivar code: ``empty``, ``too_large``, ``not_a_sheet``, ``not_text``,
        ``broken_quotes``, ``too_many_rows``, ``too_many_columns``, or one that
        ``sheet_form`` names
    :ivar value: the line, the number or the cells that it is about, or ``""``
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


def check_size(content: bytes, limits: Limits) -> None:
    """
    :raises SheetError: ``empty`` or ``too_large``
    """
    if not content.strip():
        raise SheetError("empty")
    if len(content) > limits.size:
        raise SheetError("too_large")


def table(
    rows: Iterable[tuple[int, list[Any]]], limits: Limits
) -> list[tuple[int, list[Any]]]:
    """Return the rows that say something, without the blank cells at their end.

    >>> table([(1, ["", " "]), (2, ["dealer", "target", ""]), (3, [7, 0])], Limits())
    [(2, ['dealer', 'target']), (3, [7, 0])]

    :param rows: (line in the file, cells)
    :return: the first of them is the header
    :raises SheetError: ``empty``, ``too_many_rows`` or ``too_many_columns``
    """
    found = []
    for count, (line, cells) in enumerate(rows):
        if count > limits.rows:
            raise SheetError("too_many_rows", str(limits.rows))
        while cells and not text_of(cells[-1]):
            cells.pop()
        if cells:
            found.append((line, cells))
    if not found:
        raise SheetError("empty")
    if len(found[0][1]) > limits.columns:
        raise SheetError("too_many_columns", str(limits.columns))
    return found


def text_of(cell: Any) -> str:
    """Return what stands in a cell as somebody would have typed it.

    >>> from datetime import datetime
    >>> [text_of(cell) for cell in (None, " C1 ", 7.0, 1250.5, datetime(2024, 1, 31))]
    ['', 'C1', '7', '1250.5', '2024-01-31 00:00:00']
    >>> text_of(0.1 + 0.2), text_of(0.3 - 0.1 * 3)  # what a formula showed
    ('0.3', '0')
    >>> text_of(0.00001234)
    '0.00001234'
    """
    if isinstance(cell, float):
        cell = round(cell, _PLACES)
        if 0 < abs(cell) < 1:
            return f"{cell:.{_PLACES}f}".rstrip("0")
        cell = int(cell) if cell.is_integer() else cell
    return "" if cell is None else str(cell).strip()


# === WORKBOOKS === #


def is_old_workbook(content: bytes) -> bool:
    """
    >>> is_old_workbook(bytes.fromhex("D0CF11E0A1B11AE1") + b"...")
    True
    """
    return content.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))


def is_workbook(content: bytes) -> bool:
    """
    >>> is_workbook(b"PK\\x03\\x04"), is_workbook(b"dealer;target")
    (True, False)
    """
    return content.startswith(b"PK\x03\x04")


def check_workbook(content: bytes, limits: Limits) -> None:
    """Refuse an archive that no spreadsheet wrote, before anybody unpacks it.

    A part is read up to the size that the archive claims for it, and no further, so
    claims that are small enough hold.

    :param content: what :func:`is_workbook` holds for one
    :raises SheetError: ``too_large`` or ``not_a_sheet``
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_claims(parts, limits)
            for part in parts:
                if _XML.search(part.filename):
                    _check_markup(archive.read(part))
    except SheetError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise SheetError("not_a_sheet") from error


def _check_claims(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """
    >>> import io, zipfile
    >>> bomb = io.BytesIO()
    >>> with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
    ...     archive.writestr("xl/worksheets/sheet1.xml", b"<c/>" * 500_000)
    >>> check_workbook(bomb.getvalue(), Limits())
    Traceback (most recent call last):
    ...
    trade_credit_base.core.sheet_file.SheetError: ('too_large', '')
    """
    tight = (
        part.file_size > LOOSE and part.file_size > TIGHTEST * part.compress_size
        for part in parts
    )
    if sum(part.file_size for part in parts) > limits.unpacked or any(tight):
        raise SheetError("too_large")


def _check_markup(data: bytes) -> None:
    """Refuse what could make a parser expand or chew: no spreadsheet writes it."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise SheetError("not_a_sheet")
    if data.count(b"<") > TAGS:
        raise SheetError("too_large")


# === TEXT === #


def read_text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Read delimited text in whatever encoding and with whatever delimiter.

    >>> list(read_text("dealer;target\\r\\n客户;5\\r\\n".encode("gb18030")))
    [(1, ['dealer', 'target']), (2, ['客户', '5'])]
    >>> list(read_text(b"As of May 31, 2024\\na;b;c;d\\n"))[1]
    (2, ['a', 'b', 'c', 'd'])

    :return: (line it begins on, from 1; its cells)
    :raises SheetError: ``not_text`` or ``broken_quotes``
    """
    text = _decode(content)
    first = [line for line in text.splitlines()[:TITLES] if line.strip()]
    delimiter = max(
        DELIMITERS,
        key=lambda mark: max((len(_split(line, mark)) for line in first), default=0),
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetError("broken_quotes", str(line)) from error


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _decode(content: bytes) -> str:
    """
    >>> _decode("Café, Müller".encode("cp1252")), _decode("客户".encode("utf-16"))
    ('Café, Müller', '客户')
    """
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
    raise SheetError("not_text")


def _is_chinese(text: str) -> bool:
    """Tell Chinese from Western text that happens to decode as gb18030.

    An accented letter and the ASCII letter after it decode as a rare character, one
    that the older and smaller gb2312 does not have.
    """
    wide = [char for char in text if ord(char) > 127]
    common = sum(bool(char.encode("gb2312", "ignore")) for char in wide)
    return common * 2 > len(wide)
