import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

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
class TestOnTime(MeasureCommon):
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
        self._invoice(-100, FEB_1)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.shop.id,
                "amount": 100,
                "payment_type": "outbound",
                "partner_type": "customer",
                "date": MAR_5,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        if not payment.move_id:
            self.skipTest("payments have no entry in this chart of accounts")
        self.assertNothing("on_time")
        self.assertNothing("collection")


@tagged("post_install", "-at_install")
class TestCollection(MeasureCommon):
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


@tagged("post_install", "-at_install")
class TestOverdue(MeasureCommon):
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


@tagged("post_install", "-at_install")
class TestDaysLate(MeasureCommon):
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


@tagged("post_install", "-at_install")
class TestLaws(MeasureCommon):
    """Books at random, drawn anew from fixed seeds."""

    CODES = ("on_time", "collection", "overdue", "days_late")

    def _books(self, seed):
        """A year of invoices, credit notes and money of two shops, half of it matched
        with something, whenever."""
        draw = random.Random(seed)
        for partner in (self.shop, self.other):
            debits, credits = [], []
            for _number in range(12):
                day = date(2024, 1, 1) + timedelta(days=draw.randrange(200))
                due = day + timedelta(days=draw.choice([0, 15, 30, 60]))
                amount = draw.randrange(1, 50) * 10
                kind = draw.choice(["invoice", "opening", "note", "money", "money"])
                if kind == "invoice":
                    debits.append(self._invoice(amount, day, due, partner=partner))
                elif kind == "opening":
                    debits.append(self._entry(amount, day, due, partner=partner))
                elif kind == "note":
                    credits.append(self._invoice(-amount, day, partner=partner))
                else:
                    credits.append(self._entry(-amount, day, partner=partner))
            for debit, credit in zip(debits, credits, strict=False):
                if draw.random() < 0.6:
                    self._match(debit, credit)

    def _all(self, month, months=1):
        first = date(2024, month - months + 1, 1)
        last = date(2024, month + 1, 1) - timedelta(days=1)
        return {code: self._measured(code, first, last) for code in self.CODES}

    def test_values_lie_where_they_can_lie(self):
        for seed in range(3):
            self._books(seed)
            for month in range(3, 10):
                found = self._all(month, 3)
                for code in ("on_time", "collection", "overdue"):
                    for row in found[code].values():
                        self.assertTrue(0 <= row["value"] <= 1, (seed, month, code))
                        self.assertGreater(row["whole"], 0)

    def test_to_leave_out_what_was_settled_long_ago_changes_nothing(self):
        measures = type(self.env["rating.measure"])
        for seed in range(3):
            self._books(seed)
            for month in (3, 5, 8):
                short = self._all(month, 2)
                with patch.object(measures, "_since_sql", lambda *_: SQL("TRUE")):
                    self.assertEqual(self._all(month, 2), short, (seed, month))

    def test_what_is_open_is_what_the_books_say_is_owed(self):
        for seed in range(3):
            self._books(seed)
            for month in (2, 4, 6, 8):
                last = date(2024, month + 1, 1) - timedelta(days=1)
                overdue = self._measured("overdue", last, last)
                for partner in (self.shop, self.other):
                    lines = self.env["account.move.line"].search(
                        [
                            ("partner_id", "=", partner.id),
                            ("account_type", "=", "asset_receivable"),
                            ("parent_state", "=", "posted"),
                            ("date", "<=", last),
                        ]
                    )
                    owed = max(sum(lines.mapped("balance")), 0)
                    whole = overdue.get(partner, {}).get("whole", 0)
                    self.assertAlmostEqual(whole, owed, 2, (seed, month))

    def test_one_customer_alone_measures_what_it_does_among_all(self):
        self._books(7)
        measure = self.env["rating.measure"]
        for code in self.CODES:
            among = self._measured(code, date(2024, 3, 1), date(2024, 7, 31))
            rows = getattr(measure, f"_rows_{code}")
            for partner in (self.shop, self.other):
                alone = self.env.execute_query(
                    SQL(
                        "SELECT SUM(part)::float, SUM(whole)::float FROM (%s) AS row",
                        rows(
                            self.company,
                            date(2024, 3, 1),
                            date(2024, 7, 31),
                            partner.id,
                        ),
                    )
                )
                found = among.get(partner, {"part": None, "whole": None})
                self.assertEqual(alone, [(found["part"], found["whole"])])
