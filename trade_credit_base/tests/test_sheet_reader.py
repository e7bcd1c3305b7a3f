from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ..core.sheet_file import Limits, SheetError
from ..core.sheet_form import date_reader
from ..wizards.sheet_reader import month_names, read_sheet


@tagged("post_install", "-at_install")
class TestSheetReader(BaseCase):
    """Workbooks of old and the names of months; the rest is the core's."""

    def _read(self, content, **limits):
        return read_sheet(content, Limits(**limits), str)

    def test_an_old_workbook_is_read(self):
        with file_open("product/static/xls/product_template.xls", "rb") as file:
            content = file.read()
        (line, header), *rows = self._read(content)
        self.assertEqual((line, header[0]), (1, "External ID"))
        self.assertTrue(rows)
        with self.assertRaises(SheetError) as caught:
            self._read(content, rows=1)
        self.assertEqual(caught.exception.code, "too_many_rows")

    def test_an_old_workbook_that_is_none_is_refused(self):
        with self.assertRaises(SheetError) as caught:
            self._read(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600)
        self.assertEqual(caught.exception.code, "not_a_sheet")

    def test_months_have_names_in_the_languages_of_those_who_send_sheets(self):
        read = date_reader([], months=month_names())
        for text in ("15. März 2026", "15 mars 2026", "15 mrt. 2026", "15 marca 2026"):
            self.assertEqual(str(read(text)), "2026-03-15", text)
