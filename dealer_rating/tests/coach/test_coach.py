from datetime import date

from lxml import html

from odoo.tests import tagged

from ...core import coach
from ...core.bound import Bound
from ..common import RatingCommon

# Measure: steps {at least: points}, what was measured (value, part, whole, items), and
# what earns full points, in words
MEASURED = {
    "on_time": (
        {0: 0, 0.95: 5},
        (0.8, 800, 1000, 10),
        "about 2 more payments by their due date, so that 95 %",
    ),
    "collection": (
        {0: 0, 0.9: 5},
        (0.5, 500, 1000, 4),
        "400.00 more paid of the",
    ),
    "overdue": (
        {0: 5, 0.1: 0},
        (0.4, 400, 1000, 5),
        "333.34 of what is overdue paid, so that less than 10 %",
    ),
    "stock": (
        {0: 0, 0.8: 5},
        (0.4, 12, 30, 1),
        "at least 24 days instead of 12 days",
    ),
    "days_late": (
        {-30: 5, 5: 0},
        (12, 12000, 1000, 5),
        "on average less than 5 days late instead of 12",
    ),
    "target": (
        {0: 0, 1: 5},
        (0.75, 750, 1000, 3),
        "250.00 more invoiced, so that 100 % of the target",
    ),
    "growth": (
        {-1: 0, 0.2: 5},
        (-0.1, 900, 1000, 3),
        "300.00 more invoiced, 20 % more than the",
    ),
    "limit_use": (
        {0: 5, 0.7: 0},
        (0.9, 900, 1000, 3),
        "200.00 less owed on average, so that less than 70 %",
    ),
    "margin": (
        {0: 0, 0.25: 5},
        (0.2, 200, 1000, 3),
        "50.00 more left of net sales",
    ),
}


