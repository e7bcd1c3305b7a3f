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

    def assertShown(self, path, text):
        """Open a page as admin and wait until it shows a text."""
        self.browser_js(
            path,
            f"""
            const until = setInterval(() => {{
                if (document.body.textContent.includes({text!r})) {{
                    clearInterval(until);
                    console.log("test successful");
                }}
            }}, 100);
            """,
            "odoo.isReady === true",
            login="admin",
            timeout=60,
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

    def test_a_policy_shows_its_grades(self):
        policy = self.env.ref("credit_control.credit_policy_standard")
        self.assertShown(f"/odoo/credit-policies/{policy.id}", "Grades")

    def test_a_credit_file_shows_the_limits_from_ratings(self):
        file = self.dealer.credit_file_id
        self.assertShown(f"/odoo/credit-files/{file.id}", "Limits from Ratings")

    def test_a_dealer_shows_the_credit_of_its_grade(self):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Dealers", "res_model": "rating.dealer", "path": "glue-dealers"}
        )
        self.assertShown(f"/odoo/{action.path}/{self.dealer.id}", "Credit Limit")
