from odoo.modules.module import Manifest
from odoo.tests import HttpCase
from odoo.tools import convert_file

CLICK = """odoo.loader.modules.get(
    "@web/webclient/clickbot/clickbot_loader"
).startClickEverywhere("%s", %s);"""


def load_demo(env, *addons):
    """Load the demo data of addons; those of the base, which all need, come first."""
    for addon in ("trade_credit_base", *addons):
        for name in Manifest.for_addon(addon)["demo"]:
            convert_file(env, addon, name, {}, "init", noupdate=True)


class ClickCase(HttpCase):
    """Views break only in the browser: open every one of them there."""

    def click_through(self, menu, light=False):
        """Click on each menu of an app, each view and each filter.

        :param menu: the external id of the app's menu
        :param light: whether menus are enough
        """
        self.browser_js(
            "/odoo",
            CLICK % (menu, "true" if light else "false"),
            "odoo.isReady === true",
            login="admin",
            timeout=300,
            success_signal="clickbot test succeeded",
        )


class DemoCase(ClickCase):
    """The demo data of addons, loaded into the main company as an installation would.

    Loading takes longer than looking at it: what comes of it and how it looks in the
    browser are tests of one class.
    """

    addons = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env, *cls.addons)
