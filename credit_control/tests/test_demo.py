from odoo.tests import TransactionCase, tagged

from .demo import load_demo


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo dealers show every outcome, and go on doing so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)

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

    def test_quotation_tells_the_room_that_is_left(self):
        quotation = self.env.ref("credit_control.order_alder_quotation_demo")
        self.assertIn("25,000.00", quotation.credit_banner)
        self.assertEqual(quotation.credit_banner_level, "info")
