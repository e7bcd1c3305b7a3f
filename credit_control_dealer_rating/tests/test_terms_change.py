from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestTermsChange(RatedCommon):
    """A rating sets credit period and price list; what was there can be put back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Oak, accounts", "parent_id": cls.oak.id}
        )
        cls.oak.property_payment_term_id = cls.term_30
        cls.list_a, cls.list_b = cls.env["product.pricelist"].create(
            [{"name": "Gold"}, {"name": "Silver"}]
        )
        cls._terms("AA").write(
            {"payment_term_id": cls.term_60.id, "pricelist_id": cls.list_a.id}
        )
        cls._terms("BB").write({"payment_term_id": cls.term_30.id})
        cls._terms("CC").write(
            {"payment_term_id": cls.term_now.id, "pricelist_id": cls.list_b.id}
        )

    def _changes(self, dealer=None):
        return self.env["credit.terms.change"].search(
            [("dealer_id", "=", (dealer or self.dealer).id)]
        )

    def assertTerms(self, term, pricelist, partner=None):
        """The customer and its contacts have this credit period and price list."""
        partner = partner or self.oak
        for each in partner | partner.child_ids:
            self.assertEqual(each.property_payment_term_id, term)
            self.assertEqual(each.specific_property_product_pricelist, pricelist)

    def test_the_grade_sets_credit_period_and_price_list_on_dealer_and_contacts(self):
        self._rate("AA")
        self.assertTerms(self.term_60, self.list_a)
        change = self._changes()
        self.assertEqual(change.payment_term_before_id, self.term_30)
        self.assertFalse(change.pricelist_before_id)
        self.assertEqual(change.grade_id, self._grade("AA"))
        order = self._order(10, self.contact)
        self.assertEqual(order.payment_term_id, self.term_60)

    def test_what_a_grade_says_nothing_of_stays(self):
        self._rate("AB")
        self.assertTerms(self.term_30, self.env["product.pricelist"])
        self.assertFalse(self._changes())

    def test_what_is_so_already_is_no_change(self):
        self._rate("BB")
        self.assertFalse(self._changes())

    def test_only_what_differs_is_kept_and_restored(self):
        self.oak.property_payment_term_id = self.term_60
        self._rate("AA")
        change = self._changes()
        self.assertFalse(change.payment_term_id | change.payment_term_before_id)
        self.oak.property_payment_term_id = self.term_now
        change.action_restore()
        self.assertTerms(self.term_now, self.env["product.pricelist"])

    def test_a_credit_manager_restores_what_was_there(self):
        self._rate("AA")
        change = self._changes()
        for user in self.salesman, self.officer, self.rater:
            with self.assertRaises(AccessError):
                change.with_user(user).action_restore()
        self.assertTerms(self.term_60, self.list_a)
        change.with_user(self.manager).action_restore()
        self.assertTerms(self.term_30, self.env["product.pricelist"])
        self.assertEqual(change.restored_by_id, self.manager)
        with self.assertRaises(UserError):
            change.with_user(self.manager).action_restore()

    def test_restoring_nothing_leaves_the_default_of_the_company(self):
        shop = self._customer("Shop")
        dealer = self._dealer(shop)
        self._rate("AA", dealer)
        self.assertTerms(self.term_60, self.list_a, shop)
        self._changes(dealer).action_restore()
        self.env["ir.default"].set(
            "res.partner",
            "property_payment_term_id",
            self.term_now.id,
            company_id=self.env.company.id,
        )
        self.assertEqual(shop.property_payment_term_id, self.term_now)

    def test_what_somebody_changed_since_is_not_overwritten(self):
        self._rate("AA")
        self.oak.property_payment_term_id = self.term_now
        with self.assertRaises(UserError):
            self._changes().action_restore()
        self.assertTerms(self.term_now, self.list_a)

    def test_several_changes_of_a_dealer_are_restored_one_after_the_other(self):
        self._rate("AA", back=1)
        self._rate("CC")
        newer, older = self._changes()
        self.assertTerms(self.term_now, self.list_b)
        with self.assertRaises(UserError):
            older.action_restore()
        newer.action_restore()
        self.assertTerms(self.term_60, self.list_a)
        older.action_restore()
        self.assertTerms(self.term_30, self.env["product.pricelist"])

    def test_a_downgrade_takes_the_terms_along(self):
        self._rate("CB")
        self.dealer._downgrade(1, "Late", "manual")
        self.assertEqual(self.dealer.grade_id, self._grade("CC"))
        self.assertTerms(self.term_now, self.list_b)

    def test_branches_have_rows_of_their_own(self):
        branch = self._branch()
        at_branch = self.oak.with_company(branch)
        at_branch.property_payment_term_id = self.term_now
        self._rate("AA")
        self.assertEqual(at_branch.property_payment_term_id, self.term_60)
        self.assertTerms(self.term_60, self.list_a)
        change = self._changes().filtered(lambda each: each.company_id == branch)
        self.assertEqual(change.payment_term_before_id, self.term_now)
        self._changes().action_restore()
        self.assertEqual(at_branch.property_payment_term_id, self.term_now)
        self.assertTerms(self.term_30, self.env["product.pricelist"])

    def test_another_company_keeps_its_own_terms(self):
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self.oak.with_company(other)
        elsewhere.property_payment_term_id = self.term_now
        self._rate("AA")
        self.assertEqual(elsewhere.property_payment_term_id, self.term_now)

    def test_nobody_rewrites_what_was_set(self):
        self._rate("AA")
        change = self._changes()
        with self.assertRaises(UserError):
            change.sudo().payment_term_before_id = self.term_now
        with self.assertRaises(UserError):
            change.sudo().unlink()
        with self.assertRaises(AccessError):
            change.with_user(self.manager).restored_by_id = self.manager
