from datetime import date, timedelta

from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestFigure(CollectionCommon):
    """The figures of a month from the books as they stood at its end."""

    def _of(self, month):
        end = date(2024, month + 1, 1) - timedelta(1)
        [found] = self.env["collection.figure"]._of_months(
            self.company, date(2024, month, 1), end
        )
        return found

    def _sold(self, amount, on, due):
        return self._invoice(amount, invoice_date=on, invoice_date_due=due, date=on)

    def test_a_month_knows_nothing_of_later_payments(self):
        invoice = self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        self._sold(100, date(2024, 2, 5), date(2024, 3, 6))
        self._pay(invoice)  # today
        january, february = self._of(1), self._of(2)
        self.assertEqual((january["opening"], january["sales"]), (0, 300))
        self.assertEqual((january["receivables"], january["current"]), (300, 300))
        self.assertEqual((february["opening"], february["receivables"]), (300, 400))
        self.assertEqual((february["overdue"], february["current"]), (300, 100))
        self.assertAlmostEqual(february["dso"], 400 / 100 * 29)
        self.assertAlmostEqual(february["best_possible_dso"], 29)
        self.assertAlmostEqual(february["days_delinquent"], 300 / 100 * 29)

    def test_unallocated_credits_come_off_what_is_overdue_first(self):
        self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        self._sold(100, date(2024, 1, 10), date(2024, 3, 6))
        self._sold(-250, date(2024, 1, 25), date(2024, 1, 25))
        found = self._of(1)
        self.assertEqual((found["receivables"], found["overdue"]), (150, 50))

    def test_a_month_without_sales_has_no_days_of_sales(self):
        self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        found = self._of(2)
        self.assertEqual((found["sales"], found["dso"]), (0, None))
        self.assertFalse(found["has_sales"])

    def test_months_that_ended_are_kept_once(self):
        figures = self.env["collection.figure"].sudo()
        kept = figures._close_months(self.company, date(2024, 6, 15))
        self.assertEqual(len(kept), 12)
        self.assertEqual(kept[-1].date, date(2024, 5, 31))
        self.assertFalse(figures._close_months(self.company, date(2024, 6, 30)))
        [june] = figures._close_months(self.company, date(2024, 7, 1))
        self.assertEqual(june.date, date(2024, 6, 30))