@tagged("post_install", "-at_install")
class TestCoach(RatingCommon):
    """The coach says what lifts a dealer, and who does it is lifted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Corner Shop", user_id=cls.salesman.id)

    def _card(self, day=None, **entries):
        """Score what is open on a day; ``entries`` by the code of the indicator."""
        day = day or self.START
        self.env["rating.scorecard"]._open_cards(self.company, self._end(day))
        todo = self._scores(self.shop, day).filtered(lambda s: s.state == "open")
        todo._enter(
            {
                score.id: entries[score.indicator_id.code]
                for score in todo
                if score.indicator_id.code in entries
            }
        )

    def _quarter_of(self, start=None, **entries):
        """Score three months and the conduct alike."""
        for month in self._months(start or self.START):
            self._card(month, **entries)

    def _advice(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        words = self.env["rating.coach"].with_user(user or self.manager)
        return words._advise(words.env["rating.dealer"].browse(self.shop.id))

    def _told(self, advice=None, risks=False):
        words = self.env["rating.coach"]
        advice = advice or self._advice()
        return words._risks(advice) if risks else words._ways(advice)

    # === WHAT IT SAYS === #

    def test_ways_are_told_in_plain_words_the_cheapest_first(self):
        """10 of 15 points and 6 of 10: two points are short of an A on either card."""
        self._quarter_of(paid=3, outlets=4, lost=1, contracts=3, prices=1)
        self.assertEqual(
            self._told(),
            [
                ("AB", ["Lost: none"]),
                ("BA", ["Prices: without violation"]),
                ("AB", ["Paid: from 3 to 5 points"]),
            ],
        )

    def test_two_changes_are_told_where_one_would_not_do(self):
        """Six points are missing on either card, and one change brings five at most."""
        self._quarter_of(paid=3, outlets=0, lost=5, contracts=0, prices=2)
        advice = self._advice()
        self.assertEqual(advice.grade, "CC")
        told = self._told(advice)
        self.assertEqual([len(sentences) for _grade, sentences in told], [2, 2, 2])
        self.assertEqual(
            told[0],
            ("CB", ["Contracts: from 0 to 1 points", "Prices: without violation"]),
        )

    def test_who_does_what_the_coach_says_gets_the_grade(self):
        """Each way is walked: the next quarter like this one, but for the changes."""
        now = {"paid": 2, "outlets": 3, "lost": 2, "contracts": 1, "prices": 1}
        self._quarter_of(**now)
        advice = self._advice()
        counts = {"lost": {5: 0, 3: 1, 2: 2, 0: 5}, "prices": {5: 0, 3: 1, 0: 2}}
        self.assertEqual(len(advice.ways), 3)
        start = self.START
        for way in advice.ways:
            self._confirm(start)
            start = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
            done = now | {
                change.code: counts.get(change.code, {}).get(change.after, change.after)
                for change in way.changes
            }
            self._quarter_of(start, **done)
            quarter = self._quarter(self.shop, start)
            self.assertEqual(quarter.grade_id, self.grades[way.grade])
            self.assertLess(
                quarter.grade_id.sequence, self.grades[advice.grade].sequence
            )

    def test_the_best_grade_is_told_what_it_must_not_lose(self):
        self._quarter_of(paid=5, outlets=4, lost=0, contracts=5, prices=0)
        self.assertFalse(self._told())
        self.assertEqual(
            self._told(risks=True),
            [
                ("BA", ["Lost: 2 or more"]),
                ("AC", ["Prices: 2 violations"]),
                ("AB", ["Contracts: down from 5 to 2 points"]),
            ],
        )

    def test_a_waived_score_is_better_scored(self):
        self._quarter_of(paid=4, outlets=3, contracts=4, prices=0)
        lost = self._scores(self.shop, code="lost")
        lost.with_user(self.manager)._waive("The visit was cancelled")
        self.assertIn(
            ("BA", ["Lost: scored with at least 2 points instead of waived"]),
            self._told(),
        )

    def test_months_in_a_sum_count_each_point_three_times(self):
        template = self._template(
            "performance",
            (36, 27),
            self._line("paid", self.finance_department),
            self._line("outlets", self.marketing_department),
            self._line("lost", self.marketing_department, {0: 5, 1: 3}),
            quarter_total="sum",
        )
        self.assertEqual(template.state, "active")
        self._quarter_of(paid=3, outlets=4, lost=1, contracts=5, prices=0)
        advice = self._advice()
        self.assertEqual(coach.total(advice.standing.cards[0]), 30)
        self.assertEqual(advice.grade, "BA")
        self.assertEqual(self._told(advice)[0], ("AA", ["Lost: none"]))

    # === WHAT IS MISSING === #

    def _said(self):
        """Return the text of the coach on the dealer's form."""
        shown = self.env["rating.face"]._render(self.shop, ("coach",))["face_coach"]
        return " ".join(html.fromstring(str(shown)).text_content().split())

    def test_what_nobody_scored_yet_comes_from_the_last_quarter(self):
        self._quarter_of(paid=3, outlets=4, lost=1, contracts=3, prices=1)
        self._confirm()
        april = date(2025, 4, 1)
        self._card(april, paid=5)
        advice = self._advice()
        self.assertEqual(advice.lines["performance", "paid"].points, 5)
        self.assertEqual(advice.lines["conduct", "contracts"].points, 3)
        self.assertEqual(advice.lines["conduct", "contracts"].since, self.START)
        self.assertEqual(advice.grade, "AB")
        said = self._said()
        self.assertIn("Scores are missing: 10.", said)
        self.assertIn("(4 indicators)", said)

    def test_of_a_quarter_that_is_scored_in_part_the_mean_counts(self):
        january, february, _march = self._months(self.START)
        self._card(january, paid=5, outlets=5, lost=0, contracts=4, prices=0)
        self._card(february, paid=2, outlets=5, lost=0)
        self.assertEqual(self._advice().lines["performance", "paid"].points, 3.5)

    def test_what_was_never_scored_leaves_nothing_to_foresee(self):
        self._card(self.START, paid=5, outlets=5, lost=0)
        advice = self._advice()
        self.assertEqual((advice.standing, advice.ways), (None, ()))
        self.assertIn("As soon as every indicator has been scored once", self._said())

    def test_a_dealer_without_a_quarter_gets_no_advice(self):
        self.assertEqual(self._advice().lines, {})

    # === WHAT IS MEASURED === #

    def _measured(self, measure, steps, measured):
        """One measured indicator that is short of its 5 points."""
        self._template(
            "performance",
            (5, 1),
            self._line(
                measure,
                self.finance_department,
                steps,
                method="measured",
                measure=measure,
            ),
        )
        self._card(self.START, contracts=5, prices=0)
        names = "value", "part", "whole", "items"
        for score in self._scores(self.shop, code=measure).sudo():
            score.write(
                dict(zip(names, measured, strict=True))
                | {"state": "scored", "is_measured": True, "points": 0}
            )

    def test_measured_indicators_say_what_is_missing_in_money_and_days(self):
        for measure, (steps, measured, expected) in MEASURED.items():
            with self.subTest(measure), self.cr.savepoint() as point:
                self._measured(measure, steps, measured)
                [(grade, [sentence])] = self._told()
                self.assertEqual(grade, "AA")
                self.assertIn(expected, sentence)
                point.rollback()
                self.env.invalidate_all()

    def test_what_a_measure_does_not_word_is_told_by_its_value(self):
        self._measured("margin", {0: 0, 0.25: 5}, (0.2, 200, 1000, 3))
        words = self.env["rating.coach"]
        score = self._scores(self.shop, self.START, "margin")
        goal = Bound(0.25, True)
        told = words._measured_words(score, goal) | {"indicator": "Margin"}
        self.assertEqual(words._ask(told), "Margin: at least 25 % instead of 20 %")
        told = words._measured_words(score, goal._replace(at_least=False))
        self.assertEqual(
            words._lose(told | {"indicator": "Margin"}),
            "Margin: below 25 % (now 20 %)",
        )

    def test_where_there_was_nothing_to_measure_the_dealer_can_change_nothing(self):
        self._measured("growth", {-1: 0, 0: 5}, (0, 0, 0, 0))
        scores = self._scores(self.shop, code="growth").sudo()
        scores.is_measured = False
        self.assertTrue(self._told())
        # By hand: nobody may change an indicator that cards were scored with.
        self.env.cr.execute(
            "UPDATE rating_indicator SET nothing = 'points' WHERE id = %s",
            [scores.indicator_id.id],
        )
        self.assertFalse(self._told())

    # === WHO MAY ASK === #

    def test_a_salesperson_is_told_of_the_own_dealers(self):
        self._quarter_of(paid=3, outlets=4, lost=1, contracts=3, prices=1)
        advice = self._advice(self.salesman)
        self.assertEqual(advice.grade, "BB")
        self.assertTrue(self._told(advice))
