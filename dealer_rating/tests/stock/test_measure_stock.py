from datetime import date

from odoo.tests import freeze_time, tagged

from ..measure.measure_common import MARCH
from .stock_common import DEC_21, DEC_22, MAR_20, StockCommon


@tagged("post_install", "-at_install")
class TestMeasureStock(StockCommon):
    """Days of stock: its value by what was bought a day in 90 days, by the norm."""

    def test_a_stock_lasts_as_long_as_it_would_at_the_pace_of_purchases(self):
        self._report(450, MAR_20)
        self.assertMeasures("stock", 45, 30, items=1)

    def test_the_days_of_purchases_are_those_up_to_the_count(self):
        self._report(450, MAR_20)
        self._invoice(90, DEC_21)
        self._invoice(90, date(2024, 3, 21))
        self.assertMeasures("stock", 45, 30)
        self._invoice(90, DEC_22)
        self.assertMeasures("stock", 450 / 11, 30)
        self._invoice(90, MAR_20)
        self.assertMeasures("stock", 450 / 12, 30)
        self._invoice(-180, MAR_20)
        self.assertMeasures("stock", 45, 30)

    def test_the_newest_report_of_the_month_counts(self):
        self._report(450, date(2024, 2, 29))
        self.assertNothing("stock")
        self._report(300, MARCH[0])
        self.assertMeasures("stock", 30, 30)
        self._report(450, MAR_20)
        self.assertMeasures("stock", 45, 30)
        self._report(900, date(2024, 4, 1))
        self.assertMeasures("stock", 45, 30)

    def test_months_of_the_indicator_say_how_old_a_report_may_be(self):
        self._report(450, date(2024, 2, 29))
        self.assertMeasures("stock", 45, 30, date_from=date(2024, 1, 1))

    def test_a_dealers_norm_goes_before_the_companys(self):
        self._report(450, MAR_20)
        self.company.rating_stock_norm = 90
        self.assertMeasures("stock", 45, 90)
        self.dealer.stock_norm = 15
        self.assertMeasures("stock", 45, 15)

    def test_the_company_says_of_how_many_days_the_pace_is(self):
        self._report(450, MAR_20)
        self.company.rating_stock_days = 65  # begins on the day of the invoice + 1
        self.assertNothing("stock")
        self.company.rating_stock_days = 66
        self.assertMeasures("stock", 450 * 66 / 900, 30)

    def test_an_empty_stock_is_no_day_and_not_nothing(self):
        self._report(0, MAR_20)
        self.assertMeasures("stock", 0, 30)

    def test_without_purchases_there_is_nothing_to_measure(self):
        self._report(450, MAR_20)
        self._invoice(-900, MAR_20)
        self.assertNothing("stock")
        self._invoice(-10, MAR_20)
        self.assertNothing("stock")

    def test_what_a_new_dealer_fills_its_shelves_with_is_no_pace(self):
        self._dealer(self.other)
        self._report(450, MAR_20, self.other)
        self._invoice(900, DEC_22, partner=self.other)
        self.assertNotIn(self.other, self._measured("stock"))
        self._invoice(1, DEC_21, partner=self.other)
        self.assertIn(self.other, self._measured("stock"))

    def test_a_month_that_runs_knows_no_later_report(self):
        self._report(450, MAR_20)
        with freeze_time("2024-03-19 12:00:00"):
            self.assertNothing("stock")

    def test_what_a_dealer_reports_to_another_company_counts_there(self):
        other = self.setup_other_company()["company"]
        dealer = self._dealer(company_id=other.id)
        self.env["rating.stock.report"].create(
            {"dealer_id": dealer.id, "date": MAR_20, "value": 450}
        )
        self.assertNothing("stock")
        self._report(300, MAR_20)
        self.assertMeasures("stock", 30, 30)

    def test_a_score_says_its_days_and_opens_the_report(self):
        report = self._report(450, MAR_20)
        self._report(300, MARCH[0])
        score = self._score("stock", self.dealer)
        self.assertEqual(score.points, 2)
        self.assertEqual(
            score.explanation,
            "The stock that was last reported from 03/01/2024 to 03/31/2024 lasts 45.0 "
            "days, the norm is 30 days (150.0 % of it).",
        )
        action = score.action_records()
        self.assertEqual(action["res_model"], "rating.stock.report")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), report)

    def test_the_coach_asks_for_days_in_the_right_direction(self):
        coach = self.env["rating.coach"]
        asks = {450: "below 33 days", 150: "at least 27 days"}
        loses = {270: "below 27 days (now 27 days)"}
        for value, words in (asks | loses).items():
            with self.subTest(value=value), self.env.cr.savepoint() as savepoint:
                self._report(value, MAR_20)
                score = self._score("stock", self.dealer)
                up = value in asks
                line = coach._line(score.indicator_id, score, score.date_from)
                change = _Change(score.points, 5 if up else 4)
                said = coach._change(change, line, up)
                self.assertIn(words, said)
                savepoint.rollback()
                self.env.invalidate_all()


class _Change:
    def __init__(self, before, after):
        self.before, self.after = before, after
