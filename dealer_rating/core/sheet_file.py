"""Files that people upload: from bytes to rows of cells, as far as that is text.

Plain Python: nothing here imports Odoo. A text file is read here; a workbook is a
packed archive that somebody else reads, after :func:`check_workbook` has seen that it
is no larger, once unpacked, than a sheet of scores can be.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib

LARGEST = 10_000_000  # bytes as uploaded
UNPACKED = 64_000_000  # bytes, all parts of a workbook together
TIGHTEST = 200  # a large part packed tighter than that is made to burst
LOOSE = 1_000_000  # bytes up to which how tight a part is packed tells nothing
TAGS = 4_000_000  # in one part
ROWS = 30_000
COLUMNS = 100
DELIMITERS = ",;\t|"

_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)


class SheetError(ValueError):
    """The file as a whole cannot be read.

    :ivar code: ``empty``, ``too_large``, ``not_a_sheet``, ``not_text``,
        ``broken_quotes``, ``too_many_rows``, ``too_many_columns``, ``no_dealers``,
        ``no_scores``, ``double_column``, ``other_period`` or ``too_many_problems``
    :ivar value: the line, the column or the period that it is about, or ``""``
    """

    def __init__(self, code, value=""):
        super().__init__(code, value)
        self.code = code
        self.value = value


# === WORKBOOKS === #


def is_workbook(content):
    """
    >>> is_workbook(b"PK\\x03\\x04"), is_workbook(b"dealer;target")
    (True, False)
    """
    return content.startswith(b"PK\x03\x04")


def check_size(content):
    """
    :raises SheetError: ``empty`` or ``too_large``
    """
    if not content.strip():
        raise SheetError("empty")
    if len(content) > LARGEST:
        raise SheetError("too_large")


def check_workbook(content):
    """Refuse an archive that no spreadsheet wrote, before anybody unpacks it.

    A part is read up to the size that the archive claims for it, and no further, so
    claims that are small enough hold.

    :param bytes content: what :func:`is_workbook` holds for one
    :raises SheetError: ``too_large`` or ``not_a_sheet``
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_claims(parts)
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


def _check_claims(parts):
    """
    >>> import io, zipfile
    >>> bomb = io.BytesIO()
    >>> with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
    ...     archive.writestr("xl/worksheets/sheet1.xml", b"<c/>" * 500_000)
    >>> check_workbook(bomb.getvalue())
    Traceback (most recent call last):
    ...
    dealer_rating.core.sheet_file.SheetError: ('too_large', '')
    """
    tight = (
        part.file_size > LOOSE and part.file_size > TIGHTEST * part.compress_size
        for part in parts
    )
    if sum(part.file_size for part in parts) > UNPACKED or any(tight):
        raise SheetError("too_large")


def _check_markup(data):
    """Refuse what could make a parser expand or chew: no spreadsheet writes it."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise SheetError("not_a_sheet")
    if data.count(b"<") > TAGS:
        raise SheetError("too_large")


# === TEXT === #


def read_text(content):
    """Read delimited text in whatever encoding and with whatever delimiter.

    >>> read_text("dealer;target\\r\\n客户;5\\r\\n".encode("gb18030"))
    [(1, ['dealer', 'target']), (2, ['客户', '5'])]

    :return: [(line it begins on, from 1; its cells)]
    :raises SheetError: ``not_text``, ``broken_quotes`` or ``too_many_rows``
    """
    text = _decode(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda mark: len(_split(first, mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
            if len(rows) > ROWS:
                raise SheetError("too_many_rows", str(ROWS))
    except csv.Error as error:
        raise SheetError("broken_quotes", str(line)) from error
    return rows


def _split(line, delimiter):
    return next(csv.reader([line], delimiter=delimiter), [])


def _decode(content):
    """
    >>> _decode("Müller".encode("cp1252")), _decode("客户".encode("utf-16"))
    ('Müller', '客户')
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


def _is_chinese(text):
    """Tell Chinese from Western text that happens to decode as gb18030: an accented
    letter and the one after it decode as a character that is in no common use."""
    wide = [char for char in text if ord(char) > 127]
    common = sum(bool(char.encode("gb2312", "ignore")) for char in wide)
    return common * 2 > len(wide)
