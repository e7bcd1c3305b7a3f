from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestDecision(CreditCommon):
    """The way of an order through the check, and what is kept of it."""

    def test_order_within_the_limit_is_confirmed_and_has_a_decision(self):
        order = self._order(1000)
        self.assertIs(order.action_confirm(), True)
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).exposure, 0)

    def test_order_over_the_limit_is_held_and_says_why(self):
        order = self._order(1200)
        self.assertIs(order.action_confirm(), True)
        self.assertHeld(order, "limit")
        self.assertIn("1,200.00", order.credit_reasons)
        self.assertIn("200.00", order.credit_cures)
        self.assertEqual(self._cures(order)["cut"]["amount"], 1000)
        self.assertEqual(self._cures(order)["ask"]["amount"], 200)

    def test_three_orders_in_one_call_do_not_share_the_same_room(self):
        orders = self._order(400) | self._order(400) | self._order(400)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale", "draft"])
        self.assertHeld(orders[2], "limit")

    def test_held_order_does_not_stop_the_others(self):
        orders = self._order(5000) | self._order(100)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["draft", "sale"])

    def test_replay_gives_the_same_verdict(self):
        self._invoice(300, late=45)
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order)
        self.assertHeld(order, "limit", "overdue_days")
        self.policy.rule_ids.threshold = 5
        self.file._grant(9000, reason="more")
        self.assertTrue(decision._replays())
        self.assertEqual(decision.action_replay()["params"]["type"], "success")

    def test_payment_cures_and_the_owner_is_told(self):
        invoice = self._invoice(300, late=45)
        order = self._order(100)
        order.action_confirm()
        self.assertHeld(order, "overdue_days")
        cure = self._cures(order)["pay"]
        self.assertEqual((cure["amount"], cure["enough"]), (300, True))
        self._pay(invoice)
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.credit_hold)
        order.action_confirm()
        self.assertConfirmed(order)

    def test_cured_order_confirms_itself_if_the_company_wants_that(self):
        self.company.credit_auto_confirm = True
        order = self._order(1200)
        order.action_confirm()
        held = self._decision(order)
        self.file._grant(1200, reason="grown")
        self._retake()
        self.assertConfirmed(order)
        self.assertEqual(held.state, "cured")

    def test_still_held_order_gets_new_cures_and_keeps_its_age(self):
        self._invoice(500)
        order = self._order(1000)
        order.action_confirm()
        first = self._decision(order)
        self._advance(200)
        self._retake()
        second = self._decision(order)
        self.assertNotEqual(first, second)
        self.assertEqual(first.state, "superseded")
        self.assertEqual(second.previous_id, first)
        self.assertEqual(second.asked_on, first.asked_on)
        self.assertEqual(self._cures(order)["ask"]["amount"], 300)

    def test_retaking_twice_changes_nothing(self):
        order = self._order(1200)
        order.action_confirm()
        held = self._decision(order)
        self._retake()
        self._retake()
        self.assertEqual(self._decision(order), held)

    def test_released_order_confirms_at_once(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order)
        decision.with_user(self.manager).action_release(reason="guarantee came")
        self.assertConfirmed(order, "released")
        self.assertEqual(decision.released_by_id, self.manager)
        self.assertFalse(order.sudo().activity_ids)

    def test_release_needs_a_reason(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order).with_user(self.manager)
        for unsaid in " ", "\u200b", "\u2060\ufeff\u00ad.", ["x"], float("nan"), None:
            for method in decision.action_release, decision.action_reject:
                with self.subTest(unsaid), self.assertRaisesRegex(UserError, "reason"):
                    method(reason=unsaid)
        self.assertHeld(order)

    def test_release_is_up_to_something_that_can_be_meant(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order).with_user(self.manager)
        for amount in 1e300, float("nan"), float("inf"), -5, "a lot", [1500], {}:
            with self.subTest(amount), self.assertRaises(UserError):
                decision.action_release(amount=amount, reason="guarantee came")
        for until in "soon", "0001-01-01", "9999-12-31", 5, ["2026-01-01"]:
            with self.subTest(until), self.assertRaises(UserError):
                decision.action_release(until=until, reason="guarantee came")
        self.assertHeld(order)
        decision.action_release(amount="1500", reason="guarantee came")
        self.assertEqual(self._decision(order).released_amount, 1500)

    def test_release_survives_small_growth_and_no_large_one(self):
        order = self._order(1200)
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_release(reason="ok")
        order.order_line.price_unit = 1250
        self.assertEqual(order.amount_total, 1250)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.price_unit = 1300
            order.flush_recordset()

    def test_rejected_order_stays_a_quotation_and_leaves_the_queue(self):
        order = self._order(1200)
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_reject(reason="no")
        self.assertEqual(self._decision(order).state, "rejected")
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.credit_hold)

    def test_hold_puts_activities_on_releasers_and_salesman(self):
        order = self._order(1200)
        order.action_confirm()
        users = order.sudo().activity_ids.user_id
        self.assertIn(self.manager, users)
        self.assertIn(self.salesman, users)
        self.assertNotIn(self.officer, users)  # the limit is the manager's to release

    def test_held_orders_can_be_found(self):
        order, other = self._order(1200), self._order(10)
        (order | other).action_confirm()
        found = self.env["sale.order"].search([("credit_hold", "=", True)])
        self.assertIn(order, found)
        self.assertNotIn(other, found)
        free = self.env["sale.order"].search([("credit_hold", "=", False)])
        self.assertIn(other, free)
        self.assertNotIn(order, free)
