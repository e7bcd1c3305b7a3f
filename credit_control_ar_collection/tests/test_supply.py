from odoo.tests import tagged

from odoo.addons.credit_control_ar_collection import _add_stops, _leave_stops

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestSupply(SupplyCommon):
    """A warning letter stops supply, once, and says why."""

    def test_a_warning_stops_supply_and_the_file_says_why(self):
        invoice = self._warn()
        self.assertTrue(self.file.on_hold)
        self.assertEqual(set(self.file.stops), {"collection"})
        self.assertIn("15 days late", self.file.hold_reason)
        self.assertIn("100", self.file.hold_reason)
        case = self.file.collection_case_id
        self.assertEqual(case.item_ids.number, invoice.name)
        self.assertTrue(case.credit_on_hold)
        self.assertIn("Supply is stopped.", str(case.message_ids.mapped("body")))

    def test_each_reader_is_told_why_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        modules = ["ar_collection", "credit_control"]
        self.env["ir.module.module"]._load_module_terms(modules, ["zh_CN"])
        self._warn()
        order = self._order(10)
        order.action_confirm()
        self.env.invalidate_all()
        case = self.file.collection_case_id
        decision = order.sudo().credit_decision_ids
        for lang, said in ("en_US", "15 days late"), ("zh_CN", "逾期 15 天"):
            file = self.file.with_context(lang=lang)
            told = [
                file.hold_reason,
                case.with_context(lang=lang).credit_hold_reason,
                file.partner_id.credit_hold_words,
                str(decision.with_context(lang=lang).reasons),
            ]
            for text in told:
                with self.subTest(lang=lang, text=text):
                    self.assertIn(said, text)
                    self.assertNotIn("\x02", text)
        self.env["credit.file"]._collection_to_manual()
        self.assertIn("15 days late", self.file.hold_reason)
        self.assertIn("逾期", self.file.with_context(lang="zh_CN").hold_reason)

    def test_a_stop_that_holds_no_order_says_so(self):
        self.company.credit_mode = "observe"
        self._warn()
        case = self.file.collection_case_id
        self.assertIn("no order is held", case.credit_mode_words)
        told = str(case.message_ids.mapped("body"))
        self.assertIn("Supply is stopped. Observing", told)
        self.company.credit_mode = "enforce"
        self.env.invalidate_all()
        self.assertFalse(case.credit_mode_words)

    def test_stages_before_the_warning_stop_nothing(self):
        for late in -7, 1, 7, 14:
            self._warn(late=late, customer=self._customer(f"Late {late}"))
        self.assertFalse(self.env["credit.file"]._collection_stopped(self.company))

    def test_an_order_of_a_stopped_customer_is_held(self):
        self._warn()
        order = self._order(10)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self._decision(order).state, "held")

    def test_a_second_warning_keeps_the_first_reason(self):
        self._warn()
        reason = self.file.hold_reason
        self._invoice(50, late=20)
        self._run(days=1)
        self._perform()
        self.assertEqual(self.file.hold_reason, reason)

    def test_the_effect_done_twice_is_as_good_as_once(self):
        self._warn()
        effect = self.env["collection.effect"].search([("code", "=", "stop_supply")])
        effect = effect.filtered(lambda each: each.company_id == self.company)
        self.assertEqual(effect.state, "done")
        stops, told = self.file.stops, self.file.collection_case_id.message_ids
        effect._effect_stop_supply()
        self.assertEqual(self.file.stops, stops)
        self.assertEqual(self.file.collection_case_id.message_ids, told)

    def test_a_customer_without_a_file_gets_one_that_is_stopped(self):
        late = self._customer("Late")
        self._warn(customer=late)
        file = self.env["credit.file"].search([("partner_id", "=", late.id)])
        self.assertEqual(file.company_id, self.company)
        self.assertTrue(file.on_hold)

    def test_an_archived_file_is_left_alone(self):
        self.file.active = False
        self._warn()
        self.assertFalse(self.file.on_hold)
        files = self.env["credit.file"].with_context(active_test=False)
        self.assertEqual(files.search([("partner_id", "=", self.shop.id)]), self.file)

    def test_what_others_stopped_stays_stopped_beside_it(self):
        self.file._stop_supply("manual", "Cheque returned")
        self._warn()
        self.assertEqual(set(self.file.stops), {"manual", "collection"})
        self.assertIn("Cheque returned", self.file.hold_reason)

    def test_many_customers_are_stopped_together(self):
        others = [self._customer(f"Shop {number}") for number in range(3)]
        for customer in others:
            self._invoice(100, late=16, customer=customer)
        self._warn()
        stopped = self.env["credit.file"]._collection_stopped(self.company)
        self.assertEqual(len(stopped), 4)
        self.assertTrue(all(file.hold_reason for file in stopped))

    def test_a_contact_is_warned_for_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.shop.id}
        )
        self._warn(customer=contact)
        self.assertTrue(self.file.on_hold)

    # --- installing, removing ---

    def test_installing_lets_every_warning_stop_supply_once(self):
        shipped = self.env.ref("ar_collection.stage_warning").sudo()
        self.assertIn("stop_supply", shipped.effect_ids.mapped("code"))
        _add_stops(self.env)
        for stage in shipped, self.stages["warning"]:
            codes = stage.effect_ids.mapped("code")
            self.assertEqual(codes.count("stop_supply"), 1)
        self.assertNotIn("stop_supply", self.stages["notice"].effect_ids.mapped("code"))

    def test_removing_leaves_a_stop_that_an_officer_can_lift_and_the_record(self):
        self._warn()
        reason = self.file.hold_reason
        effect = self.stages["warning"].effect_ids.filtered(
            lambda each: each.code == "stop_supply"
        )
        done = self.env["collection.effect"].search(
            [("stage_effect_id", "=", effect.id)]
        )
        self.assertTrue(done)
        _leave_stops(self.env)
        self.assertEqual(set(self.file.stops), {"manual"})
        self.assertEqual(self.file.hold_reason, reason)
        self.assertTrue(done.exists())
        self.assertFalse(effect.exists())
        self.file.with_user(self.officer).action_lift_hold()
        self.assertFalse(self.file.on_hold)
