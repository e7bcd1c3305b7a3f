from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import RatingCommon
from ..measure.measure_common import MARCH
from .stock_common import DEC_21, DEC_22, MAR_20, StockCommon


@tagged("post_install", "-at_install")
class TestStockReport(StockCommon):
    """A report tells at once what it comes to; what was scored by it stays."""

    def test_it_says_how_long_the_stock_lasts_and_what_that_earns(self):
        report = self._report(450, MAR_20)
        self.assertEqual(
            (report.bought, report.days, report.norm, report.ratio, report.points),
            (900, 45, 30, 1.5, 2),
        )
        self.assertTrue(report.has_days)
        self.assertIn("this stock lasts 45.0 days", report.explanation)

    def test_it_earns_what_the_score_will_not_what_rounded_days_would(self):
        report = self._report(329.7, MAR_20)  # 32.97 days, shown as 33.0
        self.assertEqual((report.days, report.points), (33, 5))
        score = self._score("stock", self.dealer)
        self.assertEqual((score.points, score.value), (5, report.ratio))

    def test_it_says_why_there_are_no_days(self):
        self._dealer(self.other)
        report = self._report(450, MAR_20, self.other)
        self.assertIn("bought nothing, returns taken off", report.explanation)
        self._invoice(900, MAR_20, partner=self.other)
        report.invalidate_recordset()
        self.assertIn("is not known yet", report.explanation)
        self.assertFalse(report.has_days or report.top)

    def test_it_opens_the_invoices_that_it_was_reckoned_by(self):
        report = self._report(450, MAR_20)
        counted = self._invoice(90, DEC_22) + self._invoice(-30, MAR_20)
        self._invoice(90, DEC_21)
        self._invoice(90, date(2024, 3, 21))
        self._invoice(90, MAR_20, partner=self.other)
        found = self.env["account.move"].search(report.action_open_bought()["domain"])
        self.assertLess(counted, found)
        self.assertEqual(sum(found.mapped("amount_untaxed_signed")), report.bought)

    def test_any_number_of_reports_tells_its_days_by_one_statement(self):
        def cost(reports):
            self.env.flush_all()
            self.env.invalidate_all()
            reports.mapped("value")
            before = self.cr.sql_log_count
            reports.mapped("days")
            return self.cr.sql_log_count - before

        reports = self.env["rating.stock.report"].union(
            *(self._report(450, MAR_20 - timedelta(day)) for day in range(40))
        )
        cost(reports)
        self.assertEqual(cost(reports), cost(reports[:2]))

    def test_a_count_is_of_a_day_that_has_come(self):
        with freeze_time("2024-03-19 12:00:00"), self.assertRaises(ValidationError):
            self._report(450, MAR_20)

    @mute_logger("odoo.sql_db")
    def test_a_day_has_one_report(self):
        self._report(450, MAR_20)
        with self.assertRaisesRegex(Exception, "day_unique"):
            self._report(460, MAR_20)

    def test_what_a_closed_card_was_scored_by_stays(self):
        report = self._report(450, MAR_20)
        later = self._report(450, date(2024, 4, 20))
        score = self._score("stock", self.dealer)
        report.with_user(self.marketing).value = 300
        report.value = 450
        score.scorecard_id.sudo()._close()
        for values in {"value": 1}, {"date": MARCH[0]}, {"dealer_id": self.dealer.id}:
            with self.subTest(values), self.assertRaises(UserError):
                report.with_user(self.marketing).write(values)
        with self.assertRaises(UserError):
            report.with_user(self.marketing).unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            later.with_user(self.marketing).date = MARCH[0]
        report.with_user(self.marketing).note = "Half of it is old"
        later.with_user(self.marketing).unlink()
        manager = self.env.user
        score.scorecard_id.with_user(manager)._correct("Counted wrongly")
        report.with_user(self.marketing).value = 300
        again = self._score("stock", self.dealer).filtered("is_current")
        self.assertEqual(again.points, 5)
        self.assertEqual(score.points, 2)


@tagged("post_install", "-at_install")
class TestStockRights(RatingCommon):
    """Who enters what a dealer has in stock, and who sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Ours", user_id=cls.salesman.id)
        cls.stranger = cls._dealer("Not the Salesman's")
        cls.reports = cls.env["rating.stock.report"].create(
            [
                {"dealer_id": dealer.id, "date": cls.START, "value": 1000}
                for dealer in cls.dealer + cls.stranger
            ]
        )

    def test_marketing_and_managers_enter_reports(self):
        for user in self.marketing, self.manager:
            self.reports.with_user(user).write({"value": 2000})
        self.assertEqual(set(self.reports.mapped("value")), {2000})
        self.reports.with_user(self.marketing).unlink()

    def test_nobody_else_enters_them(self):
        for user in self.user, self.finance, self.salesman:
            with self.subTest(user.login):
                report = self.reports[0].with_user(user)
                self.assertEqual(report.value, 1000)
                self.assertTrue(report.explanation)
                with self.assertRaises(AccessError):
                    report.write({"value": 1})
                with self.assertRaises(AccessError):
                    report.unlink()
                with self.assertRaises(AccessError):
                    report.create({"dealer_id": self.dealer.id, "value": 1})

    def test_a_salesperson_sees_those_of_the_own_dealers(self):
        found = self.env["rating.stock.report"].with_user(self.salesman).search([])
        self.assertEqual(found.dealer_id, self.dealer)

    def test_another_companys_reports_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        manager = self._user("other_manager", "rating_group_manager", other)
        reports = self.reports.with_user(manager).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(reports.search([]))
        with self.assertRaises(AccessError):
            reports.write({"value": 1})

    def test_only_a_manager_agrees_on_a_norm(self):
        self.dealer.with_user(self.manager).stock_norm = 45
        self.assertEqual(self.reports[0].norm, 45)
        for user in self.marketing, self.salesman:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.dealer.with_user(user).stock_norm = 10

    def test_the_settings_of_a_branch_are_those_of_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        settings = self.env["res.config.settings"].with_company(branch).create({})
        settings.rating_stock_norm = 60
        self.assertEqual(self.company.rating_stock_norm, 60)
        self.assertEqual(self.reports[0].norm, 60)
