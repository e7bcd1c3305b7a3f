from odoo.tests import tagged

from .test_order_terms import TermsCommon


@tagged("post_install", "-at_install")
class TestBranchTerms(TermsCommon):
    """A dealer has in branches what its grade gives, as far as Odoo allows it."""

    def test_a_branch_has_no_price_list_of_the_head_company(self):
        branch = self._branch()
        self.assertEqual(self.list_bb.company_id, self.company)
        order = self._there(self.oak, branch)
        self.assertNotEqual(order.pricelist_id, self.list_bb)
        self.assertFalse(self._seen(order, self.env.user).credit_given_pricelist_id)
        first = self._last().quarter_id.sudo()
        first.is_current = False
        first.flush_recordset()
        self._rate("BB", version=2)
        order = self._there(self.oak, branch)
        self.assertEqual(order.payment_term_id, self.term_30)
        self.assertNotEqual(order.pricelist_id, self.list_bb)

    def test_a_branch_that_is_opened_later_gets_the_same(self):
        self.list_bb.company_id = False
        elm = self._customer("Elm")
        with self.subTest("no rating set anything"):
            branch = self._branch()
            there = elm.with_company(branch)
            self.assertFalse(there.property_payment_term_id)
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.oak.id}
        )
        for partner in self.oak, buyer:
            order = self._there(partner, branch)
            self.assertEqual(order.payment_term_id, self.term_30)
            self.assertEqual(order.pricelist_id, self.list_bb)
            self.assertEqual(
                self._seen(order, self.env.user).credit_terms_ease, "equal"
            )
        changes = self.dealer.credit_change_ids.filtered(
            lambda change: change.company_id == branch
        )
        self.assertEqual(changes.grade_id, self._grade("BB"))
        changes.with_user(self.manager).sudo().action_restore()
        self.assertFalse(self._there(self.oak, branch).payment_term_id)

    def test_a_later_branch_does_not_get_what_a_person_took_back(self):
        change = self.dealer.credit_change_ids[0]
        change.with_user(self.manager).action_restore()
        self.assertFalse(self._there(self.oak, self._branch()).payment_term_id)

    def _there(self, partner, branch):
        Order = self.env["sale.order"].with_company(branch)
        return Order.create({"partner_id": partner.id, "company_id": branch.id})
