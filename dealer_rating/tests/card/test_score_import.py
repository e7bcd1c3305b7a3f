from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .sheet_common import APRIL, FEBRUARY, MARCH, SheetCommon


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
class TestScoreImportDoors(SheetCommon):
    def test_who_scores_nothing_gets_no_import(self):
        for user in self.user, self.manager, self.salesman:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._wizard(["Corner Shop;4;0"], user).action_check()

    def test_a_department_of_any_group_imports(self):
        """A department is a group, whichever: no right hangs on the shipped ones."""
        group = self.env["res.groups"].create({"name": "Logistics"})
        self.marketing_department.group_id = group
        self.user.group_ids += group
        self.assertEqual(self._wizard(["Corner Shop;4;0"], self.user)._import(), 2)

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
