import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.trade_credit_base.core.sheet_file import is_workbook

from .sheet_common import SheetCommon


@tagged("post_install", "-at_install")
class TestScoreWorkbook(SheetCommon):
    def test_an_export_filled_in_is_imported(self):
        self._score(self.shop, "lost").with_user(self.marketing).entry = "2"
        book = self._book(self._export())
        sheet = book.worksheets[0]
        outlets, lost = self._place(sheet, "outlets"), self._place(sheet, "lost")
        rows = {row[2].value: row for row in sheet.iter_rows(min_row=2)}
        self.assertEqual(rows["Corner Shop"][lost - 1].value, 2)
        self.assertIsNone(rows["Corner Shop"][outlets - 1].value)
        rows["Corner Shop"][outlets - 1].value = 4.5
        rows["Old Depot"][outlets - 1].value = 0
        self.assertEqual(self._wizard(self._bytes(book))._import(), 2)
        self.assertEqual(self._score(self.shop, "outlets").entry, "4.5")
        self.assertEqual(self._score(self.depot, "outlets").entry, "0")
        self.assertEqual(self._score(self.shop, "lost").entry, "2")

    def test_an_export_as_it_is_changes_nothing(self):
        self._score_all(points=3, count=1, dealers=self.depot)
        self._score(self.shop, "outlets").with_user(self.manager)._waive("No visit")
        wizard = self._wizard(self._export()._workbook())
        self.assertEqual(wizard._import(), 0)

    def test_an_export_holds_the_columns_of_its_department(self):
        for department, codes in (
            (self.finance_department, {"paid"}),
            (self.marketing_department, {"outlets", "lost"}),
        ):
            with self.subTest(department.name):
                sheet = self._book(self._export(department, self.manager)).worksheets[0]
                headers = "".join(cell.value for cell in sheet[1])
                for code in "paid", "outlets", "lost", "prices":
                    self.assertEqual(f"[{code}]" in headers, code in codes)

    def test_what_cannot_be_entered_is_grey(self):
        self._score(self.shop, "outlets").with_user(self.manager)._waive("No visit")
        sheet = self._book(self._export()).worksheets[0]
        place = self._place(sheet, "outlets")
        grey = {
            row[2].value: row[place - 1].fill.fill_type
            for row in sheet.iter_rows(min_row=2)
        }
        self.assertEqual(grey, {"Corner Shop": "solid", "Old Depot": None})

    def test_dealers_of_whom_all_is_scored_may_be_left_out(self):
        self._score_all(dealers=self.depot)
        sheet = self._book(self._export(only_todo=True)).worksheets[0]
        names = [row[2].value for row in sheet.iter_rows(min_row=2)]
        self.assertEqual(names, ["Corner Shop"])

    def test_the_guide_explains_every_column(self):
        self._score(self.shop, "lost").indicator_id.guide = "Who went away?"
        guide = self._book(self._export()).worksheets[1]
        rows = {row[0].value: [cell.value for cell in row] for row in guide.iter_rows()}
        self.assertEqual(rows["lost"][3], "Who went away?")
        self.assertIn("from 1: 3", rows["lost"][5])

    def test_a_name_that_looks_like_a_formula_stays_a_name(self):
        self.shop.partner_id.name = "=1+1"
        book = self._book(self._export())
        cells = [row[2] for row in book.worksheets[0].iter_rows(min_row=2)]
        self.assertIn(("=1+1", "s"), [(cell.value, cell.data_type) for cell in cells])
        self.assertEqual(self._wizard(self._export()._workbook())._import(), 0)

    def test_a_formula_is_no_score(self):
        book = self._book(self._export())
        sheet = book.worksheets[0]
        place = self._place(sheet, "outlets")
        sheet.cell(2, place).value = "=2+2"
        sheet.cell(3, place).value = date(2025, 4, 3)
        wizard = self._wizard(self._bytes(book))
        wizard.action_check()
        reasons = wizard.problem_ids.mapped("reason")
        self.assertIn("This is a formula", reasons[0])
        self.assertIn("is not a number", reasons[1])

    def test_a_department_without_a_score_in_the_period_is_told(self):
        wizard = self._export(self.finance_department, self.finance)
        wizard.period = "conduct:2025-01-01"
        with self.assertRaises(UserError) as caught:
            wizard.action_export()
        self.assertIn("nothing to score", str(caught.exception))

    def test_the_file_comes_by_its_own_link(self):
        wizard = self._export()
        action = wizard.action_export()
        self.assertEqual(wizard.filename, "Marketing 2025-M02.xlsx")
        self.assertIn(f"/{wizard.id}/content/", action["url"])
        self.assertTrue(is_workbook(base64.b64decode(wizard.content)))
