import io
import warnings
from functools import cache
from itertools import islice

import openpyxl
import xlrd
from babel.dates import get_month_names

from ..core.sheet_file import (
    SheetError,
    check_size,
    check_workbook,
    is_old_workbook,
    is_workbook,
    read_text,
    table,
)

# Of people who send sheets; in other languages months are numbers
LANGUAGES = ("de", "fr", "nl", "es", "it", "pt", "pl", "en")


@cache
def month_names():
    """Return what people call months, in full and short.

    :return: {name in lower case, without a dot: 1 to 12}
    """
    return {
        name.casefold().rstrip("."): month
        for language in LANGUAGES
        for width in ("abbreviated", "wide")
        for context in ("format", "stand-alone")
        for month, name in get_month_names(width, context, language).items()
    }


def read_sheet(content, limits, formula):
    """Read a text file, or the first sheet of a workbook.

    :param bytes content: the file
    :type limits: Limits
    :param formula: makes a cell of a formula: of its text and of what it showed when
        the workbook was saved, ``None`` where nothing computed it
    :return: [(line, cells)], the first of them the header
    :raises SheetError: if it cannot be read
    """
    check_size(content, limits)
    if is_old_workbook(content):
        return table(_read_old_workbook(content, limits), limits)
    if not is_workbook(content):
        return table(read_text(content), limits)
    check_workbook(content, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a workbook has besides cells
        return table(_read_workbook(content, limits, formula), limits)


def _read_workbook(content, limits, formula):
    """Read the first sheet, one row more than the limits allow if there are more.

    What a parser does with a broken file is anybody's guess: whatever it raises, the
    file is at fault.
    """
    try:
        shown = enumerate(_rows(content, limits, data_only=True), 1)
        for line, row in enumerate(_rows(content, limits), 1):
            if any(cell.data_type == "f" for cell in row):
                saved = next(saved for at, saved in shown if at == line)
                yield (
                    line,
                    [_value(*pair, formula) for pair in zip(row, saved, strict=True)],
                )
            else:
                yield line, [cell.value for cell in row]
    except Exception as error:
        raise SheetError("not_a_sheet") from error


def _rows(content, limits, **how):
    """:return: the rows of cells of the first sheet, of which nothing is read yet"""
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, keep_links=False, **how
    )
    most = limits.rows + 2
    rows = book.worksheets[0].iter_rows(max_row=most, max_col=limits.columns + 1)
    yield from islice(rows, most)


def _read_old_workbook(content, limits):
    """Read the first sheet of a workbook (XLS), as Odoo's own import does. It holds
    65,536 rows at most, and is not packed."""
    try:
        book = xlrd.open_workbook(file_contents=content, on_demand=True)
        sheet = book.sheet_by_index(0)
        for line in range(min(sheet.nrows, limits.rows + 2)):
            cells = sheet.row(line)[: limits.columns + 1]
            yield line + 1, [_old_value(cell, book.datemode) for cell in cells]
    except Exception as error:
        raise SheetError("not_a_sheet") from error


def _old_value(cell, datemode):
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#")
    return cell.value


def _value(cell, saved, formula):
    return formula(cell.value, saved.value) if cell.data_type == "f" else cell.value
