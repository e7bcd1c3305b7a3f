from odoo.tests import tagged

from ...core.grade import is_monotone
from ...core.score import points_of
from ..common import ORDER, RatingCommon

PERFORMANCE = (
    "target growth on_time collection overdue days_late limit_use margin outlets stock "
    "promotion lost"
).split()
CONDUCT = (
    "distribution price contracts promises disputes information complaints reputation"
).split()
LOST = {0: 5, 1: 3, 2: 2, 3: 2, 4: 2, 5: 0, 6: 0, 50: 0}
VIOLATIONS = {0: 5, 1: 3, 2: 0, 3: -5, 4: -5, 50: -5}


@tagged("post_install", "-at_install")
class TestFixedFigures(RatingCommon):
    """What the method fixes, as it is shipped."""

    def _ref(self, name):
        return self.env.ref(f"dealer_rating.{name}")

    def test_twelve_indicators_of_performance_make_sixty_points(self):
        template = self._ref("template_performance")
        self.assertEqual(template.indicator_ids.mapped("code"), PERFORMANCE)
        self.assertEqual([line.top for line in template.indicator_ids], [5] * 12)
        self.assertEqual([line.weight for line in template.indicator_ids], [1] * 12)
        self.assertEqual(template.top, 60)

    def test_eight_indicators_of_conduct_make_forty_points(self):
        template = self._ref("template_conduct")
        self.assertEqual(template.indicator_ids.mapped("code"), CONDUCT)
        self.assertEqual([line.top for line in template.indicator_ids], [5] * 8)
        self.assertEqual([line.weight for line in template.indicator_ids], [1] * 8)
        self.assertEqual(template.top, 40)

    def test_the_indicators_are_numbered_as_in_the_method(self):
        for codes in PERFORMANCE, CONDUCT:
            lines = [self._ref(f"indicator_{code}") for code in codes]
            numbers = [line.number for line in lines]
            self.assertEqual(numbers, list(range(1, len(codes) + 1)))

    def test_finance_scores_one_to_eight_and_marketing_the_others(self):
        finance = self._ref("department_finance")
        marketing = self._ref("department_marketing")
        for code in PERFORMANCE + CONDUCT:
            line = self._ref(f"indicator_{code}")
            is_finance = line.kind == "performance" and line.number <= 8
            wanted = finance if is_finance else marketing
            self.assertEqual(line.department_id, wanted, code)
        self.assertEqual(finance.group_id, self._ref("rating_group_finance"))
        self.assertEqual(marketing.group_id, self._ref("rating_group_marketing"))

    def _assertSteps(self, code, table):
        line = self._ref(f"indicator_{code}")
        self.assertEqual(line.method, "violations")
        for count, points in table.items():
            with self.subTest(indicator=code, count=count):
                self.assertEqual(points_of(count, line._steps()), points)

    def test_customers_lost(self):
        self._assertSteps("lost", LOST)

    def test_violations_of_distribution_and_prices(self):
        self._assertSteps("distribution", VIOLATIONS)
        self._assertSteps("price", VIOLATIONS)

    def test_the_shipped_cards_count_so(self):
        """The same figures, typed by marketing into the shipped cards."""
        self.template_performance.action_retire()
        self.template_conduct.action_retire()
        dealer = self._dealer("Corner Shop")
        self._rate("2025-01-31")
        tables = {"lost": LOST, "distribution": VIOLATIONS, "price": VIOLATIONS}
        for code, table in tables.items():
            score = self._scores(dealer, code=code).with_user(self.marketing)
            self.assertEqual(len(score), 1)
            for count, points in table.items():
                score.entry = str(count)
                self.assertEqual(score.points, points, (code, count))

    def test_nine_grades_in_their_order(self):
        grades = self.env["dealer.grade"].search([])
        self.assertEqual(tuple(grades.mapped("name")), ORDER)
        letters = [grade.performance + grade.conduct for grade in grades]
        self.assertEqual(tuple(letters), ORDER)
        self.assertTrue(is_monotone(letters))

    def test_grades_that_give_a_new_dealer_credit_in_its_second_quarter(self):
        good = self.env["dealer.grade"].search([("good_when_new", "=", True)])
        self.assertEqual(good.mapped("name"), ["AA", "AB", "BA", "BB"])

    def test_grades_of_which_two_quarters_running_propose_an_end(self):
        poor = self.env["dealer.grade"].search([("is_poor", "=", True)])
        self.assertEqual(set(poor.mapped("name")), {"CC", "BC", "CB", "CA"})

    def test_shipped_bands(self):
        bands = {
            name: (self._ref(name).band_a, self._ref(name).band_b)
            for name in ("template_performance", "template_conduct")
        }
        self.assertEqual(
            bands, {"template_performance": (48, 36), "template_conduct": (32, 24)}
        )
        self.assertEqual(self._ref("template_performance").quarter_total, "mean")
