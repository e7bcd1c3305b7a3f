from odoo.tests import TransactionCase, tagged

from ...core.score import points_of

PERFORMANCE = (
    "target",
    "growth",
    "on_time",
    "collection",
    "overdue",
    "days_late",
    "limit_use",
    "margin",
    "outlets",
    "stock",
    "promotion",
    "lost",
)
CONDUCT = (
    "distribution",
    "price",
    "contracts",
    "promises",
    "disputes",
    "information",
    "complaints",
    "reputation",
)
# What the method fixes: a count, and the points it earns
LOST = {0: 5, 1: 3, 2: 2, 3: 2, 4: 2, 5: 0, 6: 0, 50: 0}
VIOLATIONS = {0: 5, 1: 3, 2: 0, 3: -5, 4: -5, 50: -5}
# Measures where less is better
FALLING = ("overdue", "days_late", "limit_use")


@tagged("post_install", "-at_install")
class TestData(TransactionCase):
    """The two cards and the nine grades, as they are shipped."""

    def _ref(self, name):
        return self.env.ref(f"dealer_rating.{name}")

    def _indicators(self, kind):
        return self._ref(f"template_{kind}").indicator_ids

    def test_two_cards_are_in_use_and_make_a_hundred_points(self):
        cards = {"performance": (60, 48, 36), "conduct": (40, 32, 24)}
        used = self.env["rating.scorecard.template"]._of(self.env.company)
        for kind, figures in cards.items():
            with self.subTest(kind):
                card = self._ref(f"template_{kind}")
                self.assertEqual(used[kind], card)
                self.assertEqual((card.top, card.band_a, card.band_b), figures)
                self.assertEqual(card.quarter_total, "mean")

    def test_each_card_has_its_indicators_in_order(self):
        for kind, codes in ("performance", PERFORMANCE), ("conduct", CONDUCT):
            with self.subTest(kind):
                found = self._indicators(kind)
                self.assertEqual(tuple(found.mapped("code")), codes)
                self.assertEqual(found.mapped("number"), [*range(1, len(codes) + 1)])
                self.assertEqual(set(found.mapped("top")), {5})
                self.assertEqual(set(found.mapped("weight")), {1})
                for indicator in found:
                    self.assertEqual(
                        self._ref(f"indicator_{indicator.code}"), indicator
                    )
                    self.assertGreater(len(indicator.guide), 80, indicator.code)

    def test_finance_scores_the_first_eight_and_marketing_the_others(self):
        finance = self._ref("department_finance")
        marketing = self._ref("department_marketing")
        performance = self._indicators("performance")
        self.assertEqual(performance[:8].department_id, finance)
        self.assertEqual(performance[8:].department_id, marketing)
        self.assertEqual(self._indicators("conduct").department_id, marketing)
        self.assertEqual(finance.group_id, self._ref("rating_group_finance"))
        self.assertEqual(marketing.group_id, self._ref("rating_group_marketing"))

    def test_what_finance_scores_is_measured(self):
        for indicator in self._indicators("performance")[:8]:
            self.assertEqual(indicator.method, "measured")
            self.assertEqual(indicator.measure, indicator.code)
        others = self._indicators("performance")[8:]
        measured = others.filtered(lambda each: each.method == "measured")
        self.assertEqual(measured.mapped("code"), ["stock"])
        self.assertEqual(measured.nothing, "open", "measured, else entered")

    def test_a_stock_too_full_and_one_too_empty_earn_less(self):
        stock = self._ref("indicator_stock")
        earned = {0: 0, 0.19: 0, 0.2: 1, 0.5: 2, 0.7: 3, 0.85: 4, 0.9: 5, 1: 5}
        earned |= {1.09: 5, 1.1: 4, 1.3: 3, 1.4: 2, 2: 1, 3: 0, 40: 0}
        for ratio, points in earned.items():
            with self.subTest(ratio=ratio):
                self.assertEqual(points_of(ratio, stock._steps()), points)
        ladder = stock.step_ids.sorted("at_least").mapped("points")
        peak = ladder.index(5)
        self.assertEqual(ladder[: peak + 1], sorted(ladder[: peak + 1]))
        self.assertEqual(ladder[peak:], sorted(ladder[peak:], reverse=True))

    def test_counts_earn_what_the_method_fixes(self):
        rows = {"lost": LOST, "distribution": VIOLATIONS, "price": VIOLATIONS}
        for code, points in rows.items():
            indicator = self._ref(f"indicator_{code}")
            self.assertEqual(indicator.method, "violations")
            for count, earned in points.items():
                with self.subTest(code, count=count):
                    self.assertEqual(points_of(count, indicator._steps()), earned)

    def test_a_better_value_never_earns_less_and_the_bands_span_all_points(self):
        for indicator in self._indicators("performance")[:8]:
            with self.subTest(indicator.code):
                points = indicator.step_ids.sorted("at_least").mapped("points")
                falls = indicator.code in FALLING
                self.assertEqual(points, sorted(points, reverse=falls))
                self.assertEqual((min(points), max(points)), (0, 5))

    def test_nine_grades_stand_in_their_order(self):
        order = ["AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"]
        grades = self.env["dealer.grade"].search([])
        self.assertEqual(grades.mapped("name"), order)
        for grade in grades:
            self.assertEqual(grade.performance + grade.conduct, grade.name)
            self.assertEqual(self._ref(f"grade_{grade.name.lower()}"), grade)
        poor = grades.filtered("is_poor").mapped("name")
        self.assertEqual(poor, ["CA", "BC", "CB", "CC"])
        good_when_new = grades.filtered("good_when_new").mapped("name")
        self.assertEqual(good_when_new, ["AA", "AB", "BA", "BB"])
