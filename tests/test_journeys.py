"""Stories that cross everything: people, doors, invoices, payments, day after day."""

import random

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.credit_control.models.decision.credit_decision import LIVE
from odoo.addons.credit_control.tests.common import CreditCommon
from odoo.addons.trade_credit_base.tests.sizes import sized


@tagged("post_install", "-at_install")
class TestJourneys(CreditCommon):
    """What the company would tell of its customers at the end of the month."""

    def assertAllReplay(self):
        decisions = self.env["credit.decision"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertTrue(decisions)
        for decision in decisions:
            self.assertTrue(decision._replays(), decision.display_name)

    def test_a_large_order_from_the_offer_to_the_last_payment(self):
        self._invoice(400, late=10)
        order = self._order(900)
        self.assertIn("600.00", order.credit_banner)  # what there is room for
        order.action_confirm()
        self.assertHeld(order, "limit")

        # The officer may not, the manager wants to see money first.
        decision = self._decision(order)
        with self.assertRaises(UserError):
            decision.with_user(self.officer).action_release(reason="good customer")
        decision.with_user(self.manager).action_reject(reason="pay what is late first")
        self.assertFalse(order.credit_hold)

        # The salesman asks again, the customer pays, the job finds it out.
        order.action_confirm()
        self.assertHeld(order, "limit")
        self._pay(
            self.env["account.move"].search([("partner_id", "=", self.customer.id)])
        )
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
        order.action_confirm()
        self.assertConfirmed(order)

        # The season is better than anybody thought.
        with self.assertRaises(UserError):
            order.order_line.price_unit = 1500
            self.env.flush_all()
        self.env.invalidate_all()
        order._credit_ask(1500, "better season")
        self._decision(order).with_user(self.manager).action_release(reason="guarantee")
        order.order_line.price_unit = 1500
        self.env.flush_all()

        # What is owed stays the same until it is paid.
        self.assertEqual(self._exposure(), 1500)
        invoice = order.sudo()._create_invoices()
        self.assertEqual(self._exposure(), 1500)
        invoice.action_post()
        self.assertEqual(self._exposure(), 1500)
        self._pay(invoice, 1000)
        self.assertEqual(self._exposure(), 500)
        self._pay(invoice)
        self.assertEqual(self._exposure(), 0)

        states = self.env["credit.decision"].search([("order_id", "=", order.id)])
        self.assertEqual(
            states.mapped("state"),
            ["released", "superseded", "cured", "rejected"],
        )
        self.assertAllReplay()

    def test_a_group_of_companies_shares_one_limit(self):
        holding = self._file(self._customer("Holding"), 1000)
        first, second = self._customer("First"), self._customer("Second")
        for daughter in first, second:
            self._file(daughter, 800, parent_id=holding.id)
        self._order(700, customer=first).action_confirm()
        order = self._order(700, customer=second)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertIn("Holding", order.credit_reasons)

        # A daughter that leaves the group stands on its own limit again.
        self.file.search([("partner_id", "=", first.id)]).parent_id = False
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
        order.action_confirm()
        self.assertConfirmed(order)

        # The group's hold stops every daughter that is left.
        holding.with_user(self.officer).action_put_on_hold("insolvency filed")
        last = self._order(1, customer=second)
        last.action_confirm()
        self.assertHeld(last, "hold")
        self._order(1, customer=first).action_confirm()
        self.assertAllReplay()

    def test_a_company_that_begins_watches_and_then_holds(self):
        self.company.credit_mode = "off"
        old = self._order(5000)
        old.action_confirm()
        self.company.credit_mode = "observe"
        watched = self._order(700)
        watched.action_confirm()
        self.assertConfirmed(watched, "observed")
        self.company.credit_mode = "enforce"
        held = self._order(700)
        held.action_confirm()
        self.assertHeld(held, "limit")
        for order, less in (old, 4000), (watched, 600):
            order.order_line.price_unit = less
            self.env.flush_all()
        with self.assertRaises(UserError):
            watched.order_line.price_unit = 601
            self.env.flush_all()
        self.assertAllReplay()

    # === A LAW, NOT A CASE === #

    def test_whatever_salesmen_do_no_limit_is_broken(self):
        """Forty random steps through every door; after each the books are looked at."""
        self.other = self._customer("Other Shop")
        self.other_file = self._file(self.other, 700)
        for seed in range(sized(3, 20)):
            with self.subTest(seed=seed):
                self._wander(random.Random(seed), 40)

    def _wander(self, dice, steps):
        self.dice = dice
        self.orders = self.env["sale.order"].with_user(self.salesman)
        doors = [
            getattr(self, name) for name in sorted(dir(self)) if name.startswith("_go_")
        ]
        for _each in range(4):
            self._go_write_an_offer()
        way, opened = [], 0
        for _step in range(steps):
            door = dice.choice(doors)
            way.append(door.__name__)
            try:
                with self.env.cr.savepoint():
                    door()
                    self.env.flush_all()
                opened += 1
            except UserError:
                self.env.invalidate_all()
                way[-1] += " (refused)"
            self._look(way)
        self.assertGreater(opened, steps / 4, way)
        self.assertTrue(any("refused" in step for step in way), way)

    def _look(self, way):
        self.env.invalidate_all()
        for file, limit in (self.file, 1000), (self.other_file, 700):
            self.assertLessEqual(self._exposure(file), limit + 0.004, way)
        confirmed = self.orders.filtered(lambda order: order.state == "sale")
        for order in confirmed.sudo():
            decisions = self.env["credit.decision"].search(
                [("order_id", "=", order.id), ("state", "in", LIVE)]
            )
            self.assertEqual(len(decisions), 1, way)
            self.assertGreaterEqual(
                decisions.covered_amount + 0.004, order.amount_total, way
            )
        for order in self.orders - confirmed:
            self.assertFalse(
                self.env["credit.decision"].search(
                    [("order_id", "=", order.id), ("state", "in", LIVE)]
                ),
                way,
            )

    def _pick(self, *states):
        orders = self.orders.filtered(lambda order: order.state in states)
        if not orders:
            raise UserError("nothing there")
        return self.dice.choice(orders)

    def _amount(self):
        return self.dice.choice((10, 90, 250, 400, 650, 1000, 2500))

    def _values(self):
        return {
            "product_id": self.product.id,
            "price_unit": self._amount(),
            "product_uom_qty": self.dice.choice((1, 1, 1, -1)),
            "tax_ids": [Command.clear()],
        }

    def _go_write_an_offer(self):
        customer = self.dice.choice((self.customer, self.other))
        self.orders |= self._order(self._amount(), customer=customer)

    def _go_confirm_one(self):
        self._pick("draft").action_confirm()

    def _go_confirm_all(self):
        self.orders.filtered(lambda order: order.state == "draft").action_confirm()

    def _go_write_the_state(self):
        self._pick("draft", "cancel").write({"state": "sale"})

    def _go_create_confirmed(self):
        self.orders |= self._order(self._amount(), state="sale")

    def _go_change_a_price(self):
        order = self._pick("sale", "draft")
        order.order_line[:1].price_unit = self._amount()

    def _go_change_a_quantity(self):
        order = self._pick("sale")
        order.order_line[:1].product_uom_qty = self.dice.choice((0, 1, 2, 5))

    def _go_trade_price_for_quantity(self):
        line = self._pick("sale").order_line[:1]
        line.write(
            {
                "price_unit": line.price_unit / 10,
                "product_uom_qty": 10 * line.product_uom_qty,
            }
        )

    def _go_add_a_line(self):
        self._pick("sale", "draft").order_line = [Command.create(self._values())]

    def _go_take_a_line_out(self):
        line = self._pick("sale", "draft").order_line[-1:]
        line.product_uom_qty = 0

    def _go_give_a_discount(self):
        order = self._pick("sale", "draft")
        order.order_line[:1].discount = self.dice.choice((0, 50, 90))

    def _go_move_a_line(self):
        line = self._pick("draft").order_line[-1:]
        line.order_id = self._pick("sale")

    def _go_change_the_customer(self):
        partner = self.dice.choice((self.customer, self.other))
        self._pick("sale", "draft").write(
            {"partner_id": partner.id, "partner_invoice_id": partner.id}
        )

    def _go_bill_somebody_else(self):
        partner = self.dice.choice((self.customer, self.other))
        self._pick("sale", "draft").partner_invoice_id = partner

    def _go_cancel(self):
        self._pick("sale", "draft")._action_cancel()

    def _go_reopen(self):
        self._pick("cancel").action_draft()

    def _go_copy(self):
        self.orders |= self._pick("sale", "draft").copy()

    def _go_forge_the_total(self):
        self._pick("sale", "draft").write({"amount_total": 1, "invoice_status": "no"})

    def _go_ask_for_more(self):
        order = self._pick("sale")
        order._credit_ask(order.amount_total + self._amount(), "please")

    def _go_invoice_and_collect(self):
        order = self._pick("sale").sudo()
        invoice = order._create_invoices()
        if invoice.move_type == "out_invoice":
            invoice.action_post()
            self._pay(invoice)

    def _go_take_again(self):
        self.company.credit_auto_confirm = True
        self._retake()
