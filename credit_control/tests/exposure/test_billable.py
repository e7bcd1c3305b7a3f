import importlib.util
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestBillable(ExposureCommon):
    """What an order can bring onto the account is decided on, not its total alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "enforce"

    def _lines(self, *lines, **values):
        """A quotation with lines of (product, quantity, price)."""
        order = self._order(1)
        order.sudo().order_line.unlink()
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for product, quantity, price in lines
                ],
                **values,
            }
        )
        return order

    def _deliver(self, line, quantity):
        line.qty_delivered = quantity
        self.env.flush_all()

    def assertBilledWithin(self, order, limit=1000):
        """Whatever can be billed of it is, and stays within the limit."""
        if order.state == "sale":
            self._bill(order.sudo())
        billed = sum(order.sudo().invoice_ids.mapped("amount_total"))
        self.assertLessEqual(billed, limit)

    def _reduced(self):
        """Orders that come to 200, and bring 500 until something is delivered."""
        orders = self.env["sale.order"]
        for _each in range(2):
            orders |= self._lines(
                (self.product, 1, 500), (self.product_delivered, 1, -300)
            )
        orders.action_confirm()
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        return orders.sudo()

    def test_what_many_orders_need_is_asked_once(self):
        orders, asked = self._reduced(), []
        needs = self.registry["credit.exposure"]._needs

        def counted(exposure, order_ids):
            asked.append(order_ids)
            return needs(exposure, order_ids)

        with patch.object(self.registry["credit.exposure"], "_needs", counted):
            self.env["credit.decision"].sudo()._cover(orders)
        self.assertEqual(len(asked), 1)

    def test_decisions_of_the_first_release_cover_what_is_needed_now(self):
        covered, uncovered = self._reduced()
        decision = self._decision(covered).sudo()
        less = self._decision(uncovered).sudo()
        decision.covered_amount, less.covered_amount = 200, 150
        self.env.flush_all()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._invoice(900)
            self.env["credit.decision"].sudo()._cover(covered)
        path = Path(__file__).parents[2] / "migrations/19.0.1.2.0/post-covered.py"
        spec = importlib.util.spec_from_file_location("post_covered", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.cover_needs(self.env)
        self.assertEqual(decision.covered_amount, 500)
        self.assertEqual(less.covered_amount, 150)
        self._invoice(900)
        self.env["credit.decision"].sudo()._cover(covered)

    # === MORE DELIVERED THAN ORDERED === #

    def test_more_delivered_by_hand_is_refused_as_an_order_that_is_raised(self):
        order = self._confirmed(100, product=self.product_delivered)
        with self.assertRaises(ValidationError) as refusal:
            self._deliver(order.order_line, 90)
        self.assertRegex(str(refusal.exception), "9,000.00.*\n(.*\n)*.*Ask for")
        self.env.invalidate_all()
        self.assertEqual(order.order_line.qty_delivered, 0)
        self._deliver(order.order_line, 10)
        self.assertBilledWithin(order)
        self.assertEqual(self._decision(order).covered_amount, 1000)

    def test_more_delivered_of_what_is_billed_as_ordered_costs_nothing(self):
        order = self._confirmed(100)
        self._deliver(order.order_line, 90)
        self.assertOwes(ordered=100)
        self.assertEqual(self._decision(order).checkpoint, "confirmation")

    def test_less_ordered_gives_up_nothing_that_is_delivered(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        self._deliver(order.order_line, 10)
        order.order_line.product_uom_qty = 1
        self.env.flush_all()
        self.assertEqual(self._decision(order).covered_amount, 1000)
        other = self._order(500)
        other.action_confirm()
        self.assertHeld(other, "limit")

    def test_what_a_transfer_says_was_delivered_is_asked_for(self):
        order = self._confirmed(100, product=self.product_delivered)
        line = order.order_line.sudo()
        line.qty_delivered_method = "analytic"
        self._deliver(line, 90)
        self.assertEqual(line.qty_delivered, 90)
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.checkpoint), ("held", "growth"))
        self.assertEqual(decision.order_amount, 9000)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)
        self.assertFalse(order.credit_hold)
        self.assertOwes(ordered=9000)
        # It may be billed, and one who may release sets an end to it
        decision.with_user(self.manager).action_release(reason="They want it")
        self.assertEqual(self._decision(order).covered_amount, 9000)
        self.assertFalse(order.sudo().activity_ids)
        self._bill(order.sudo(), post=True)

    def test_what_is_asked_for_ends_with_its_reason(self):
        order = self._confirmed(100, product=self.product_delivered)
        line = order.order_line.sudo()
        line.qty_delivered_method = "analytic"
        self._deliver(line, 90)
        self._deliver(line, 95)
        self.assertEqual(self._decision(order).order_amount, 9500)
        self._advance(8600)
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
        self.assertFalse(order.sudo().activity_ids)

    def test_observing_records_what_more_is_delivered(self):
        self.company.credit_mode = "observe"
        order = self._confirmed(100, product=self.product_delivered)
        self._deliver(order.order_line, 90)
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.checkpoint), ("observed", "growth"))

    def test_order_that_was_overdelivered_before_is_adopted_as_it_is(self):
        self.company.credit_mode = "off"
        order = self._confirmed(100, product=self.product_delivered)
        self._deliver(order.order_line, 90)
        self.company.credit_mode = "enforce"
        self.assertEqual(self._decision(order).covered_amount, 9000)
        order.order_line.price_unit = 90
        self.env.flush_all()

    # === WHAT IS TAKEN OFF LATER === #

    def test_what_is_taken_off_on_delivery_sets_off_nothing_until_then(self):
        order = self._lines((self.product, 1, 9000), (self.product_delivered, 1, -8500))
        self.assertEqual(order.amount_total, 500)
        self.assertIn("9,000", order.credit_banner)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertEqual(self._decision(order).order_amount, 9000)

    def test_goods_taken_back_on_delivery_set_off_nothing_until_then(self):
        order = self._lines((self.product, 1, 9000), (self.product_delivered, -1, 8500))
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_release_of_such_an_order_covers_what_it_can_bring(self):
        order = self._lines((self.product, 1, 9000), (self.product_delivered, 1, -8500))
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_release(reason="ok")
        self.assertConfirmed(order, "released")
        self.assertEqual(self._decision(order).covered_amount, 9000)
        self.assertOwes(ordered=9000)

    def test_discount_is_taken_off_at_once(self):
        order = self._lines((self.product, 1, 9000), (self.product, 1, -8500))
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertOwes(ordered=500)
        self.assertBilledWithin(order)

    def test_what_is_taken_off_counts_once_it_is_delivered(self):
        order = self._lines((self.product, 1, 900), (self.product_delivered, 1, -400))
        order.action_confirm()
        self.assertOwes(ordered=900)
        self._deliver(order.order_line[1], 1)
        self.assertOwes(ordered=500)
        self.assertBilledWithin(order)

    def test_what_is_not_taken_off_after_all_is_decided_again(self):
        order = self._lines((self.product, 1, 900), (self.product_delivered, 1, -400))
        order.action_confirm()
        self._deliver(order.order_line[1], 1)
        self._order(500).action_confirm()
        with self.assertRaises(ValidationError):
            self._deliver(order.order_line[1], 0)

    def test_billing_without_what_is_taken_back_is_decided_again(self):
        order = self._lines((self.product, 1, 9000), (self.product, -1, 8500))
        order.action_confirm()
        self.assertConfirmed(order)
        with self.assertRaises(ValidationError):
            order.sudo()._create_invoices(final=False)
        self.env.invalidate_all()
        self.assertBilledWithin(order)

    # === CREDITED AND BILLED AGAIN === #

    def _credited(self):
        """An order of ten pieces that was billed and credited; its room is taken."""
        order = self._confirmed(1000, quantity=10)
        self._credit(self._bill(order, post=True))
        self.assertOwes()
        other = self._order(900)
        other.action_confirm()
        self.assertConfirmed(other)
        return order, other

    def test_billed_again_after_the_room_was_taken_is_refused(self):
        order, _other = self._credited()
        with self.assertRaises(ValidationError) as refusal:
            self._bill(order)
        self.assertIn("Ask for Release", str(refusal.exception))
        self.env.invalidate_all()
        self.assertOwes(ordered=900)

    def test_released_it_is_billed_again(self):
        order, _other = self._credited()
        with self.assertRaises(ValidationError) as refusal:
            self._bill(order)
        self.assertIn("2,000.00", str(refusal.exception))
        self.env.invalidate_all()
        order.with_user(self.salesman)._credit_ask(2000, "Wrong address")
        self._decision(order).with_user(self.manager).action_release(reason="ok")
        self._bill(order, post=True)
        self.assertOwes(ordered=900, receivable=1000)

    def test_billed_again_while_there_is_room_leaves_a_decision(self):
        order, other = self._credited()
        other._action_cancel()
        self._bill(order)
        self.assertEqual(self._decision(order).covered_amount, 2000)
        self.assertTrue(self._decision(order)._replays())
        self.assertOwes(draft=1000)

    def test_part_that_was_credited_is_decided_on_again(self):
        order = self._confirmed(1000, quantity=10)
        self._credit(self._bill(order, post=True), quantity=4)
        self._order(400).action_confirm()
        with self.assertRaises(ValidationError):
            self._bill(order)

    def test_what_the_customer_has_is_billed_again_and_told(self):
        order, _other = self._credited()
        order.order_line.sudo().qty_delivered_method = "analytic"
        order.order_line.sudo().qty_delivered = 10
        self._bill(order)
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.checkpoint), ("held", "growth"))
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)
        self.assertOwes(draft=1000, ordered=900)

    def test_invoice_that_is_made_anew_at_once_asks_nothing(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=4, post=True)
        self._reversal(invoice).modify_moves()
        self._bill(order)
        self.assertOwes(draft=1000)
        self.assertEqual(self._decision(order).checkpoint, "confirmation")

    def test_credited_order_gives_no_room_to_other_lines(self):
        order, _other = self._credited()
        self.env.cr.cache.clear()  # another transaction
        with self.assertRaises(ValidationError):
            order.order_line.write({"price_unit": 10, "product_uom_qty": 100})
            self.env.flush_all()
