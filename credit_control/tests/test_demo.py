from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.demo_common import DemoCase
from odoo.addons.trade_credit_base.tests.sizes import sized


@tagged("post_install", "-at_install")
class TestDemo(DemoCase):
    """The demo dealers show every outcome, and go on doing so; every view opens."""

    addons = ("credit_control",)

    def _decisions(self, dealer):
        partner = self.env.ref(f"credit_control.partner_{dealer}_demo")
        return self.env["credit.decision"].search([("partner_id", "=", partner.id)])

    def assertOutcome(self, dealer, state, *kinds):
        decision = self._decisions(dealer)[:1]
        self.assertEqual(decision.state, state, dealer)
        findings = decision.verdict["findings"]
        found = {each["kind"] for each in findings if each["action"] == "hold"}
        self.assertEqual(found, set(kinds), dealer)
        self.assertTrue(decision._replays())

    def test_every_outcome_is_there(self):
        self.assertOutcome("alder", "passed")
        self.assertOutcome("birch", "held", "limit")
        self.assertOutcome("cedar", "held", "overdue_days")
        self.assertOutcome("dogwood", "held", "hold")
        self.assertOutcome("elm", "held", "no_limit")
        self.assertOutcome("fir", "passed")  # on a temporary limit
        self.assertOutcome("ginkgo_north", "passed")
        self.assertOutcome("ginkgo_south", "held", "limit")  # of the group
        self.assertOutcome("hazel", "released", "limit")
        self.assertOutcome("ivy", "rejected", "limit", "overdue_days")
        self.assertOutcome("juniper", "passed")  # needs no credit
        self.assertOutcome("kapok", "passed")  # unmatched money covers what is late
        self.assertOutcome("larch", "passed")
        self.assertEqual(self._decisions("larch")[1].state, "cured")

    def test_every_cure_is_told(self):
        decisions = self.env["credit.decision"].search([("verdict", "!=", False)])
        codes = {c["code"] for each in decisions for c in each.verdict["cures"]}
        self.assertLessEqual({"pay", "prepay", "cut", "wait", "ask", "lift"}, codes)

    def test_bill_advance_supplier_and_list_are_there(self):
        maple = self.env.ref("credit_control.file_maple_demo")
        shown = maple.bills, maple.advances, maple.payable, maple.set_off
        self.assertEqual(shown, (5200, -1500, 2400, 0))
        self.assertEqual(maple.available, 20000 - 5200 + 1500)
        nettle = self.env.ref("credit_control.partner_nettle_demo")
        self.assertIn("always hold", nettle.credit_listing_words)
        order = self.env["sale.order"].create({"partner_id": nettle.id})
        self.assertIn("always hold", order.credit_banner)

    def test_quotation_tells_the_room_that_is_left(self):
        quotation = self.env.ref("credit_control.order_alder_quotation_demo")
        self.assertIn("25,000.00", quotation.credit_banner)
        self.assertEqual(quotation.credit_banner_level, "info")

    # === IN THE BROWSER === #

    def test_every_menu_view_and_filter_opens(self):
        """Each day only the menus: credit_control_dealer_rating clicks on the same
        ones, with every view and filter."""
        self.click_through("credit_control.credit_menu_root", light=sized(True, False))

    def test_salesman_without_credit_rights_opens_orders(self):
        order = self.env.ref("credit_control.order_birch_demo")
        self.browser_js(
            f"/odoo/orders/{order.id}",
            """
            const until = setInterval(() => {
                const cures = document.querySelector("[name=credit_cures]");
                if (cures && cures.textContent.includes("Cut it to")) {
                    clearInterval(until);
                    console.log("test successful");
                }
            }, 100);
            """,
            "odoo.isReady === true",
            login="sam",
            timeout=60,
        )
