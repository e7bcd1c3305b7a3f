from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestGate(DeliveryCommon):
    """What an order's decision covers goes; the rest is asked for."""

    def test_what_was_decided_on_goes_and_leaves_no_record(self):
        order = self._sold(10)
        before = self.env["credit.decision"].search_count([])
        self._validate(self._pick(order.picking_ids))
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.env["credit.decision"].search_count([]), before)

    def test_nothing_goes_to_a_customer_whose_supply_is_stopped(self):
        order = self._sold(5)
        self.file._stop_supply("manual", "Cheque bounced")
        message = self._assert_refused(self._pick(order.picking_ids), "stopped")
        self.assertIn("Ask for Release", message)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.file._resume_supply("manual")
        self._validate(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")

    def test_more_than_was_ordered_asks_for_the_rest(self):
        order = self._sold(8)
        picking = self._pick(order.picking_ids, 10)
        self._validate(picking)
        self.assertEqual(order.order_line.qty_delivered, 10)
        decision = self._decisions(picking)
        self.assertRecordValues(decision, [{"state": "passed", "asked": 200}])
        self.assertEqual(self._decision(order).covered_amount, 1000)
        self.assertTrue(decision._replays())

    def test_more_than_there_is_room_for_stays(self):
        order = self._sold(8)
        picking = self._pick(order.picking_ids, 11)
        self._assert_refused(picking, "used up")
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self._decision(order).checkpoint, "confirmation")

    def test_more_than_was_ordered_of_what_is_billed_on_order(self):
        order = self._sold(10, product=self.billed_on_order)
        self._assert_refused(self._pick(order.picking_ids, 11))
        self._validate(self._pick(order.picking_ids, 10))

    def test_goods_without_an_order_ask_for_their_worth(self):
        picking = self._pick(self._loose(4))
        self._validate(picking)
        self.assertRecordValues(
            self._decisions(picking),
            [{"state": "passed", "asked": 400, "partner_id": self.customer.id}],
        )
        self._assert_refused(self._pick(self._loose(11)))

    def test_what_some_take_the_next_cannot(self):
        first, second = self._pick(self._loose(6)), self._pick(self._loose(6))
        message = self._assert_refused(first | second, second.name)
        self.assertNotIn(first.name, message)
        self.assertEqual(first.state, "assigned")

    def test_observed_it_goes_and_is_recorded(self):
        self.company.credit_delivery_mode = "observe"
        picking = self._pick(self._loose(11))
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._decisions(picking).state, "observed")

    def test_off_nothing_is_asked(self):
        self.company.credit_delivery_mode = "off"
        picking = self._pick(self._loose(11))
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertFalse(self._decisions(picking))

    def test_it_is_never_stricter_than_credit_control_itself(self):
        self.company.credit_mode = "observe"
        picking = self._pick(self._loose(11))
        self._validate(picking)
        self.assertEqual(self._decisions(picking).state, "observed")

    def test_a_release_lets_the_goods_go_and_the_order_is_not_asked_again(self):
        order = self._sold(10)
        picking = self._pick(order.picking_ids, 12)
        self._assert_refused(picking)
        picking.with_user(self.clerk).sudo(False)._credit_ask(0, "Truck is waiting")
        held = self._held(picking)
        self.assertEqual(held.asked, 200)
        held.with_user(self.manager).action_release(reason="Good customer")
        self._validate(picking)
        self.assertEqual(order.order_line.qty_delivered, 12)
        self.assertEqual(self._decision(order).state, "passed")
        order.sudo()._create_invoices().action_post()

    def test_a_release_covers_no_goods_that_are_added_later(self):
        self.file._grant(0, reason="None any more")
        picking = self._loose(2)
        picking.sudo()._credit_ask(0, "Please")
        self._held(picking).with_user(self.manager).action_release(reason="Well")
        self._add(picking, 3)
        picking.action_confirm()
        picking.action_assign()
        self._assert_refused(self._pick(picking))

    def test_goods_that_were_not_ordered_become_a_line(self):
        # Odoo lets those add a line who may write orders
        sells = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.clerk.group_ids += sells
        order = self._sold(5)
        picking = order.picking_ids
        self._add(picking, 2, self._goods("Lids"))
        picking.action_assign()
        self._validate(self._pick(picking))
        self.assertRecordValues(self._decisions(picking), [{"asked": 200}])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 2])
        self.assertEqual(self._exposure(), 700)
        self.assertEqual(self._decision(order).covered_amount, 700)

    # === GOODS THAT NOBODY BILLED YET === #

    def test_goods_without_an_order_are_owed_until_they_are_billed(self):
        picking = self._pick(self._loose(6))
        self._validate(picking)
        self.assertEqual(self._exposure(), 600)
        self.assertHeld(self._try(5), "limit")
        self._validate(self._back(picking, 2))
        self.assertEqual(self._exposure(), 400)
        self._invoice(300)
        self.assertEqual(self._exposure(), 400)  # 300 are billed, 100 are not
        self._invoice(250)  # more than was left: the rest is for something else
        self.assertEqual(self._exposure(), 550)

    def _try(self, quantity):
        order = self._order(quantity * 100, product=self.goods, quantity=quantity)
        order.action_confirm()
        return order

    def test_a_release_counts_as_much_as_left(self):
        picking = self._loose(12)
        self._held(picking).with_user(self.manager).action_release(reason="Well")
        self._validate(self._pick(picking, 11))
        self.assertEqual(self._exposure(), 1100)
