import importlib.util
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.sale.models.sale_order import SaleOrder as OdoosOrder

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestGrowth(CreditCommon):
    """A confirmed order that is to become larger needs the credit for it."""

    def setUp(self):
        super().setUp()
        self.order = self._order(900)
        self.order.action_confirm()
        self.assertConfirmed(self.order)

    def _raise(self, amount, order=None):
        line = (order or self.order).order_line
        line.price_unit = amount / line.product_uom_qty
        self.env.flush_all()

    def _ask(self, amount, reason="The season is early", order=None):
        action = (order or self.order).action_credit_ask()
        Request = self.env["credit.request"].with_user(self.salesman)
        with Form(Request.with_context(**action["context"])) as form:
            form.amount = amount
            form.reason = reason
        return form.record.action_ask()

    def assertRefused(self, amount, order=None):
        order = order or self.order
        before = order.amount_total
        with self.assertRaises(ValidationError) as refusal:
            self._raise(amount, order)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.amount_total), ("sale", before))
        return str(refusal.exception)

    # === WITHOUT ASKING === #

    def test_refusal_says_what_is_missing_and_where_to_ask(self):
        words = self.assertRefused(9000)
        self.assertIn(self.order.name, words)
        self.assertIn("9,000.00", words)
        self.assertIn("1,000.00", words)
        self.assertIn("Ask for Release", words)

    def test_growth_counts_the_order_once(self):
        """900 of the 1,000 are this order's own."""
        self._raise(1000)
        self.assertEqual(self._exposure(), 1000)
        self.assertRefused(1001)

    def test_growth_leaves_the_history_of_decisions(self):
        first = self._decision(self.order)
        self._raise(950)
        second = self._decision(self.order)
        self.assertEqual((first.state, second.state), ("superseded", "passed"))
        self.assertEqual((second.checkpoint, second.covered_amount), ("growth", 950))
        self.assertEqual(second.previous_id, first)
        self.assertEqual(second.exposure, 0)  # before the order, itself left out
        self.assertTrue(second._replays())

    def test_what_shrinks_gives_its_room_back(self):
        self._raise(300)
        other = self._order(700)
        other.action_confirm()
        self.assertConfirmed(other)
        self.assertRefused(900)
        self.assertRefused(301)

    def test_what_shrinks_may_grow_again_while_there_is_room(self):
        self._raise(300)
        self._raise(900)
        self.assertEqual(self.order.amount_total, 900)

    def test_shrinking_is_free_even_over_the_limit(self):
        self.file._grant(10, reason="cut down")
        self._raise(800)
        self.assertEqual(self.order.amount_total, 800)
        self.assertRefused(801)

    def test_growth_in_cents_is_growth(self):
        self._raise(1000)
        self.assertRefused(1000.01)

    def test_hold_of_the_customer_stops_growth_and_nothing_else(self):
        self.file._stop_supply("manual", "late")
        self.assertRefused(901)
        self.order.note = "Ring twice"
        self.order.order_line.name = "Other words"
        self.env.flush_all()

    def test_several_orders_do_not_grow_into_the_same_room(self):
        self._raise(300)
        other = self._order(300)
        other.action_confirm()
        both = self.order | other
        with self.assertRaises(ValidationError):
            both.order_line.write({"price_unit": 600})
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(both.mapped("amount_total"), [300, 300])

    def test_what_is_invoiced_and_paid_asks_for_no_credit_again(self):
        self.order._action_cancel()
        order = self._order(900, quantity=9)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self._exposure(), 0)
        order.order_line.product_uom_qty = 19
        self.env.flush_all()
        self.assertEqual(self._exposure(), 1000)
        with self.assertRaises(ValidationError):
            order.order_line.product_uom_qty = 20
            self.env.flush_all()

    def _paid_in_full(self):
        """An order of ten pieces, 1,000 in all, billed and paid; the room is taken."""
        self.order._action_cancel()
        order = self._order(1000, quantity=10)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self._order(1000).action_confirm()
        self.assertEqual(self._exposure(), 1000)
        return order

    def test_what_is_paid_is_no_cover_for_something_else(self):
        """The total stays as it was, but what was billed makes way for what is not."""
        order = self._paid_in_full()
        with self.assertRaises(ValidationError):
            order.order_line.write({"price_unit": 10, "product_uom_qty": 100})
            self.env.flush_all()
        self.env.invalidate_all()
        line = {"product_id": self.product.id, "price_unit": 900}
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 10
            order.order_line = [Command.create({**line, "tax_ids": False})]
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._exposure(), 1000)

    def test_dearer_price_of_what_is_billed_covers_nothing_later(self):
        order = self._paid_in_full()
        try:
            with self.env.cr.savepoint():
                order.order_line.price_unit = 1000
                self.env.flush_all()
        except ValidationError:
            self.env.invalidate_all()
        with self.assertRaises(ValidationError):
            order.order_line.write({"price_unit": 100, "product_uom_qty": 90})
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._exposure(), 1000)

    # === ASKING FIRST === #

    def test_asking_leaves_the_order_alone_and_tells_who_may_release(self):
        self._ask(3000)
        self.assertEqual((self.order.state, self.order.amount_total), ("sale", 900))
        decision = self._decision(self.order)
        self.assertEqual((decision.state, decision.checkpoint), ("held", "growth"))
        self.assertEqual(decision.order_amount, 3000)
        self.assertEqual(decision.asked_reason, "The season is early")
        self.assertIn(self.manager, self.order.sudo().activity_ids.user_id)
        self.assertTrue(decision._replays())

    def test_asking_is_no_release(self):
        self._ask(3000)
        self.assertRefused(1001)

    def test_asking_takes_nothing_from_the_order_as_it_is(self):
        self._ask(3000)
        self._raise(950)
        self.assertEqual(self.order.amount_total, 950)

    def test_released_growth_lets_the_order_be_raised_so_far(self):
        self._ask(3000)
        self._decision(self.order).with_user(self.manager).action_release(reason="ok")
        self.assertEqual(self.order.amount_total, 900)
        notes = " ".join(self.order.sudo().message_ids.mapped("body"))
        self.assertIn("may be raised now", notes)
        self._raise(3000)
        self.assertEqual(self.order.amount_total, 3000)
        self.assertRefused(3000 * 1.05 + 1)

    def test_rejected_growth_leaves_the_order_on_what_it_stood(self):
        self._ask(3000)
        self._decision(self.order).with_user(self.manager).action_reject(reason="no")
        self.assertRefused(3000)
        self._raise(1000)
        self.assertEqual(self.order.amount_total, 1000)

    def test_who_asked_does_not_release(self):
        self.order.with_user(self.manager)._credit_ask(3000, "mine")
        with self.assertRaises(UserError):
            self._decision(self.order).with_user(self.manager).action_release(
                reason="x"
            )

    def test_asking_for_what_there_is_room_for_says_so(self):
        answer = self._ask(1000)
        self.assertEqual(answer["params"]["type"], "success")
        self.assertFalse(self.order.credit_hold)
        self._raise(1000)

    def test_asking_for_less_is_no_question(self):
        for amount in 900, 100:
            with self.assertRaises(UserError):
                self._ask(amount)

    def test_quotation_is_asked_for_by_confirming_it(self):
        with self.assertRaises(UserError):
            self._order(100)._credit_ask(5000, "please")

    def test_asking_again_replaces_the_question(self):
        self._ask(3000)
        self._ask(2000)
        decisions = self.env["credit.decision"].search(
            [("order_id", "=", self.order.id), ("state", "=", "held")]
        )
        self.assertEqual(decisions.order_amount, 2000)

    def test_question_is_cured_like_a_hold(self):
        self._ask(3000)
        self.file._grant(5000, reason="more")
        self._retake()
        self.assertEqual(self._decision(self.order).state, "cured")
        notes = " ".join(self.order.sudo().message_ids.mapped("body"))
        self.assertIn("the order can be raised", notes)
        self._raise(3000)

    def test_question_ends_with_the_order(self):
        self._ask(3000)
        self.order._action_cancel()
        self.assertEqual(self._decision(self.order).state, "superseded")
        self.assertFalse(self.order.sudo().activity_ids)

    def test_question_is_no_hold_on_the_order_as_it_is(self):
        """It is confirmed: neither list nor customer may read that it waits."""
        self._ask(3000)
        self.assertFalse(self.order.credit_hold)
        held = self.env["sale.order"].search([("credit_hold", "=", True)])
        self.assertNotIn(self.order, held)
        sent = []
        mail = self.registry["mail.thread"]
        template = self.env.ref("sale.mail_template_sale_confirmation")
        with patch.object(
            mail, "message_post_with_source", lambda *args, **kw: sent.append(args)
        ):
            self.order.sudo()._send_order_notification_mail(template)
        self.assertTrue(sent)

    def test_question_leaves_billing_alone(self):
        self._ask(3000)
        self.order.sudo()._create_invoices()
        self.assertEqual(self._exposure(), 900)

    # === ON A RELEASE === #

    def _released(self, amount=1200, **terms):
        order = self._order(amount)
        order.action_confirm()
        decision = self._decision(order)
        decision.with_user(self.manager).action_release(reason="ok", **terms)
        self.assertConfirmed(order, "released")
        return order

    def test_release_for_more_lets_the_order_grow_so_far(self):
        order = self._released(amount=1200, **{})
        self.assertRefused(1200 * 1.05 + 1, order)
        self._raise(1200 * 1.05, order)
        self.assertEqual(self._decision(order).state, "released")

    def test_tolerance_is_the_companys(self):
        self.company.credit_tolerance = 0
        order = self._released()
        self.assertRefused(1200.01, order)

    def test_release_that_ran_out_lets_nothing_grow(self):
        order = self._released(until=self.today)
        self._decision(order).sudo().released_until = self.today - timedelta(days=1)
        self.assertRefused(1201, order)
        self._raise(1200, order)

    def test_what_a_released_order_gives_up_is_decided_on_anew(self):
        self.company.credit_tolerance = 10
        order = self._released(1500)
        self.order._action_cancel()
        self._raise(1, order)
        self.assertEqual(self._decision(order).covered_amount, 1)
        other = self._order(900)
        other.action_confirm()
        self.assertConfirmed(other, "passed")
        for amount in 1650, 1500, 102:
            self.assertRefused(amount, order)
        self._raise(1.1, order)

    def test_releases_of_before_stand_for_what_was_not_given_up(self):
        path = Path(__file__).parents[2] / "migrations/19.0.1.3.0/post-released.py"
        spec = importlib.util.spec_from_file_location("post_released", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.order._action_cancel()
        order = self._released(1500)
        decision = self._decision(order)
        for covered, released, left in (
            (1500, 1500, 1500),
            (1, 1500, 1),
            (1500, 2000, 2000),
            (1600, 1500, 1500),
            (0, 1500, 1500),
        ):
            self.env.cr.execute(
                """UPDATE credit_decision SET released_left = NULL,
                          covered_amount = %s, released_amount = %s
                    WHERE id = %s""",
                [covered, released, decision.id],
            )
            module.leave_released(self.env.cr)
            self.env.invalidate_all()
            with self.subTest(covered=covered, released=released):
                self.assertEqual(decision.released_left, left)

    def test_what_is_given_up_does_not_come_back_step_by_step(self):
        self.company.credit_tolerance = 10
        order = self._released(1500)
        for amount in 1000, 1100:
            self._raise(amount, order)
        for amount in 1110, 1210:
            self.assertRefused(amount, order)

    def test_a_release_survives_small_changes_to_and_fro(self):
        self.company.credit_tolerance = 10
        order = self._released(1500)
        for amount in 1450, 1500, 1590, 1500, 1580:
            self._raise(amount, order)
        self.assertEqual(self._decision(order).state, "released")
        self.assertEqual(self._decision(order).covered_amount, 1580)

    def test_a_release_that_was_signed_for_more_lasts_for_that(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order).with_user(self.manager)
        decision.action_release(amount=2000, reason="The season begins")
        self._raise(1100, order)
        self._raise(1900, order)
        self.assertEqual(self._decision(order), decision)

    def test_a_quotation_that_is_cut_before_it_is_confirmed_gives_up_too(self):
        self.company.credit_tolerance = 10
        order = self._order(1500)
        order.action_confirm()
        decision = self._decision(order)
        with patch.object(OdoosOrder, "action_confirm", lambda orders: False):
            decision.with_user(self.manager).action_release(reason="ok")
        order.order_line.price_unit = 1
        order.action_confirm()
        self.assertConfirmed(order, "released")
        self.assertRefused(1650, order)

    def test_tolerance_is_of_what_was_released_not_of_what_it_grew_to(self):
        order = self._released()
        self._raise(1260, order)
        self.assertRefused(1261, order)
