from odoo.tests import HttpCase, tagged

from .demo import load_demo

CLICK = """odoo.loader.modules.get(
    "@web/webclient/clickbot/clickbot_loader"
).startClickEverywhere("dealer_rating.rating_menu_root", false);"""


@tagged("post_install", "-at_install")
class TestViews(HttpCase):
    """Views break only in the browser: open every one of them there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)

    def test_every_menu_view_and_filter_opens(self):
        self.browser_js(
            "/odoo",
            CLICK,
            "odoo.isReady === true",
            login="admin",
            timeout=300,
            success_signal="clickbot test succeeded",
        )
