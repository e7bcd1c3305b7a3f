from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .measure_common import MeasureCommon

FEB_1 = date(2024, 2, 1)
FEB_29 = date(2024, 2, 29)
MAR_1 = date(2024, 3, 1)
MAR_5 = date(2024, 3, 5)
MAR_10 = date(2024, 3, 10)
MAR_20 = date(2024, 3, 20)
MAR_31 = date(2024, 3, 31)
APR_5 = date(2024, 4, 5)
APR_30 = date(2024, 4, 30)


@tagged("post_install", "-at_install")
class TestPayment(MeasureCommon):
    # === ON TIME === #

    def test_value_counts_and_not_the_number_of_invoices(self):
        self._pay(self._invoice(900, FEB_1, MAR_10), 900, MAR_10)
        self._pay(self._invoice(100, FEB_1, MAR_10), 100, MAR_20)
        self.assertMeasures("on_time", 900, 1000, items=2)

    def test_early_is_on_time_and_what_is_paid_in_parts_is_on_time_in_parts(self):
        invoice = self._invoice(100, FEB_1, MAR_20)
        self._pay(invoice, 30, FEB_29)
        self._pay(invoice, 20, MAR_20)
        self._pay(invoice, 50, MAR_31)
        self.assertMeasures("on_time", 50, 100, items=1)

    def test_what_nobody_paid_fell_due_and_was_not_paid_on_time(self):
        self._invoice(100, FEB_1, MAR_10)
        self.assertMeasures("on_time", 0, 100)

    def test_only_what_fell_due_in_the_window_counts(self):
        self._pay(self._invoice(100, FEB_1, FEB_29), 100, FEB_29)
        self._pay(self._invoice(100, MAR_1, APR_5), 100, MAR_10)
        self.assertNothing("on_time")
        self.assertMeasures("on_time", 100, 100, date_from=FEB_1)

    def test_a_credit_note_reduces_what_fell_due(self):
        invoice = self._invoice(100, FEB_1, MAR_10)
        self._match(invoice, self._invoice(-40, MAR_5))
        self._pay(invoice, 60, MAR_10)
        self.assertMeasures("on_time", 60, 60, items=1)

    def test_an_invoice_credited_in_full_never_fell_due(self):
        invoice = self._invoice(100, FEB_1, MAR_10)
        self._match(invoice, self._invoice(-100, MAR_20))
        self.assertNothing("on_time")

    def test_a_credit_note_matched_with_nothing_reduces_the_oldest(self):
        self._invoice(100, FEB_1, MAR_10)
        self._invoice(-40, MAR_5)
        self.assertMeasures("on_time", 0, 60)

    def test_money_matched_with_nothing_pays_the_oldest_first(self):
        self._invoice(100, FEB_1, MAR_20)
        self._invoice(100, FEB_1, MAR_10)
        self._entry(-120, MAR_10)
        self.assertMeasures("on_time", 120, 200, items=2)

    def test_money_that_came_before_the_invoice_pays_it_on_its_date(self):
        self._entry(-100, FEB_1)
        self._invoice(100, MAR_5, MAR_10)
        self.assertMeasures("on_time", 100, 100)

    def test_matching_money_later_changes_no_month_that_is_over(self):
        first = self._invoice(100, FEB_1, MAR_10)
        second = self._invoice(100, FEB_1, MAR_20)
        money = self._entry(-150, MAR_20)
        codes = ("on_time", "collection", "overdue", "days_late")
        before = [self._measured(code) for code in codes]
        self._match(first, money)
        self._match(second, money)
        self.assertEqual([self._measured(code) for code in codes], before)

    def test_money_paid_back_is_nothing_that_fell_due(self):
        self._entry(-100, FEB_1)
        self.assertTrue(self._payment(-100, MAR_5).move_id)
        self.assertNothing("on_time")
        self.assertNothing("collection")

    def test_payments_that_wait_for_the_bank_are_payments(self):
        """As with an accounting app, where only the bank statement makes the entry."""
        self._limit(1000)
        self._invoice(35, FEB_1, MAR_10)
        self._invoice(65, FEB_1, APR_5)
        waiting = patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        )
        self.inbound_payment_method_line.payment_account_id = False
        with waiting:
            payments = self._payment(30, MAR_5) + self._payment(40, MAR_5)
        self.assertFalse(payments.move_id)
        self.assertMeasures("on_time", 35, 35)
        self.assertMeasures("collection", 35, 35)
        self.assertMeasures("overdue", 0, 30)
        self.assertMeasures("days_late", 35 * -5 + 35 * -31, 70)
        self.assertMeasures("limit_use", 100 - 70 * 27 / 31, 1000, items=2)

    # === COLLECTION === #

    def test_due_is_what_was_overdue_and_what_fell_due(self):
        old = self._invoice(100, FEB_1, FEB_29)
        self._invoice(200, FEB_1, MAR_20)
        self._invoice(400, MAR_1, APR_5)
        self._pay(old, 60, MAR_10)
        self.assertMeasures("collection", 60, 300, items=2)

    def test_what_was_paid_before_the_window_is_no_longer_due(self):
        old = self._invoice(100, FEB_1, FEB_29)
        self._pay(old, 70, FEB_29)
        self._pay(old, 10, MAR_10)
        self.assertMeasures("collection", 10, 30, items=1)

    def test_what_was_paid_ahead_is_not_collected_twice(self):
        self._pay(self._invoice(100, FEB_1, MAR_20), 100, FEB_29)
        self.assertNothing("collection")

    def test_a_credit_note_collects_nothing(self):
        invoice = self._invoice(100, FEB_1, MAR_10)
        self._match(invoice, self._invoice(-40, MAR_5))
        self.assertMeasures("collection", 0, 60)

    def test_never_more_than_all_is_collected(self):
        self._invoice(100, FEB_1, MAR_10)
        self._entry(-500, MAR_10)
        self.assertMeasures("collection", 100, 100)

    def test_an_opening_balance_is_due_like_an_invoice(self):
        opening = self._entry(100, MAR_1, FEB_1)
        self._match(opening, self._entry(-25, MAR_10))
        self.assertMeasures("collection", 25, 100)

    # === OVERDUE === #

    def test_overdue_is_what_was_due_before_the_last_day(self):
        self._invoice(100, FEB_1, date(2024, 3, 30))
        self._invoice(50, FEB_1, MAR_31)
        self._invoice(250, MAR_1, APR_5)
        self.assertMeasures("overdue", 100, 400, items=3)

    def test_money_matched_with_nothing_is_taken_off_the_oldest(self):
        self._invoice(100, FEB_1, MAR_10)
        self._invoice(100, MAR_1, APR_5)
        self._entry(-80, MAR_20)
        self.assertMeasures("overdue", 20, 120, items=2)

    def test_a_credit_note_matched_with_nothing_is_taken_off_too(self):
        self._invoice(100, FEB_1, MAR_10)
        self._invoice(100, MAR_1, APR_5)
        self._invoice(-130, MAR_20)
        self.assertMeasures("overdue", 0, 70, items=1)

    def test_who_owes_nothing_has_no_ratio(self):
        self._pay(self._invoice(100, FEB_1, MAR_10), 100, MAR_10)
        self._entry(-50, MAR_20)
        self.assertNothing("overdue")

    def test_what_is_paid_later_was_outstanding(self):
        self._pay(self._invoice(100, FEB_1, MAR_10), 100, APR_5)
        self.assertMeasures("overdue", 100, 100)
        self.assertNothing("overdue", date_to=APR_30)

    # === DAYS LATE === #

    def test_days_are_weighted_by_value(self):
        self._pay(self._invoice(300, FEB_1, MAR_10), 300, MAR_20)
        self._pay(self._invoice(100, FEB_1, MAR_10), 100, MAR_10)
        self.assertMeasures("days_late", 3000, 400, items=2)

    def test_days_paid_early_count_below_zero(self):
        self._pay(self._invoice(100, FEB_1, MAR_20), 100, MAR_10)
        self._pay(self._invoice(100, FEB_1, MAR_10), 100, MAR_20)
        self.assertMeasures("days_late", 0, 200, items=2)
        self._pay(self._invoice(100, FEB_1, MAR_31), 100, MAR_1)
        self.assertMeasures("days_late", -3000, 300, items=3)

    def test_who_never_pays_gets_later_day_by_day(self):
        self._invoice(100, FEB_1, MAR_10)
        self.assertMeasures("days_late", 2100, 100)
        self.assertMeasures("days_late", 5100, 100, date_to=APR_30)

    def test_what_is_not_due_yet_is_not_late(self):
        self._invoice(100, MAR_1, MAR_31)
        self.assertNothing("days_late")

    def test_a_part_payment_counts_with_its_part(self):
        invoice = self._invoice(100, FEB_1, MAR_10)
        self._pay(invoice, 40, MAR_20)
        self.assertMeasures("days_late", 40 * 10 + 60 * 21, 100, items=1)

    def test_a_credit_note_is_no_payment(self):
        invoice = self._invoice(100, FEB_1, MAR_10)
        self._match(invoice, self._invoice(-100, MAR_31))
        self.assertNothing("days_late")
