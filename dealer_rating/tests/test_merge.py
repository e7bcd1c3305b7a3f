from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RatingCommon


@tagged("post_install", "-at_install")
class TestMerge(RatingCommon):
    """Two contacts become one, and what was rated of them stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Shop")
        cls._give({cls.shop: "AA"}, "2024-10-01")

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source + target).ids, target)
        self.env.invalidate_all()

    def test_a_rating_goes_along(self):
        twin = self.env["res.partner"].create({"name": "Shop Ltd", "is_company": True})
        self._merge(self.shop.partner_id, twin)
        self.assertEqual(self.shop.partner_id, twin)
        self.assertEqual(self.shop.partner_name, "Shop Ltd")
        self.assertEqual(self.shop.quarter_ids.partner_id, twin)
        self.assertEqual(self.shop.scorecard_ids.partner_id, twin)

    def test_two_ratings_do_not_become_one(self):
        twin = self._dealer("Twin")
        self._give({twin: "CC"}, "2024-10-01")
        with self.assertRaisesRegex(UserError, "Archive the dealer"):
            self._merge(self.shop.partner_id, twin.partner_id)
        self.assertEqual((self.shop + twin).mapped("grade_id.name"), ["AA", "CC"])

    def test_a_dealer_without_a_past_is_in_nobodys_way(self):
        for into_the_new in False, True:
            new = self._dealer("New")
            if "credit.file" in self.env:  # opened with the dealer, in nobody's way
                files = self.env["credit.file"].sudo()
                files.search([("partner_id", "=", new.partner_id.id)]).unlink()
            ends = (self.shop, new) if into_the_new else (new, self.shop)
            source, target = (dealer.partner_id for dealer in ends)
            self._merge(source, target)
            with self.subTest(into_the_new=into_the_new):
                self.assertFalse(new.exists())
                self.assertEqual(self.shop.partner_id, target)
