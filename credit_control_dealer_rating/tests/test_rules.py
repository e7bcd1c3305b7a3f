from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestRules(RatedCommon):
    """What a policy may ask about the rating of whoever will owe the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._file(cls.oak, 10000)

    def _only(self, *rules):
        """Let the policy have these rules and no others."""
        self.policy.rule_ids = [Command.clear(), *rules]

    def _ordered(self, amount=10, customer=None):
        order = self._order(amount, customer or self.oak)
        order.action_confirm()
        return order

    def _graded(self, grade, days_ago=0):
        """Give Oak a grade from so many days ago, as a quarter would."""
        self.env["dealer.grading"].sudo()._record(
            [
                {
                    "dealer_id": self.dealer.id,
                    "date": self.today - timedelta(days=days_ago),
                    "grade_id": self._grade(grade).id,
                    "source": "quarter",
                }
            ]
        )

    def test_a_grade_that_is_not_creditworthy_holds_and_says_what_would_help(self):
        self._only(self._rule("grade_unworthy", 7))
        self._graded("CC")
        order = self._ordered()
        self.assertHeld(order, "grade_unworthy")
        self.assertIn("The grade of Oak gives no credit: CC", order.credit_reasons)
        self.assertIn("Ask for a release", order.credit_cures)
        self._graded("CB")
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")

    def test_worthiness_is_that_of_the_files_policy(self):
        self._only(self._rule("grade_unworthy"))
        self._terms("CB").creditworthy = False
        self._graded("CB")
        self.assertHeld(self._ordered(), "grade_unworthy")
        lenient = self.policy.copy()
        lenient.grade_terms_ids.creditworthy = True
        self._credit_file().policy_id = lenient
        self.assertConfirmed(self._ordered())

    def test_a_customer_without_a_grade_has_no_valid_rating(self):
        self._only(self._rule("no_rating", 7))
        for customer in self.oak, self.customer:
            order = self._ordered(customer=customer)
            self.assertHeld(order, "no_rating")
            self.assertIn("no valid rating", order.credit_reasons)
            self.assertIn("scored and the quarter confirmed", order.credit_cures)
        self._graded("CC")
        self.assertConfirmed(self._ordered())

    def test_an_archived_dealer_has_no_valid_rating(self):
        self._only(self._rule("no_rating"))
        self._graded("AA")
        self.dealer.active = False
        self.assertHeld(self._ordered(), "no_rating")

    def test_a_rating_may_be_so_many_days_old(self):
        self._only(self._rule("rating_age", 30))
        self._graded("AA", days_ago=30)
        self.assertConfirmed(self._ordered())

    def test_an_older_rating_holds_and_says_how_old_it_is(self):
        self._only(self._rule("rating_age", 30))
        self._graded("AA", days_ago=31)
        order = self._ordered()
        self.assertHeld(order, "rating_age")
        self.assertIn("days: 31; tolerated: 30", order.credit_reasons)
        self.assertIn("scored and the quarter confirmed", order.credit_cures)

    def test_a_downgrade_makes_no_rating_younger(self):
        self._only(self._rule("rating_age", 30))
        self._graded("AA", days_ago=31)
        self.dealer._downgrade(1, "Late", "manual")
        self.assertHeld(self._ordered(), "rating_age")

    def test_who_has_no_rating_at_all_has_no_old_one(self):
        self._only(self._rule("rating_age", 30))
        self.assertConfirmed(self._ordered())

    def test_an_order_for_a_contact_asks_for_the_rating_of_its_company(self):
        self._only(self._rule("no_rating"))
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.oak.id}
        )
        self._graded("AA")
        self.assertConfirmed(self._ordered(customer=contact))

    def test_one_statement_a_rule_for_any_number_of_orders(self):
        self._only(self._rule("no_rating"), self._rule("grade_unworthy"))
        self._graded("AA")
        Checkpoint = self.env["credit.checkpoint"]
        orders = self.env["sale.order"].union(*(self._order(1, self.oak) for _ in "12"))
        counts = []
        for some in orders[0], orders:
            figures = Checkpoint._figures(some.ids)
            with self.assertQueryCount(1):
                counts.append(len(Checkpoint._rating_rows(figures, self.today)))
        self.assertEqual(counts, [1, 2])

    def test_a_policy_tells_its_rules_in_words(self):
        self._only(
            self._rule("grade_unworthy", 7),
            self._rule("no_rating"),
            self._rule("rating_age", 120),
        )
        unworthy, unrated, age = self.policy.version_ids[0].rules_text.splitlines()
        self.assertTrue(unworthy.startswith("Grade not creditworthy: Hold at"))
        self.assertTrue(unrated.startswith("No valid rating: Hold at"))
        self.assertTrue(age.startswith("Age of the rating (days) > 120: Hold at"))
