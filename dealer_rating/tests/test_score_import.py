import base64
import io
import zipfile
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..core import sheet_file
from ..wizards.rating_score_import import SHOWN
from .common import RatingCommon

MONTH = date(2025, 2, 1)
FEBRUARY, MARCH, APRIL = (
    f"performance:2025-{month}-01" for month in ("02", "03", "04")
)
HEADER = "Dealer [dealer];outlets;lost"


class SheetCommon(RatingCommon):
    """Two dealers, *Corner Shop* (C1) and *Old Depot* (C2), with open cards of the
    first quarter of 2025; marketing scores *outlets* (points) and *lost* (a count)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Corner Shop")
        cls.depot = cls._dealer("Old Depot")
        cls.shop.partner_id.ref, cls.depot.partner_id.ref = "C1", "007"
        cls._rate("2025-03-31")

    def _wizard(self, content, user=None, **values):
        """:param content: lines of text below ``HEADER``, or the bytes of a file"""
        if not isinstance(content, bytes):
            content = "\n".join([HEADER, *content]).encode()
        return (
            self.env["rating.score.import"]
            .with_user(user or self.marketing)
            .create(
                {
                    "content": base64.b64encode(content),
                    "period": FEBRUARY,
                    **values,
                }
            )
        )

    def _score(self, dealer, code, day=MONTH):
        return self._scores(dealer, day, code)

    def _entries(self, dealer, day=MONTH):
        scores = self._scores(dealer, day, kind="performance")
        return {each.indicator_id.code: each.entry for each in scores}

    def _export(self, department=None, user=None, **values):
        department = department or self.marketing_department
        return (
            self.env["rating.score.export"]
            .with_user(user or self.marketing)
            .create(
                {
                    "period": FEBRUARY,
                    "department_id": department.id,
                    **values,
                }
            )
        )

    def _book(self, wizard):
        return openpyxl.load_workbook(io.BytesIO(wizard._workbook()))

    @staticmethod
    def _bytes(book):
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def _place(self, sheet, code):
        return next(c.column for c in sheet[1] if f"[{code}]" in c.value)


@tagged("post_install", "-at_install")
class TestScoreImport(SheetCommon):
    def test_a_sheet_of_scores_is_entered(self):
        wizard = self._wizard(["Corner Shop;4,5;0", "Old Depot;0;2"])
        self.assertEqual(wizard._import(), 4)
        self.assertEqual(
            self._entries(self.shop), {"paid": False, "outlets": "4.5", "lost": "0"}
        )
        self.assertEqual(
            self._entries(self.depot), {"paid": False, "outlets": "0", "lost": "2"}
        )
        lost = self._score(self.depot, "lost")
        self.assertEqual((lost.points, lost.scored_by_id), (2, self.marketing))

    def test_only_the_chosen_period_is_entered(self):
        self._wizard(["Corner Shop;4;0"])._import()
        for day in date(2025, 1, 1), date(2025, 3, 1):
            self.assertFalse(any(self._entries(self.shop, day).values()))

    def test_an_empty_cell_changes_nothing(self):
        self._wizard(["Corner Shop;4;1"])._import()
        self.assertEqual(self._wizard(["Corner Shop; ;"])._import(), 0)
        self.assertEqual(self._entries(self.shop)["outlets"], "4")

    def test_importing_twice_changes_nothing(self):
        lines = ["Corner Shop;4;1", "Old Depot;3;0"]
        self._wizard(lines)._import()
        before = self._score(self.shop, "outlets").scored_on
        wizard = self._wizard(lines)
        wizard.action_import()
        self.assertEqual((wizard.same, wizard.added, wizard.changed), (4, 0, 0))
        self.assertEqual(self._score(self.shop, "outlets").scored_on, before)

    def test_a_dealer_is_known_by_number_reference_or_name(self):
        cases = [
            ("id", self.shop.id),
            ("id", f"{self.shop.id} "),
            ("ref", "c1"),
            ("dealer", " corner  SHOP "),
            ("name", "Corner Shop"),
            ("Kunde [dealer]", "Corner Shop"),
        ]
        for points, (header, name) in enumerate(cases):
            with self.subTest(header):
                text = f"{header};outlets\n{name};{points % 6}".encode()
                self._wizard(text)._import()
                entry = self._score(self.shop, "outlets").entry
                self.assertEqual(entry, f"{points % 6}")

    def test_a_reference_that_a_spreadsheet_took_for_a_number_is_found(self):
        self._wizard(b"ref;outlets\n7;3")._import()
        self.assertEqual(self._score(self.depot, "outlets").entry, "3")

    def test_a_header_may_be_an_indicators_name(self):
        self._wizard(b"dealer,Outlets\nOld Depot,3")._import()
        self.assertEqual(self._score(self.depot, "outlets").entry, "3")

    def test_what_would_change_is_shown_before_it_is_entered(self):
        self._wizard(["Corner Shop;4;"])._import()
        with Form(self.env["rating.score.import"].with_user(self.marketing)) as form:
            form.content = self._wizard(["Corner Shop;3;1", "Old Depot;2;"]).content
            form.period = FEBRUARY
        wizard = form.record
        wizard.action_check()
        self.assertRecordValues(
            wizard,
            [{"state": "checked", "rows": 2, "added": 2, "changed": 1, "bad": 0}],
        )
        self.assertRecordValues(
            wizard.change_ids,
            [
                {"line": 2, "dealer_id": self.shop.id, "before": "4", "after": "3"},
                {"line": 2, "dealer_id": self.shop.id, "before": False, "after": "1"},
                {"line": 3, "dealer_id": self.depot.id, "before": False, "after": "2"},
            ],
        )
        self.assertEqual(self._score(self.shop, "outlets").entry, "4")
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(self._score(self.shop, "outlets").entry, "3")

    def test_the_newest_period_to_be_scored_is_proposed(self):
        self._rate("2025-04-10")

        def proposed(user, day):
            wizards = self.env["rating.score.import"].with_user(user)
            with freeze_time(day):
                return wizards.default_get(["period"])["period"]

        self.assertEqual(proposed(self.finance, "2025-04-11"), MARCH)
        self.assertEqual(proposed(self.marketing, "2025-04-11"), MARCH)
        self._score_all(dealers=self.shop | self.depot, day=date(2025, 3, 1))
        self.assertEqual(proposed(self.finance, "2025-04-11"), FEBRUARY)
        self._score_all(dealers=self.shop | self.depot, day=date(2025, 2, 1))
        self._score_all(dealers=self.shop | self.depot, day=date(2025, 1, 1))
        self.assertEqual(proposed(self.finance, "2025-04-11"), APRIL)


@tagged("post_install", "-at_install")
class TestScoreImportProblems(SheetCommon):
    def _assert_nothing_entered(self):
        open_scores = self._scores(self.shop | self.depot)
        self.assertEqual(set(open_scores.mapped("state")), {"open"})

    def _reasons(self, content, **values):
        wizard = self._wizard(content, **values)
        wizard.action_check()
        return {each.cell or each.line: each.reason for each in wizard.problem_ids}

    def test_one_bad_row_is_enough_to_enter_nothing(self):
        wizard = self._wizard(["Corner Shop;4;0", "Old Depot;6;0"])
        with self.assertRaises(UserError) as caught:
            wizard._import()
        self.assertIn("Nothing was imported: 1 problems", str(caught.exception))
        self.assertIn(
            "Cell B3: This earns 0 to 5 points, not 6.", str(caught.exception)
        )
        wizard.action_import()
        self.assertEqual((wizard.state, wizard.bad), ("checked", 1))
        self._assert_nothing_entered()

    def test_bad_rows_are_skipped_whole_on_demand(self):
        wizard = self._wizard(["Corner Shop;4;0", "Old Depot;6;0"], skip_bad_rows=True)
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertIn("Bad rows skipped: 1", wizard.result)
        self.assertEqual(self._entries(self.shop)["outlets"], "4")
        self.assertFalse(any(self._entries(self.depot).values()))

    def test_every_bad_cell_is_told_by_line_and_cell(self):
        self._dealer("Twin").partner_id.ref = "T1"
        self._dealer("Twin").partner_id.ref = "T2"
        self.assertEqual(
            self._reasons(
                [
                    "Nobody;1;0",
                    "Twin;1;0",
                    ";1;0",
                    "Corner Shop;five;1.5",
                    "Old Depot;-1;-2",
                    "Old Depot;1;0;more",
                ]
            ),
            {
                "A2": "There is no dealer “nobody”.",
                "A3": "2 dealers are called “twin”. Give the number or the reference.",
                4: "The row names no dealer.",
                "B5": "“five” is not a number.",
                "C5": "This is a count: enter 0, 1, 2 …, not 1.5.",
                "B6": "This earns 0 to 5 points, not -1.",
                "C6": "This is a count: enter 0, 1, 2 …, not -2.",
                6: "The dealer has more than one row: 6, 7.",
                7: "The dealer has more than one row: 6, 7.",
                "D7": "The row has more cells than the header: a text with a separator "
                "in it needs quotation marks.",
            },
        )
        self._assert_nothing_entered()

    def test_rows_of_which_only_some_columns_were_sorted_are_noticed(self):
        text = f"id;dealer;outlets\n{self.shop.id};Old Depot;3".encode()
        self.assertIn(
            "Were only some of the columns sorted?", self._reasons(text)["A2"]
        )

    def test_a_column_that_is_no_indicator_is_told(self):
        text = b"dealer;outlets;Remarks\nCorner Shop;4;good"
        self.assertIn("“Remarks” is no indicator", self._reasons(text)["C1"])
        self._wizard(text, skip_bad_rows=True)._import()
        self.assertEqual(self._score(self.shop, "outlets").entry, "4")

    def test_what_nobody_may_enter_is_told_why(self):
        self._score_all(dealers=self.depot, day=date(2025, 1, 1))
        for dealer in self.shop, self.depot:
            self._score(dealer, "paid").with_user(self.finance).entry = "3"
        self._score(self.shop, "outlets").with_user(self.manager)._waive("No visit")
        self._score_all(dealers=self.depot, day=MONTH)
        cards = self._scores(self.depot, MONTH).scorecard_id
        cards.filtered(lambda c: c.kind == "performance").with_user(
            self.manager
        ).action_close()
        text = b"dealer;paid;outlets\nCorner Shop;4;3\nOld Depot;;4"
        reasons = self._reasons(text)
        self.assertIn("Another department scores this", reasons["B2"])
        self.assertIn("A rating manager waived this", reasons["C2"])
        self.assertIn("The card is closed", reasons["C3"])

    def test_what_is_locked_may_stand_there_as_it_is(self):
        self._score(self.shop, "paid").with_user(self.finance).entry = "3"
        wizard = self._wizard(b"dealer;paid;outlets\nCorner Shop;3;4")
        self.assertEqual(wizard._import(), 1)

    def test_what_was_measured_is_not_entered(self):
        score = self._score(self.shop, "outlets")
        score.sudo().write({"is_measured": True, "state": "scored", "points": 2})
        reasons = self._reasons(["Corner Shop;4;"])
        self.assertIn("measured from the books", reasons["B2"])

    def test_a_dealer_without_a_card_is_told(self):
        self._dealer("Newcomer")
        reasons = self._reasons(["Newcomer;4;0"])
        self.assertIn("no card with this indicator", reasons["B2"])

    def test_a_sheet_of_another_period_is_refused(self):
        text = b"dealer;period;outlets\nCorner Shop;2025-M03;4"
        with self.assertRaises(UserError) as caught:
            self._wizard(text).action_check()
        self.assertIn("2025-M03 (2)", str(caught.exception))
        self._assert_nothing_entered()

    def test_a_file_that_cannot_be_read_says_what_to_do(self):
        wide = ";".join(["dealer", *map(str, range(200))])
        cases = [
            ("empty", b" \n", "empty"),
            ("binary", b"\x89PNG\0\0\x81\xff", "neither a workbook nor"),
            ("no workbook", b"PK\x03\x04 and no more", "XLSX"),
            ("quotes", b'dealer;outlets\nCorner Shop;"4', "From line 2 on"),
            ("no dealers", b"outlets;lost\n4;1", "No column names the dealers"),
            ("no scores", b"dealer;remark\nCorner Shop;4", "No column holds scores"),
            ("twice", b"dealer;outlets;Outlets\nx;1;1", "more than one column"),
            ("wide", wide.encode(), "more than 100 columns"),
            ("long", b"dealer;outlets\n" * 30_002, "more than 30000 rows"),
            ("heavy", b"dealer;outlets" + b" " * 10_000_000 + b"x", "larger than"),
        ]
        for name, content, part in cases:
            with self.subTest(name):
                with self.assertRaises(UserError) as caught:
                    self._wizard(content).action_check()
                self.assertIn(part, str(caught.exception))

    def test_the_screen_is_capped_and_the_download_is_not(self):
        lines = [f"=Nobody {number};1;0" for number in range(SHOWN + 50)]
        wizard = self._wizard(lines)
        wizard.action_check()
        self.assertEqual((wizard.bad, len(wizard.problem_ids)), (SHOWN + 50, SHOWN))
        rows = base64.b64decode(wizard.problem_file).decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows), 1 + SHOWN + 50)
        self.assertIn(",'=nobody", rows[1], "a spreadsheet must not compute it")

    def test_a_wrong_sheet_ends_before_it_fills_the_memory(self):
        with patch("odoo.addons.dealer_rating.core.sheet.PROBLEMS", 10):
            with self.assertRaises(UserError) as caught:
                self._wizard([f"Nobody {n};1;0" for n in range(20)]).action_check()
        self.assertIn("does not look like a sheet", str(caught.exception))


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
        self.assertTrue(sheet_file.is_workbook(base64.b64decode(wizard.content)))


@tagged("post_install", "-at_install")
class TestScoreHostileFile(SheetCommon):
    """A workbook is a packed archive of markup, and a stranger may have packed it."""

    def _assert_refused(self, content):
        with self.assertRaises(UserError):
            self._wizard(content).action_check()

    def _archive(self, **replaced):
        """An export, with the bytes of some of its parts replaced."""
        output = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self._export()._workbook())) as old,
            zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                stem = name.rpartition("/")[2].partition(".")[0]
                new.writestr(name, replaced.get(stem, old.read(name)))
        return output.getvalue()

    def _sheet(self, rows, head=""):
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return (
            f'<?xml version="1.0"?>{head}<worksheet xmlns="{space}"><sheetData>{rows}'
            "</sheetData></worksheet>"
        ).encode()

    def test_an_archive_that_bursts_is_not_unpacked(self):
        bomb = self._archive(sheet1=b"<c/>" * 5_000_000)
        self.assertLess(len(bomb), 100_000)
        with patch.object(zipfile.ZipFile, "read", side_effect=AssertionError):
            self._assert_refused(bomb)

    def test_markup_that_declares_entities_is_not_parsed(self):
        head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
        with patch.object(openpyxl, "load_workbook", side_effect=AssertionError):
            self._assert_refused(self._archive(sheet1=self._sheet("", head)))

    def test_a_row_far_below_is_not_counted_up_to(self):
        row = '<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
        self._assert_refused(self._archive(sheet1=self._sheet(row)))

    def test_broken_parts_are_told_not_crashed_on(self):
        cases = [
            ("markup", {"sheet1": b"<worksheet"}),
            ("no markup", {"workbook": b"nothing"}),
            ("a number", {"sheet1": self._sheet('<row r="x"><c r="y"/></row>')}),
            ("a string", {"sheet1": self._sheet('<row><c t="s"><v>99</v></c></row>')}),
        ]
        for name, replaced in cases:
            with self.subTest(name):
                self._assert_refused(self._archive(**replaced))

    def test_an_archive_that_is_no_workbook_is_told(self):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("letter.txt", "Dear Sir")
        self._assert_refused(output.getvalue())


@tagged("post_install", "-at_install")
class TestScoreImportDoors(SheetCommon):
    def test_who_scores_nothing_gets_no_import(self):
        for user in self.user, self.salesman, self.manager:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._wizard([], user)

    def test_who_reads_scores_may_export_them(self):
        self.assertTrue(self._export(user=self.user)._workbook())
        with self.assertRaises(AccessError):
            self._export(user=self.salesman)

    def test_nobody_imports_what_another_department_scores(self):
        wizard = self._wizard(["Corner Shop;4;0"], self.finance)
        with self.assertRaises(UserError):
            wizard._import()
        self.assertFalse(any(self._entries(self.shop).values()))

    def test_another_company_is_neither_read_nor_scored(self):
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self._template(
            "performance",
            (12, 9),
            self._line("outlets", self.marketing_department),
            company=other,
        )
        self._dealer("Corner Shop", company=other)
        self._rate("2025-02-28", other)
        self.assertEqual(self._wizard(["Corner Shop;4;0"])._import(), 2)
        wizard = self._wizard(["Corner Shop;4;0"])
        wizard.company_id = other
        with self.assertRaises(UserError):
            wizard._import()


@tagged("post_install", "-at_install")
class TestScoreImportCost(SheetCommon):
    def test_the_cost_does_not_grow_with_the_dealers(self):
        """Ten times the dealers, as many queries: nothing is done dealer by dealer."""
        counts = [self._queries(size) for size in (20, 200)]
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def _queries(self, size):
        for number in range(size):
            self._dealer(f"Dealer {size} {number}")
        self._rate("2025-03-31")
        lines = [f"Dealer {size} {number};4;{number % 3}" for number in range(size)]
        wizard = self._wizard(lines)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(wizard._import(), 2 * size)
        return self.env.cr.sql_log_count - before
