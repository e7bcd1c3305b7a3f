from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.demo_common import DemoCase, load_demo
from odoo.addons.trade_credit_base.tests.sizes import sized


class StoryCase(DemoCase):
    """The weeks of the demo's customers end as they are told, whatever the day is."""

    def _of(self, model, name):
        partner = self.env.ref(f"ar_collection.partner_{name}_demo")
        return self.env[model].search([("partner_id", "=", partner.id)])

    def _stages(self, name):
        actions = self._of("collection.action", name).sorted("date")
        return [code for code in actions.mapped("stage_id.code") if code]

    def assertStory(self):
        self.assertEqual(self._of("collection.promise", "maple").state, "kept")
        self.assertEqual(self._of("collection.promise", "nutmeg").state, "broken")
        self.assertEqual(self._of("collection.dispute", "pine").state, "valid")
        measures = self._of("collection.measure", "quince").mapped("state")
        self.assertEqual(set(measures), {"approved"})
        self.assertEqual(self._of("collection.case", "rowan").state, "closed")
        for name in ("maple", "pine", "quince"):
            self.assertEqual(self._stages(name)[0], "reminder", name)
        self.assertIn("warning", self._stages("nutmeg"))


@tagged("post_install", "-at_install")
class TestDemo(StoryCase):
    """Whoever installs the addon with demo data finds the story of the last weeks."""

    addons = ("ar_collection",)

    def test_the_customers_went_their_ways(self):
        self.assertStory()

    def test_open_cases_stand_at_several_stages(self):
        cases = self._of("collection.case", "pine") + self._of(
            "collection.case", "quince"
        )
        self.assertEqual(set(cases.mapped("state")), {"open"})
        self.assertEqual(set(cases.mapped("stage_id.code")), {"notice", "measures"})

    def test_letters_went_out_and_none_waits(self):
        letters = self._of("collection.letter", "nutmeg")
        self.assertLessEqual(
            {"notice", "notice2", "warning"}, set(letters.mapped("kind"))
        )
        self.assertTrue(all(letters.mapped("sha256")))
        deliveries = self.env["collection.delivery"].search([])
        deliveries -= self._of("collection.delivery", "sorrel")
        self.assertEqual(set(deliveries.mapped("state")), {"sent"})
        self.assertEqual(set(deliveries.mail_id.mapped("state")), {"sent"})

    def test_one_customer_has_no_address_and_somebody_is_to_find_it(self):
        case = self._of("collection.case", "sorrel")
        self.assertEqual(self._stages("sorrel"), ["reminder"], "it stops there")
        self.assertEqual(case.delivery_ids.mapped("state"), ["unreached"])
        self.assertTrue(case.is_unreached)
        told = case.activity_ids.filtered(lambda each: each.trade_wait == "address")
        self.assertIn(case.user_id, told.user_id)

    def test_who_owes_two_invoices_gets_few_letters_and_none_asks_twice(self):
        letters = self._of("collection.letter", "quince").sorted("id")
        self.assertLessEqual(len(letters), 7)
        kinds = [code for code, _label in letters._select_kind()]
        had = {}
        for letter in letters:
            for item in letter._claims().item_id:
                kind = kinds.index(letter.kind)
                self.assertGreater(kind, had.get(item, -1), letter.number)
                had[item] = kind

    def test_played_again_nothing_happens(self):
        before = self.env["collection.action"].search_count([])
        self.env["collection.demo"]._play("ar_collection")
        self.assertEqual(self.env["collection.action"].search_count([]), before)

    def test_an_addon_to_be_installed_that_goes_on_with_the_story_plays_it(self):
        demo = self.env["collection.demo"]
        module = self.env["ir.module.module"].search([("name", "=", "ar_collection")])
        module.state = "to install"
        self.assertFalse(demo._goes_on("ar_collection"))
        self.assertTrue(demo._goes_on("another"))

    def test_every_menu_opens(self):
        self.click_through("ar_collection.collection_menu_root", light=True)


@tagged("post_install", "-at_install")
class TestDemoOnOtherDays(StoryCase):
    """Weekends lie elsewhere in weeks that end on another day."""

    def test_the_story_is_the_same(self):
        today = self.env.ref("base.main_company")._trade_day()
        for later in sized([3], range(1, 8)):
            day = today + timedelta(days=later)
            with self.subTest(day), freeze_time(day), self.cr.savepoint() as savepoint:
                load_demo(self.env, "ar_collection")
                self.assertStory()
                savepoint.rollback()
