import io
import warnings
from itertools import islice

import openpyxl

from ..core.sheet_cell import Formula, plain
from ..core.sheet_file import COLUMNS, ROWS, SheetError


def read_workbook(content):
    """Read the first sheet of a workbook, row after row.

    What a parser does with a broken file is anybody's guess: whatever it raises, the
    file is at fault.

    :param bytes content: what ``core.sheet_file.check_workbook`` let pass
    :return: [(line, cells)], a formula as a ``Formula``
    :raises SheetError: ``not_a_sheet`` or ``too_many_rows``
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a workbook has besides cells
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, keep_links=False
            )
            cells = book.worksheets[0].iter_rows(max_row=ROWS + 2, max_col=COLUMNS + 1)
            rows = [
                (line, _trimmed([_value(cell) for cell in row]))
                for line, row in enumerate(islice(cells, ROWS + 2), 1)
            ]
    except Exception as error:
        raise SheetError("not_a_sheet") from error
    if len(rows) > ROWS + 1:
        raise SheetError("too_many_rows", str(ROWS))
    return rows


def _value(cell):
    return Formula(cell.value) if cell.data_type == "f" else cell.value


def _trimmed(cells):
    """:return: the cells without the empty ones that the sheet pads a row with"""
    while cells and not plain(cells[-1]):
        cells.pop()
    return cells
