from odoo.exceptions import UserError
from odoo.tests import tagged

from ..stock.stock_common import MAR_20, StockCommon


@tagged("post_install", "-at_install")
class TestElseEntered(StockCommon):
    """Measured where the books know a value, else entered: here the stock."""

    def _stock(self):
        """Measure anew, as the night does."""
        score = self._score("stock", self.dealer).filtered("is_current")
        score.invalidate_recordset()
        return score.with_user(self.marketing)

    def test_without_a_report_the_department_is_asked(self):
        score = self._stock()
        self.assertEqual(score.state, "open")
        self.assertTrue(score.can_score)
        self.assertIn("give points", score.explanation)
        score.entry = "3"
        for again in score, self._stock():
            self.assertEqual((again.state, again.points), ("scored", 3))
            self.assertIn("takes their place", again.explanation)
            self.assertTrue(again.can_score)

    def test_a_report_wins_over_points_and_says_whose(self):
        self._stock().entry = "3"
        self._report(270, MAR_20)
        score = self._stock()
        self.assertEqual((score.is_measured, score.points), (True, 5))
        self.assertFalse(score.can_score or score.scored_by_id)
        self.assertIn(
            f"takes the place of the 3 points that {self.marketing.name} had given",
            score.explanation,
        )
        with self.assertRaises(UserError):
            score.entry = "4"
        score.action_confirm_measured()
        again = self._stock()
        self.assertEqual(again.scored_by_id, self.marketing)
        self.assertIn("the 3 points", again.explanation)

    def test_points_that_happen_to_be_the_value_confirm_nothing(self):
        self._stock().entry = "1"
        self._report(300, MAR_20)  # once the norm: the value is one, too
        score = self._stock()
        self.assertEqual((score.value, score.points), (1, 5))
        self.assertFalse(score.scored_by_id)

    def test_points_come_back_when_the_report_is_withdrawn(self):
        self._stock().entry = "3"
        report = self._report(270, MAR_20)
        self._stock()
        report.unlink()
        score = self._stock()
        self.assertEqual((score.is_measured, score.points), (False, 3))
        self.assertEqual(score.scored_by_id, self.marketing)
        self.assertFalse(score.given_by_id or score.given_points)
        score.entry = ""
        self.assertEqual(self._stock().state, "open")

    def test_nothing_comes_back_where_nothing_was_given(self):
        report = self._report(270, MAR_20)
        self.assertEqual(self._stock().points, 5)
        report.unlink()
        self.assertEqual(self._stock().state, "open")

    def test_a_waiver_gives_way_to_a_report_and_does_not_come_back(self):
        self._stock().with_user(self.env.user)._waive("No report")
        self.assertEqual(self._stock().state, "waived")
        report = self._report(270, MAR_20)
        self.assertEqual((self._stock().points, self._stock().reason), (5, False))
        report.unlink()
        self.assertEqual(self._stock().state, "open")

    def test_a_closed_card_keeps_the_points_that_were_given(self):
        score = self._stock()
        score.entry = "3"
        score.scorecard_id.sudo()._close()
        self._report(270, MAR_20)
        score = self._stock()
        self.assertEqual((score.is_measured, score.points), (False, 3))
        self.assertEqual(score.explanation, "There was nothing to measure.")

    def test_what_nobody_gave_is_missing_on_the_card(self):
        card = self._stock().scorecard_id
        missing = card.missing
        self._report(270, MAR_20)
        self._stock()
        self.assertEqual(card.missing, missing - 1)

    def test_an_app_that_is_gone_measures_nothing_and_breaks_nothing(self):
        self._report(270, MAR_20)
        score = self._stock()
        self.env.cr.execute(
            "UPDATE rating_indicator SET measure = 'gone' WHERE id = %s",
            [score.indicator_id.id],
        )
        self.env.invalidate_all()
        score = self._stock()
        self.assertEqual(score.points, 5)
        self.assertIn("is not installed any more", score.explanation)
        with self.assertRaises(UserError):
            score.action_records()
