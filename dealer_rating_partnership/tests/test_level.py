from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.dealer_rating.tests.common import RatingCommon


@tagged("post_install", "-at_install")
class TestLevel(RatingCommon):
    """The level of a partner follows the grade, if the company says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Level, Pricelist = cls.env["res.partner.grade"], cls.env["product.pricelist"]
        values = {"name": "Golden", "company_id": cls.company.id}
        cls.golden = Pricelist.create(values)
        cls.gold, cls.silver, cls.free = (
            Level.create({"name": name, "default_pricelist_id": pricelist})
            for name, pricelist in (
                ("Gold", cls.golden.id),
                ("Silver", False),
                ("Free", False),
            )
        )
        cls.grades["AA"].partner_level_id = cls.gold
        cls.grades["BB"].partner_level_id = cls.silver
        cls.dealer = cls._dealer("Corner Shop")
        cls.shop = cls.dealer.partner_id
        cls.own_list = Pricelist.create(values | {"name": "Own"})

    def _follow(self, how="level"):
        self.company.rating_partner_level = how

    def _graded(self, letters, dealer=None):
        dealer = dealer or self.dealer
        self.env["dealer.grading"].sudo()._record(
            [
                {
                    "dealer_id": dealer.id,
                    "date": "2025-04-01",
                    "grade_id": self.grades[letters].id,
                    "source": "quarter",
                }
            ]
        )

    def test_as_shipped_the_level_is_independent(self):
        self._graded("AA")
        self.assertFalse(self.shop.grade_id)
        self.shop.grade_id = self.free
        self.assertEqual(self.shop.grade_id, self.free)

    def test_the_level_follows_each_grade(self):
        self._follow()
        self._graded("AA")
        self.assertEqual(self.shop.grade_id, self.gold)
        self._graded("BB")
        self.assertEqual(self.shop.grade_id, self.silver)
        self._graded("CC")
        self.assertFalse(self.shop.grade_id)

    def test_a_fall_lowers_the_level(self):
        self._follow()
        self._graded("AA")
        self.grades["AB"].partner_level_id = self.silver
        self.dealer.sudo()._downgrade(1, "A warning", "manual")
        self.assertEqual(self.dealer.grade_id, self.grades["AB"])
        self.assertEqual(self.shop.grade_id, self.silver)

    def test_those_who_are_graded_get_their_levels_when_it_is_switched_on(self):
        self._graded("AA")
        self._follow()
        self.assertEqual(self.shop.grade_id, self.gold)

    def test_another_level_for_a_grade_reaches_its_dealers(self):
        self._follow()
        self._graded("AA")
        self.grades["AA"].partner_level_id = self.free
        self.assertEqual(self.shop.grade_id, self.free)

    def test_the_price_list_comes_along_only_where_that_is_chosen(self):
        self.shop.specific_property_product_pricelist = self.own_list
        self._follow()
        self._graded("AA")
        self.assertEqual(self.shop.grade_id, self.gold)
        kept = self.shop.with_company(self.company)
        self.assertEqual(kept.specific_property_product_pricelist, self.own_list)
        self._graded("BB")
        self._follow("pricelist")
        self._graded("AA")
        kept.invalidate_recordset()
        self.assertEqual(kept.specific_property_product_pricelist, self.golden)

    def test_nobody_chooses_another_level_for_a_dealer(self):
        self._follow()
        self._graded("AA")
        with self.assertRaisesRegex(RedirectWarning, "AA gives “Gold”") as refused:
            self.shop.with_user(self.manager).sudo(False).grade_id = self.free
        action = self.env["ir.actions.actions"].browse(refused.exception.args[1])
        self.assertEqual(action.sudo().type, "ir.actions.act_window")
        with self.assertRaises(RedirectWarning):
            self.shop.grade_id = False
        self.shop.grade_id = self.gold  # as it is

    def test_who_may_not_see_ratings_is_told_in_words_only(self):
        self._follow()
        self._graded("AA")
        nobody = self._user("rating_nobody", "base.group_partner_manager")
        with self.assertRaises(UserError) as refused:
            self.shop.with_user(nobody).grade_id = self.free
        self.assertNotIsInstance(refused.exception, RedirectWarning)

    def test_who_is_not_graded_has_the_level_that_is_chosen(self):
        self._follow()
        new = self._dealer("New Shop")
        new.partner_id.grade_id = self.free
        self._graded("AA")
        self.assertEqual(new.partner_id.grade_id, self.free)
        self._graded("AA", new)
        new.active = False
        new.partner_id.grade_id = self.free
        new.active = True
        self.assertEqual(new.partner_id.grade_id, self.gold)

    def test_one_company_leads(self):
        self._follow()
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "one level for all companies"):
            other.rating_partner_level = "level"

    def test_without_any_level_it_is_not_switched_on(self):
        self.env["dealer.grade"].search([]).partner_level_id = False
        with self.assertRaisesRegex(ValidationError, "No grade has a level"):
            self._follow()

    def test_a_membership_that_is_sold_leaves_the_level(self):
        self._follow()
        self._graded("AA")
        free = self._dealer("Free Shop").partner_id
        product = self.env["product.product"].create(
            {
                "name": "Membership",
                "type": "service",
                "service_tracking": "partnership",
                "grade_id": self.free.id,
            }
        )
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for partner in (self.shop, free)
            ]
        )
        orders.action_confirm()
        self.assertEqual(self.shop.grade_id, self.gold)
        self.assertEqual(free.grade_id, self.free)
        self.assertIn("follows the rating", orders[0].message_ids[0].body)

    def test_it_is_chosen_in_the_settings(self):
        self._graded("AA")
        settings = self.env["res.config.settings"].create({})
        with Form(settings) as form:
            form.rating_partner_level = "level"
        settings.execute()
        self.assertEqual(self.shop.grade_id, self.gold)

    def test_levels_of_many_take_no_more_queries(self):
        self._follow()
        dealers = [self._dealer(f"Shop {number}") for number in range(3)]
        more = [self._dealer(f"More {number}") for number in range(12)]

        def grade(those):
            ids = [dealer.id for dealer in those]
            self.env.cr.execute(
                "UPDATE rating_dealer SET grade_id = %s WHERE id = ANY(%s)",
                (self.grades["AA"].id, ids),
            )
            self.env.invalidate_all()
            self.env["dealer.grading"]._bear(ids)
            self.env.flush_all()

        counts = []
        for those in (dealers, more):
            before = self.env.cr.sql_log_count
            grade(those)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
