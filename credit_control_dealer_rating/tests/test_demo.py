from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.demo_common import DemoCase


@tagged("post_install", "-at_install")
class TestDemo(DemoCase):
    """The demo dealers' limits follow their grades, and the views tell why."""

    addons = ("credit_control", "dealer_rating", "credit_control_dealer_rating")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls.env.ref("dealer_rating.dealer_northgate_demo")

    def _last(self, name):
        dealer = self.env.ref(f"dealer_rating.dealer_{name}_demo")
        return self.env["credit.limit.proposal"].search(
            [("dealer_id", "=", dealer.id)], limit=1
        )

    def test_the_best_dealer_has_the_limit_that_was_accepted(self):
        proposal = self._last("northgate")
        self.assertEqual((proposal.state, proposal.rate), ("accepted", 60))
        self.assertGreater(proposal.amount, 0)
        self.assertEqual(proposal.file_id.limit_amount, proposal.amount)
        self.assertEqual(proposal.amount, round(proposal.sales * 0.6, 2))

    def test_other_raises_wait_to_be_decided_on(self):
        waiting = self.env["credit.limit.proposal"].search([("state", "=", "proposed")])
        self.assertIn(self._last("harbour"), waiting)

    def test_the_worst_dealer_has_no_credit_and_pays_at_once(self):
        proposal = self._last("millbrook")
        self.assertEqual((proposal.amount, proposal.refused), (0, "unworthy"))
        self.assertEqual((proposal.state, proposal.file_id.limit_amount), ("set", 0))
        self.assertEqual(
            proposal.partner_id.property_payment_term_id,
            self.env.ref("credit_control.payment_term_immediate_demo"),
        )

    def test_the_largest_dealer_shows_the_cap(self):
        proposal = self._last("harbour")
        self.assertEqual((proposal.sales, proposal.amount), (181500, 80000))
        self.assertTrue(proposal.explanation.endswith("capped at 80,000"))

    # === IN THE BROWSER === #

    def assertShown(self, path, text, tab=None):
        """Open a page as admin and wait until it shows a text.

        :param tab: the name of a page of the form to turn to
        """
        self.browser_js(
            path,
            f"""
            const until = setInterval(() => {{
                document.querySelector("a[name={tab or "none"}]:not(.active)")?.click();
                if (document.body.textContent.includes({text!r})) {{
                    clearInterval(until);
                    console.log("test successful");
                }}
            }}, 200);
            """,
            "odoo.isReady === true",
            login="admin",
            timeout=120,
        )

    def test_every_menu_view_and_filter_opens(self):
        self.click_through("credit_control.credit_menu_root")

    def test_a_limit_says_how_it_came_about(self):
        proposal = self.dealer.credit_proposal_id
        path = f"/odoo/credit-rated-limits/{proposal.id}"
        self.assertShown(path, proposal.explanation)

    def test_a_dealer_shows_the_credit_of_its_grade(self):
        explanation = self.dealer.credit_explanation
        self.assertShown(f"/odoo/dealers/{self.dealer.id}", explanation, "credit")

    def test_a_policy_shows_what_its_grades_give(self):
        policy = self.env.ref("credit_control.credit_policy_standard")
        path = f"/odoo/credit-policies/{policy.id}"
        self.assertShown(path, "Credit-Sale Rate", "grades")

    def test_a_credit_file_shows_the_limits_from_ratings(self):
        path = f"/odoo/credit-files/{self.dealer.credit_file_id.id}"
        self.assertShown(path, self.dealer.credit_explanation, "rating_limits")
