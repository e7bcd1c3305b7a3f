from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..core import validate
from .common import ORDER, RatingCommon

Q1, Q2, Q3 = (date(2025, month, 1) for month in (1, 4, 7))
ENDS = {Q1: date(2025, 3, 31), Q2: date(2025, 6, 30), Q3: date(2025, 9, 30)}
DAY = date(2026, 6, 30)  # long after everything here was due


class ValidationCommon(RatingCommon, AccountTestInvoicingCommon):
    """Dealers with confirmed quarters of 2025, and invoices due after them."""

    @classmethod
    def _company(cls):
        """Whose user keeps the books, and now makes dealers as well."""
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_manager")
        return super()._company()

    @classmethod
    def _past(cls, dealer, letters, total, start=Q1, **values):
        """A confirmed quarter that ended so, without the cards behind it."""
        return (
            cls.env["dealer.quarter"]
            .sudo()
            .create(
                {
                    "dealer_id": dealer.id,
                    "partner_id": dealer.partner_id.id,
                    "company_id": dealer.company_id.id,
                    "date_from": start,
                    "date_to": ENDS[start],
                    "state": "confirmed",
                    "performance": total - 30,
                    "conduct": 30,
                    "total": total,
                    "grade_id": cls.grades[letters].id,
                    **values,
                }
            )
        )

    @classmethod
    def _invoice(cls, dealer, due, amount=100.0, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": dealer.partner_id.id,
                "invoice_date": due - timedelta(days=30),
                "date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": abs(amount),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _receivable(cls, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    @classmethod
    def _settle(cls, invoice, day, amount=None, account=None):
        """Settle an invoice by an entry: from the bank, or against an account."""
        line = cls._receivable(invoice)
        amount = amount or line.amount_residual
        account = account or cls.company_data["default_account_assets"]
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "balance": -amount,
                        }
                    ),
                    Command.create({"account_id": account.id, "balance": amount}),
                ],
            }
        )
        entry.action_post()
        (line + cls._receivable(entry)).reconcile()
        return entry

    @classmethod
    def _report(cls, **values):
        report = (
            cls.env["rating.validation"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "date_from": Q1,
                    "date_to": ENDS[Q3],
                    "day": DAY,
                    "least": 1,
                    **values,
                }
            )
        )
        report.action_compute()
        return report


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
        self._settle(invoice, self._after(1), 99)
        self._settle(invoice, self._after(50))
        self.assertOutcome("late", "kept")

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
        lines = self.env["account.move.line"].search(case.action_items()["domain"])
        self.assertEqual(lines, self._receivable(invoice))
        self.assertEqual(len(lines), case.items)


