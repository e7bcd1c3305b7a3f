from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RatingCommon

NO_NUMBER = (
    "abc",
    "nan",
    "-nan",
    "inf",
    "-Infinity",
    "1,234.5",
    "0x4",
    "4 5",
    "--4",
    "½",
)


@tagged("post_install", "-at_install")
class TestEntry(RatingCommon):
    """One dealer's cards of a quarter; what a department types, and what it means."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Corner Shop")
        cls._rate("2025-01-31")
        cls.paid = cls._scores(code="paid").with_user(cls.finance)
        cls.lost = cls._scores(code="lost").with_user(cls.marketing)
        cls.prices = cls._scores(code="prices").with_user(cls.marketing)

    def assertRefused(self, score, entry):
        with self.subTest(entry=entry, indicator=score.indicator_id.code):
            before = score.state, score.points, score.value
            with self.assertRaises(UserError):
                score.entry = entry
                score.flush_recordset()
            self.env.invalidate_all()
            self.assertEqual((score.state, score.points, score.value), before)
            with self.assertRaises(UserError):
                score._enter({score.id: entry})

    # === POINTS === #

    def test_points_are_what_is_typed(self):
        typed = {"0": 0, "5": 5, "3.5": 3.5, "3,5": 3.5, " 4 ": 4, "+2": 2, ".5": 0.5}
        for entry, points in typed.items():
            with self.subTest(entry=entry):
                self.paid.entry = entry
                self.assertEqual(self.paid.state, "scored")
                self.assertEqual(self.paid.points, points)
                self.assertEqual(float(self.paid.entry), points)
                self.assertEqual(self.paid.scored_by_id, self.finance)

    def test_full_width_digits_are_digits(self):
        self.paid.entry = "４"
        self.assertEqual(self.paid.points, 4)
        self.paid.entry = "３．５"
        self.assertEqual(self.paid.points, 3.5)
        self.paid.entry = "２，５"
        self.assertEqual(self.paid.points, 2.5)

    def test_zero_is_a_score_and_blank_is_none(self):
        self.paid.entry = "0"
        self.assertEqual((self.paid.state, self.paid.entry), ("scored", "0"))
        for blank in "", False, "  ", "\u3000":
            with self.subTest(blank=blank):
                self.paid.entry = "0"
                self.paid.entry = blank
                self.assertEqual(self.paid.state, "open")
                self.assertFalse(self.paid.entry)
                self.assertFalse(self.paid.scored_by_id)
                self.assertEqual(self.paid.scorecard_id.missing, 3)

    def test_what_is_no_number_is_refused(self):
        for entry in (*NO_NUMBER, True, "True", "5_0", "1_0"):
            self.assertRefused(self.paid, entry)
            self.assertRefused(self.lost, entry)

    def test_points_outside_the_indicator_are_refused(self):
        for entry in "-1", "-0.01", "5.01", "5.0000001", "6", "1e99", "-1e99", -1, 7.0:
            self.assertRefused(self.paid, entry)

    def test_points_keep_the_decimals_that_are_shown(self):
        """Otherwise a card shows 9.00 points and is a C."""
        self.paid.entry = "2.996"
        self.assertEqual(self.paid.entry, f"{self.paid.points:g}")
        self.assertEqual(self.paid.points, 3)
        self.assertEqual(self.paid.scorecard_id.points, 3)

    def test_a_refusal_names_the_range(self):
        with self.assertRaisesRegex(UserError, "0 to 5 points, not 7"):
            self.paid.entry = "7"
            self.paid.flush_recordset()

    # === COUNTS === #

    def test_counts_earn_by_steps(self):
        for score, steps in (
            (self.lost, {0: 5, 1: 3, 2: 2, 3: 2, 4: 2, 5: 0, 6: 0, 40: 0}),
            (self.prices, {0: 5, 1: 3, 2: 0, 3: -5, 4: -5, 12: -5}),
        ):
            for count, points in steps.items():
                with self.subTest(indicator=score.indicator_id.code, count=count):
                    score.entry = str(count)
                    self.assertEqual((score.value, score.points), (count, points))
                    self.assertEqual(score.entry, str(count))

    def test_a_count_is_whole_and_not_below_zero(self):
        for entry in "-1", "1.5", "0,5", -3, 2.5, "1e-3":
            self.assertRefused(self.prices, entry)

    def test_a_whole_float_is_a_count(self):
        """What a spreadsheet gives."""
        self.prices._enter({self.prices.id: 2.0})
        self.assertEqual((self.prices.value, self.prices.entry), (2, "2"))

    def test_a_count_that_nobody_can_have_counted_is_refused(self):
        for entry in "1e99", "99999999999999999999", "1e9", "1000000000":
            self.assertRefused(self.prices, entry)

    def test_an_entry_typed_again_changes_nothing(self):
        """Or exporting and importing scores would."""
        for score, entries in (
            (self.paid, ("0", "3.33", "4.75", "5")),
            (self.lost, ("0", "7", "999999")),
        ):
            for entry in entries:
                with self.subTest(entry=entry):
                    score.entry = entry
                    before = score.value, score.points, score.entry
                    score.entry = score.entry
                    self.assertEqual((score.value, score.points, score.entry), before)

    # === MANY AT ONCE === #

    def test_all_or_nothing(self):
        scores = self._scores(day="2025-01-31").filtered(
            lambda score: score.department_id == self.marketing_department
        )
        entries = dict.fromkeys(scores.ids, "2")
        entries[scores[-1].id] = "two"
        with self.assertRaises(UserError):
            scores.with_user(self.marketing)._enter(entries)
        self.assertEqual(set(scores.mapped("state")), {"open"})

    def test_one_entry_for_many_scores(self):
        self._dealer("Second Shop")
        self._rate("2025-01-31")
        scores = self._scores(code="paid").with_user(self.finance)
        scores.write({"entry": "3"})
        self.assertEqual(scores.mapped("points"), [3, 3])

    def test_nothing_to_enter(self):
        self.env["rating.score"].with_user(self.finance)._enter({})

    # === TAKING BACK === #

    def test_blank_does_not_take_back_a_waiver(self):
        """A sheet that is exported and imported has a blank there."""
        self.paid.sudo().with_user(self.manager)._waive("On strike")
        self.assertFalse(self.paid.entry)
        self.paid.entry = ""
        self.assertEqual(self.paid.state, "waived")
        self.assertEqual(self.paid.reason, "On strike")

    def test_a_score_takes_the_place_of_a_waiver(self):
        self.paid.sudo().with_user(self.manager)._waive("On strike")
        self.paid.entry = "4"
        self.assertEqual((self.paid.state, self.paid.points), ("scored", 4))
        self.assertFalse(self.paid.reason)
        self.assertEqual(self.paid.scorecard_id.waived, 0)
