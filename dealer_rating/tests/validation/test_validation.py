from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...core import migration, validate
from ..common import ORDER
from .validation_common import Q1, Q2, Q3, ValidationCommon


@tagged("post_install", "-at_install")
class TestReport(ValidationCommon):
    """Many dealers: nine grades, three dealers each; the worse, the more pay late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = {}
        for place, letters in enumerate(ORDER):
            for number in range(3):
                dealer = cls._dealer(f"{letters} {number}")
                cls.dealers[letters, number] = dealer
                cls._past(dealer, letters, 90 - 8 * place - number)
                invoice = cls._invoice(dealer, date(2025, 5, 10))
                late = number < place / 3
                cls._settle(invoice, date(2025, 5 + 2 * late, 11))
        cls.report = cls._report(least=3)

    def _cases(self):
        return [
            (case.total, case.late == "late")
            for case in self.report.case_ids
            if case.late in ("late", "good")
        ]

    def test_the_figures_are_the_cores(self):
        cases, report = self._cases(), self.report
        self.assertEqual(len(cases), 27)
        self.assertTrue(report.is_enough)
        self.assertAlmostEqual(report.auc, validate.auc(cases), 6)
        self.assertAlmostEqual(report.gini, validate.gini(cases), 6)
        self.assertAlmostEqual(report.ks, validate.ks(cases).ks, 6)
        self.assertGreater(report.auc, 0.7)
        self.assertEqual(report.late_count + report.good_count, 27)

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
        self.assertIn("strong", self.report.auc_text)

    def test_too_few_cases_give_words_and_no_number(self):
        report = self._report(least=30)
        self.assertFalse(report.is_enough)
        self.assertFalse(report.auc or report.gini or report.ks)
        for text in report.auc_text, report.gini_text, report.ks_text:
            self.assertIn("Too few cases", text)
        self.assertIn("Too few cases", report.late_text)

    def test_a_grade_out_of_order_is_named(self):
        for number in range(3):
            dealer = self._dealer(f"New {number}")
            self._past(dealer, "AA", 95)
            self._invoice(dealer, date(2025, 5, 10))
        text = self._report(least=3).late_text
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
            expected = migration.psi(by_quarter[before], by_quarter[now])
            self.assertAlmostEqual(shift.psi, expected, 4)

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