@tagged("post_install", "-at_install")
class TestReport(ValidationCommon):
    """Many dealers: nine grades, five dealers each; the worse, the more pay late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = {}
        for place, letters in enumerate(ORDER):
            for number in range(5):
                dealer = cls._dealer(f"{letters} {number}")
                cls.dealers[letters, number] = dealer
                cls._past(dealer, letters, 90 - 8 * place - number)
                invoice = cls._invoice(dealer, date(2025, 5, 10))
                late = number < place / 2
                cls._settle(invoice, date(2025, 5 + 2 * late, 11))
        cls.report = cls._report(least=5)

    def _cases(self):
        return [
            (case.total, case.late == "late")
            for case in self.report.case_ids
            if case.late in ("late", "good")
        ]

    def test_the_figures_are_the_cores(self):
        cases, report = self._cases(), self.report
        self.assertEqual(len(cases), 45)
        self.assertTrue(report.is_enough)
        self.assertAlmostEqual(report.auc, validate.auc(cases), 6)
        self.assertAlmostEqual(report.gini, validate.gini(cases), 6)
        self.assertAlmostEqual(report.ks, validate.ks(cases).ks, 6)
        self.assertGreater(report.auc, 0.7)
        self.assertEqual(report.late_count + report.good_count, 45)

    def test_each_grade_has_its_rate(self):
        expected = validate.rates(
            (case.grade_id, case.late == "late") for case in self.report.case_ids
        )
        for line in self.report.grade_ids:
            rate = expected.pop(line.grade_id)
            self.assertEqual((line.cases, line.late), (rate.cases, rate.bad))
            self.assertAlmostEqual(line.late_rate, rate.share, 6)
        self.assertFalse(expected)
        self.assertIn("as it should be", self.report.late_text)

    def test_the_words_say_what_the_figure_says(self):
        self.assertIn(f"{100 * self.report.auc:.0f} of 100", self.report.auc_text)
        self.assertIn("useful", self.report.auc_text)
        self.assertIn("45", str(self.report.late_count + self.report.good_count))

    def test_too_few_cases_give_words_and_no_number(self):
        report = self._report(least=30)
        self.assertFalse(report.is_enough)
        self.assertFalse(report.auc or report.gini or report.ks)
        for text in report.auc_text, report.gini_text, report.ks_text:
            self.assertIn("Too few cases", text)
        self.assertIn("Too few cases", report.late_text)

    def test_a_grade_out_of_order_is_named(self):
        for number in range(5):
            dealer = self._dealer(f"New {number}")
            self._past(dealer, "AA", 95)
            self._invoice(dealer, date(2025, 5, 10))
        text = self._report(least=5).late_text
        self.assertIn("AB is the worse grade and pays late less often than AA", text)

    def test_the_curves_end_at_one_and_are_the_cases(self):
        for outcome in "late", "good":
            bands = self.report.band_ids.filtered(
                lambda band, outcome=outcome: band.outcome == outcome
            ).sorted("score")
            shares = bands.mapped("share")
            self.assertEqual(shares, sorted(shares))
            self.assertEqual(shares[-1], 1)
            self.assertEqual(
                sum(bands.mapped("cases")), self.report[f"{outcome}_count"]
            )
            for band in bands:
                found = self._behind(band.action_cases())
                self.assertEqual(len(found), band.cases)

    def _behind(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_every_figure_leads_to_its_cases(self):
        for line in self.report.grade_ids:
            action = line.with_context(
                case_domain=[("late", "=", "late")]
            ).action_cases()
            self.assertEqual(len(self._behind(action)), line.late)
        for outcome in "late", "good", "unknown", "none":
            action = self.report.with_context(
                case_domain=[("late", "=", outcome)]
            ).action_cases()
            self.assertEqual(len(self._behind(action)), self.report[f"{outcome}_count"])

    def test_another_parameter_forgets_what_was_computed(self):
        self.report.days_late = 60
        self.assertFalse(self.report.computed_on)
        self.assertFalse(self.report.case_ids or self.report.grade_ids)

    def test_computing_again_gives_the_same(self):
        before = self._cases(), self.report.auc
        self.report.action_compute()
        self.assertEqual((self._cases(), self.report.auc), before)
        self.assertEqual(len(self.report.grade_ids), 9)

    def test_any_number_of_dealers_takes_as_many_statements(self):
        """Less than with one dealer cannot be: each grade and score has its line."""
        few = self._dealer("Alone")
        self._past(few, "CC", 10, Q2)
        small = self._report(date_from=Q2)
        counts = []
        for report in small, self.report, small, self.report:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report.sudo()._store_cases()
            counts.append(self.env.cr.sql_log_count - before)
            self.env["rating.validation.case"].search(
                [("validation_id", "=", report.id)]
            ).sudo().unlink()
        self.assertEqual(len(set(counts[2:])), 1, counts)


@tagged("post_install", "-at_install")
class TestMoves(ValidationCommon):
    """Three quarters of four dealers: one rises, one falls, one stays, one leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = {
            "riser": ["BB", "BA", "AA"],
            "faller": ["AA", "AB", "CC"],
            "stayer": ["BB", "BB", "BB"],
            "leaver": ["CC", None, None],
            "joiner": [None, "BA", "BA"],
        }
        cls.rows = []
        for name, path in cls.path.items():
            dealer = cls._dealer(name)
            for start, letters in zip((Q1, Q2, Q3), path, strict=True):
                if letters:
                    cls._past(dealer, letters, 50, start)
                    cls.rows.append((name, start, letters))
        cls.report = cls._report()

    def test_moves_are_those_of_the_core(self):
        moved = validate.moves(self.rows, [Q1, Q2, Q3])
        expected = validate.migration(moved, ORDER)
        found = {
            (line.grade_id.name, line.next_grade_id.name or None): line.dealers
            for line in self.report.move_ids
        }
        self.assertEqual(found, expected.counts)
        for line in self.report.move_ids:
            shares = expected.shares()[line.grade_id.name]
            self.assertAlmostEqual(
                line.share, shares[line.next_grade_id.name or None], 6
            )

    def test_directions_are_counted_and_told(self):
        report = self.report
        self.assertEqual(
            (report.up_count, report.same_count, report.down_count, report.left_count),
            (2, 3, 2, 1),
        )
        self.assertIn("Of 8 moves", report.moves_text)

    def test_moves_lead_to_their_cases(self):
        for line in self.report.move_ids:
            action = line.action_cases()
            cases = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(cases), line.dealers)

    def test_stability_is_the_cores_for_each_pair_and_for_the_whole(self):
        by_quarter = {start: {} for start in (Q1, Q2, Q3)}
        for _name, start, letters in self.rows:
            counted = by_quarter[start]
            counted[letters] = counted.get(letters, 0) + 1
        pairs = [(Q1, Q3), (Q1, Q2), (Q2, Q3)]
        shifts = self.report.shift_ids
        self.assertEqual([(s.date_from, s.date_next) for s in shifts], pairs)
        for shift, (before, now) in zip(shifts, pairs, strict=True):
            expected = validate.psi(by_quarter[before], by_quarter[now])
            self.assertAlmostEqual(shift.psi, expected, 5)

    def test_too_few_dealers_give_no_index(self):
        for shift in self._report(least=10).shift_ids:
            self.assertTrue(shift.is_few)
            self.assertFalse(shift.psi)
            self.assertIn("Too few", shift.reading)

    def test_who_waits_to_be_confirmed_has_not_left(self):
        dealer = self._dealer("waiting")
        self._past(dealer, "BB", 50, Q1)
        self._past(dealer, "BB", 50, Q2, state="open")
        self.assertEqual(self._report().left_count, 1)

    def test_versions_that_were_corrected_do_not_count(self):
        quarter = self.env["dealer.quarter"].search(
            [("date_from", "=", Q3), ("dealer_id.partner_id.name", "=", "stayer")]
        )
        quarter.sudo().is_current = False
        quarter.flush_recordset()
        self._past(quarter.dealer_id, "AA", 50, Q3, version=2)
        report = self._report()
        self.assertEqual(report.up_count, 3)
        self.assertEqual(len(report.case_ids), len(self.rows))


