from odoo.tests import HttpCase, tagged

from .demo import load_demo

CLICK = """odoo.loader.modules.get(
    "@web/webclient/clickbot/clickbot_loader"
).startClickEverywhere("credit_control.credit_menu_root", false);"""


@tagged("post_install", "-at_install")
class TestViews(HttpCase):
    """Views break only in the browser: open every one of them there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)
        cls.dealer = cls.env.ref("dealer_rating.dealer_northgate_demo")

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
        self.browser_js(
            "/odoo",
            CLICK,
            "odoo.isReady === true",
            login="admin",
            timeout=300,
            success_signal="clickbot test succeeded",
        )

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
