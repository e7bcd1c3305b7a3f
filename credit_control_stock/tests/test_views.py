from odoo.tests import Form, tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestViews(DeliveryCommon):
    """The screens of whoever works with transfers."""

    def test_the_form_opens_for_everybody_who_works_with_it(self):
        picking = self._loose(11)
        self.officer.group_ids += self.env.ref("stock.group_stock_user")
        for user in self.clerk, self.officer:
            with Form(picking.with_user(user).sudo(False)) as form:
                self.assertTrue(form.credit_hold)

    def test_a_new_transfer_is_entered(self):
        Picking = self.env["stock.picking"].with_user(self.clerk)
        with Form(
            Picking.with_context(default_picking_type_id=self.warehouse.out_type_id.id)
        ) as form:
            form.partner_id = self.customer
            with form.move_ids.new() as move:
                move.product_id = self.goods
                move.product_uom_qty = 11
        picking = form.save()
        picking.action_confirm()
        self.assertTrue(picking.credit_hold)

    def test_the_settings_are_those_of_the_company(self):
        Settings = self.env["res.config.settings"].with_company(self.company)
        settings = Settings.create({})
        self.assertEqual(settings.credit_delivery_mode, "enforce")
        settings.credit_delivery_mode = "observe"
        settings.execute()
        self.assertEqual(self.company.credit_delivery_mode, "observe")

    def test_rules_say_that_they_look_at_deliveries(self):
        with Form(self.policy) as form:
            with form.rule_ids.new() as rule:
                rule.kind = "hold"
                self.assertTrue(rule.at_delivery)
                rule.kind = "limit"
                rule.threshold = 100
                self.assertFalse(rule.at_delivery)
                rule.at_delivery = True
        newest = self.policy.version_ids.sorted("number")[-1:]
        self.assertIn("delivery", newest.rules[-1]["checkpoints"])

    def test_the_overview_leads_to_what_is_held(self):
        picking = self._loose(11)
        kind = picking.picking_type_id.with_user(self.clerk)
        action = kind.get_action_picking_tree_credit_held()
        self.assertEqual(action["context"]["search_default_credit_hold"], 1)
        self.assertEqual(kind.credit_count, 1)
