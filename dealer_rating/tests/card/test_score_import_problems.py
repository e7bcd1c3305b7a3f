import base64
import io
import zipfile
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.trade_credit_base.wizards.trade_sheet_import import SHOWN

from .sheet_common import MONTH, SheetCommon


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
        self.assertIn("measured from the ledger", reasons["B2"])

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
