import io
import warnings
from itertools import islice

import openpyxl

from ..core.sheet_file import (
    SheetError,
    check_size,
    check_workbook,
    is_workbook,
    read_text,
    table,
)


def read_sheet(content, limits, formula):
    """Read a text file, or the first sheet of a workbook.

    :param bytes content: the file
    :type limits: Limits
    :param formula: makes a cell of the text of a formula: nobody knows what it showed
    :return: [(line, cells)], the first of them the header
    :raises SheetError: if it cannot be read
    """
    check_size(content, limits)
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
    most = limits.rows + 2
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, keep_links=False
        )
        rows = book.worksheets[0].iter_rows(max_row=most, max_col=limits.columns + 1)
        for line, row in enumerate(islice(rows, most), 1):
            yield line, [_value(cell, formula) for cell in row]
    except Exception as error:
        raise SheetError("not_a_sheet") from error


def _value(cell, formula):
    return formula(cell.value) if cell.data_type == "f" else cell.value
