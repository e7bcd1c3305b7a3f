from odoo.tests import TransactionCase, tagged

from .demo import load_demo


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo dealers' limits follow their grades."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)

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
