from odoo.tests import HttpCase, tagged

from odoo.addons.trade_credit_base.tests.sizes import sized

from .demo import load_demo

# Each day only the menus: credit_control_dealer_rating clicks on the same ones, with
# every view and filter.
LIGHT = sized("true", "false")
CLICK = f"""odoo.loader.modules.get(
    "@web/webclient/clickbot/clickbot_loader"
).startClickEverywhere("credit_control.credit_menu_root", {LIGHT});"""


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

    def test_salesman_without_credit_rights_opens_orders(self):
        order = self.env.ref("credit_control.order_birch_demo")
        self.browser_js(
            f"/odoo/orders/{order.id}",
            """
            const until = setInterval(() => {
                const cures = document.querySelector("[name=credit_cures]");
                if (cures && cures.textContent.includes("Cut the order")) {
                    clearInterval(until);
                    console.log("test successful");
                }
            }, 100);
            """,
            "odoo.isReady === true",
            login="sam",
            timeout=60,
        )
