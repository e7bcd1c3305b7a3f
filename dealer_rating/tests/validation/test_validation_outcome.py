from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .validation_common import ValidationCommon


@tagged("post_install", "-at_install")
class TestOutcome(ValidationCommon):
    """What became of one dealer after its first quarter of 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Corner Shop")
        cls.quarter = cls._past(cls.dealer, "BB", 70)
        cls.due = date(2025, 5, 10)

    def _case(self, **values):
        report = self._report(**values)
        self.assertEqual(len(report.case_ids), 1)
        return report.case_ids

    def assertOutcome(self, late, lost, **values):
        case = self._case(**values)
        self.assertEqual((case.late, case.lost), (late, lost))
        return case

    def _after(self, days):
        return self.due + timedelta(days=days)

    def test_thirty_days_are_tolerated_and_no_more(self):
        for days, late in (0, "good"), (30, "good"), (31, "late"):
            invoice = self._invoice(self.dealer, self.due)
            self._settle(invoice, self._after(days))
            with self.subTest(days=days):
                self.assertEqual(self.assertOutcome(late, "kept").days, days)
            invoice.button_draft()

    def test_what_is_late_is_configured(self):
        self._settle(self._invoice(self.dealer, self.due), self._after(10))
        self.assertOutcome("good", "kept", days_late=10)
        self.assertOutcome("late", "kept", days_late=9)

    def test_one_late_item_of_many_is_late(self):
        for days in 0, 5, 40:
            self._settle(self._invoice(self.dealer, self.due), self._after(days))
        case = self.assertOutcome("late", "kept")
        self.assertEqual((case.items, case.late_items, case.days), (3, 1, 40))

    def test_part_paid_in_time_is_late(self):
        invoice = self._invoice(self.dealer, self.due)
        self._settle(invoice, self._after(1), 80)
        self._settle(invoice, self._after(50))
        self.assertOutcome("late", "kept")

    def test_what_is_left_over_below_the_floor_is_not_late(self):
        floor = self.company._trade_floor()
        for left, late, lost in (
            (0.01, "good", "kept"),
            (floor - 0.01, "good", "kept"),
            (floor, "late", "lost"),
        ):
            with self.subTest(left=left), self.cr.savepoint() as undone:
                invoice = self._invoice(self.dealer, self.due)
                self._settle(invoice, self._after(3), 100 - left)
                case = self.assertOutcome(late, lost)
                self.assertEqual(case.days == 3, late == "good")
                undone.rollback()
            self.env.invalidate_all()

    def test_an_instalment_counts_by_its_own_due_date(self):
        """The second half falls due in the quarter after, or the report would wait."""
        term = self.env["account.payment.term"].create(
            {
                "name": "two halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": n}
                    )
                    for n in (30, 120)
                ],
            }
        )
        invoice = self._invoice(
            self.dealer,
            self.due,
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )
        first, _second = self._receivable(invoice).sorted("date_maturity")
        self.assertEqual(first.date_maturity, self.due)
        self.assertEqual(self.assertOutcome("late", "lost").items, 1)

    def test_only_the_next_quarter_counts(self):
        for due in date(2025, 3, 31), date(2025, 7, 1):
            self._invoice(self.dealer, due)
        self.assertEqual(self.assertOutcome("none", "none").items, 0)
        for due in date(2025, 4, 1), date(2025, 6, 30):
            self._invoice(self.dealer, due)
        self.assertEqual(self.assertOutcome("late", "lost").items, 2)

    def test_open_is_late_as_soon_as_it_is(self):
        self._invoice(self.dealer, self.due)
        self.assertOutcome("unknown", "unknown", day=self._after(30))
        self.assertOutcome("late", "unknown", day=self._after(31))
        self.assertOutcome("late", "unknown", day=self._after(90))
        self.assertOutcome("late", "lost", day=self._after(91))

    def test_a_report_as_of_a_past_day_knows_nothing_later(self):
        self._settle(self._invoice(self.dealer, self.due), self._after(40))
        self.assertOutcome("unknown", "unknown", day=self._after(30))
        self.assertOutcome("late", "unknown", day=self._after(39))
        self.assertOutcome("late", "kept", day=self._after(40))
        self.assertOutcome("none", "none", day=self._after(-31))

    def test_paid_long_after_is_lost(self):
        self._settle(self._invoice(self.dealer, self.due), self._after(91))
        self.assertOutcome("late", "lost")
        self.assertOutcome("late", "kept", days_lost=91)

    def test_written_off_is_lost_even_in_time(self):
        expense = self.company_data["default_account_expense"]
        self._settle(
            self._invoice(self.dealer, self.due), self._after(5), account=expense
        )
        self.assertOutcome("good", "lost")

    def test_a_write_off_after_the_day_is_not_known(self):
        expense = self.company_data["default_account_expense"]
        invoice = self._invoice(self.dealer, self.due)
        self._settle(invoice, self._after(5), account=expense)
        self.assertOutcome("unknown", "unknown", day=self._after(4))
        self.assertOutcome("good", "lost", day=self._after(5))

    def test_a_difference_of_exchange_is_no_loss(self):
        """Invoiced in a currency that is worth half as much when it is paid."""
        currency = self.setup_other_currency(
            "EUR", rates=[("2025-01-01", 1.0), ("2025-05-01", 2.0)]
        )
        invoice = self._invoice(self.dealer, self.due, currency_id=currency.id)
        line = self._receivable(invoice)
        bank = self.company_data["default_account_assets"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._after(1),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.dealer.partner_id.id,
                            "currency_id": currency.id,
                            "amount_currency": sign * 100,
                            "balance": sign * 50,
                        }
                    )
                    for account, sign in ((line.account_id, -1), (bank, 1))
                ],
            }
        )
        entry.action_post()
        (line + self._receivable(entry)).reconcile()
        self.assertEqual(line.amount_residual, 0)
        self.assertEqual(line.balance, 100)
        self.assertOutcome("good", "kept", lost_share=0.01)

    def test_a_small_difference_written_off_is_no_loss(self):
        expense = self.company_data["default_account_expense"]
        invoice = self._invoice(self.dealer, self.due)
        self._settle(invoice, self._after(1), 10, expense)
        self._settle(invoice, self._after(1))
        self.assertOutcome("good", "kept")
        self.assertOutcome("good", "lost", lost_share=0.09)

    def test_a_write_off_beside_a_payment_is_shared_by_what_it_settled(self):
        """Two invoices, one payment, one discount larger than the small invoice."""
        small = self._invoice(self.dealer, self.due, 10)
        large = self._invoice(self.dealer, self.due, 990)
        lines = self._receivable(small + large)
        accounts = self.company_data
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._after(1),
                "journal_id": accounts["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.dealer.partner_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (lines.account_id, -1000),
                        (accounts["default_account_assets"], 980),
                        (accounts["default_account_expense"], 20),
                    )
                ],
            }
        )
        entry.action_post()
        (lines + self._receivable(entry)).reconcile()
        self.assertOutcome("good", "kept")
        self.assertOutcome("good", "lost", lost_share=0.01)

    def test_a_credit_note_settles_and_loses_nothing(self):
        invoice = self._invoice(self.dealer, self.due)
        credit = self._invoice(self.dealer, self._after(30), -100)
        self._receivable(invoice + credit).reconcile()
        self.assertOutcome("good", "kept")

    def test_the_invoices_of_contacts_are_those_of_the_dealer(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.dealer.partner_id.id}
        )
        self._invoice(self.dealer, self.due, partner_id=contact.id)
        self.assertEqual(self.assertOutcome("late", "lost").items, 1)

    def test_drafts_and_other_dealers_do_not_count(self):
        other = self._dealer("Other")
        self._invoice(other, self.due)
        self._invoice(self.dealer, self.due).button_draft()
        self.assertOutcome("none", "none")

    def test_a_case_leads_to_its_items(self):
        invoice = self._invoice(self.dealer, self.due)
        self._invoice(self.dealer, date(2025, 7, 1))
        case = self._case()
        with self.assertRaisesRegex(UserError, "Ask somebody in accounting"):
            case.action_items()
        books = "account.group_account_readonly"
        reader = self._user("reader", f"rating_group_manager,{books}")
        domain = case.with_user(reader).action_items()["domain"]
        lines = self.env["account.move.line"].search(domain)
        self.assertEqual(lines, self._receivable(invoice))
        self.assertEqual(len(lines), case.items)