@tagged("post_install", "-at_install")
class TestValidationAccess(ValidationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._past(cls._dealer("Corner Shop"), "BB", 50)
        cls.report = cls._report()

    def test_users_read_and_only_managers_make_reports(self):
        report = self.report.with_user(self.user)
        self.assertTrue(report.read(["auc_text"]) and report.case_ids.read(["late"]))
        with self.assertRaises(AccessError):
            report.action_compute()
        with self.assertRaises(AccessError):
            report.days_late = 5
        with self.assertRaises(AccessError):
            report.create({})

    def test_nobody_writes_a_figure(self):
        for user in self.manager, self.user:
            report = self.report.with_user(user)
            with self.assertRaises(AccessError):
                report.auc = 1
            with self.assertRaises(AccessError):
                report.create({"auc": 1.0})
            with self.assertRaises(AccessError):
                report.case_ids.write({"late": "good"})
            with self.assertRaises(AccessError):
                report.case_ids.unlink()

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        outsider = self._user("outsider", "rating_group_manager", other)
        foreign = self.env(user=outsider, context={})
        Report = foreign["rating.validation"]
        self.assertFalse(Report.search([("id", "=", self.report.id)]))
        self.assertFalse(foreign["rating.validation.case"].search([]))

    def test_nothing_confirmed_is_an_error_that_says_so(self):
        with self.assertRaisesRegex(UserError, "No quarter of these months"):
            self._report(date_from=date(2001, 1, 1), date_to=date(2001, 3, 31))
