from odoo.tests import tagged
from odoo.tools import date_utils

from odoo.addons.trade_credit_base.tests.demo_common import DemoCase
from odoo.addons.trade_credit_base.tests.sizes import sized

# Dealer: grades of the two closed quarters, and whether an end is proposed
GRADES = {
    "northgate": ("AA", "AA", False),
    "harbour": ("BA", "BA", False),
    "lakeside": ("AB", "AB", False),
    "summit": ("BB", "BB", False),
    "riverbend": ("BA", "CA", False),
    "quarry": ("AC", "AC", False),
    "westfield": ("CB", "CB", "pending"),
    "millbrook": ("CC", "CC", "pending"),
}


@tagged("post_install", "-at_install")
class TestDemo(DemoCase):
    addons = ("dealer_rating",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.quarter = date_utils.start_of(cls.company._trade_day(), "quarter")

    def _quarters(self, name):
        dealer = self.env.ref(f"dealer_rating.dealer_{name}_demo")
        return dealer.quarter_ids.sorted("date_from")

    def test_two_quarters_are_closed_and_one_is_running(self):
        for name, (before, last, proposal) in GRADES.items():
            with self.subTest(name):
                quarters = self._quarters(name)
                states = quarters.mapped("state")
                self.assertEqual(states, ["confirmed", "confirmed", "open"])
                grades = quarters[:2].grade_id.mapped("name")
                self.assertEqual(grades[0], before)
                self.assertEqual(quarters[1].grade_id.name, last)
                self.assertEqual(quarters[1].proposal, proposal)

    def test_the_running_quarter_waits_for_scores(self):
        running = self._quarters("northgate")[-1]
        self.assertEqual(running.date_from, self.quarter)
        self.assertTrue(running.missing + running.missing_cards)
        self.assertFalse(running.grade_id)

    def test_new_dealers_are_in_their_first_quarters(self):
        self.assertEqual(self._quarters("starling").mapped("tenure"), ["first"])
        tenures = self._quarters("foxhill").mapped("tenure")
        self.assertEqual(tenures, ["first", "second"])
        self.assertTrue(self._quarters("foxhill")[0].is_good)  # BA is good when new

    def test_some_report_their_stock_and_earn_what_it_comes_to(self):
        points = {"northgate": 5, "harbour": 3, "lakeside": 4, "westfield": 1}
        for name, earned in points.items():
            with self.subTest(name):
                dealer = self.env.ref(f"dealer_rating.dealer_{name}_demo")
                scores = self.env["rating.score"].search(
                    [
                        ("dealer_id", "=", dealer.id),
                        ("indicator_id.measure", "=", "stock"),
                        ("is_measured", "=", True),
                    ]
                )
                self.assertGreaterEqual(len(scores), 6)
                self.assertEqual(set(scores.mapped("points")), {earned})

    def test_every_menu_view_and_filter_opens(self):
        self.click_through("dealer_rating.rating_menu_root", light=sized(True, False))
