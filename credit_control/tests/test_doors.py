from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestDoors(CreditCommon):
    """A limit of 1,000; whatever the road, no more than that is confirmed."""

    def _confirmed(self, amount, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        self.env.flush_all()
        self.assertEqual(order.state, "sale")
        return order

    def assertRefused(self, order, change, saying="stays as it was"):
        """``change()`` fails, says what to do, and leaves the order alone."""
        self.env.flush_all()
        names = [
            "state",
            "amount_total",
            "partner_id",
            "partner_invoice_id",
            "currency_id",
            "pricelist_id",
            "payment_term_id",
            "company_id",
        ]
        before = order.sudo().read(names)
        with self.assertRaises(ValidationError) as refusal:
            change()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.sudo().read(names), before)
        self.assertIn(saying, str(refusal.exception))
        return str(refusal.exception)

    # === FROM QUOTATION TO CONFIRMED ORDER === #

    def test_button_returns_what_odoo_returns_held_or_not(self):
        """A caller who takes an action dict for success is told the truth by state."""
        for amount, state in (1000, "sale"), (1, "draft"), (2000, "draft"):
            order = self._order(amount)
            model = self.env["sale.order"].with_user(self.salesman)
            self.assertIs(call_kw(model, "action_confirm", [order.ids], {}), True)
            self.assertEqual(order.state, state)

    def test_three_orders_that_each_fit_alone_do_not_fit_together(self):
        orders = self._order(900) | self._order(900) | self._order(900)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "draft"])
        self.assertEqual(self._exposure(), 900)

    def test_one_order_named_twice_is_one_order(self):
        order, large = self._order(600), self._order(1200)
        model = self.env["sale.order"].with_user(self.salesman)
        for each in order, large:
            call_kw(model, "action_confirm", [[each.id, each.id]], {})
        self.assertConfirmed(order)
        self.assertHeld(large, "limit")
        self.assertEqual(self._exposure(), 600)

    def test_order_without_a_salesperson_is_held_and_somebody_told(self):
        order = self._order(1200).sudo()
        order.user_id = False
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertIn(self.manager, order.activity_ids.user_id)

    def test_order_of_the_call_is_no_door_either(self):
        small, large = self._order(200), self._order(900)
        (large | small).action_confirm()
        self.assertLessEqual(self._exposure(), 1000)

    def test_one_held_order_does_not_stop_those_of_other_customers(self):
        other = self._customer("Other Shop")
        self._file(other, 500)
        orders = self._order(5000) | self._order(400, other) | self._order(300)
        self.assertIs(orders.action_confirm(), True)
        self.assertEqual(orders.mapped("state"), ["draft", "sale", "sale"])

    def test_order_that_nobody_could_confirm_says_so_and_decides_nothing(self):
        good, cancelled = self._order(100), self._order(100)
        cancelled._action_cancel()
        with self.assertRaises(UserError):
            (good | cancelled).action_confirm()
        self.assertFalse(self._decision(good))

    def test_sent_quotation_is_held_as_well(self):
        order = self._order(1200)
        order.action_quotation_sent()
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertEqual(order.state, "sent")

    def test_writing_the_state_is_checked(self):
        order = self._order(1200)
        self.assertRefused(
            order, lambda: order.write({"state": "sale"}), "waits for a credit decision"
        )
        self.assertFalse(self._decision(order))

    def test_writing_the_state_of_a_held_order_is_checked(self):
        order = self._order(1200)
        order.action_confirm()
        self.assertRefused(
            order, lambda: order.write({"state": "sale"}), "waits for a credit decision"
        )
        self.assertHeld(order, "limit")

    def test_writing_the_state_within_the_limit_leaves_a_decision(self):
        order = self._order(700)
        order.write({"state": "sale"})
        self.assertConfirmed(order)
        self.assertTrue(self._decision(order)._replays())

    def test_writing_the_state_of_several_does_not_share_the_room(self):
        orders = self._order(700) | self._order(700)
        with self.assertRaises(ValidationError):
            orders.write({"state": "sale"})
        self.assertEqual(self._exposure(), 0)

    def test_created_as_confirmed_is_checked(self):
        values = {
            "partner_id": self.customer.id,
            "order_line": [
                Command.create({"product_id": self.product.id, "price_unit": 1200})
            ],
        }
        Order = self.env["sale.order"].with_user(self.salesman)
        count = Order.search_count([])
        with self.assertRaises(ValidationError):
            Order.create({**values, "state": "sale"})
        with self.assertRaises(ValidationError):
            Order.with_context(default_state="sale").create(values)
        self.assertEqual(Order.search_count([]), count)

    def test_created_as_confirmed_within_the_limit_leaves_a_decision(self):
        order = self._order(700, state="sale")
        self.env.flush_all()
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).covered_amount, 700)

    def test_confirmed_while_empty_and_filled_afterwards(self):
        order = self.env["sale.order"].with_user(self.salesman)
        order = order.create({"partner_id": self.customer.id, "state": "sale"})
        line = {"product_id": self.product.id, "price_unit": 1200}
        self.assertRefused(
            order, lambda: order.write({"order_line": [Command.create(line)]})
        )

    def test_import_confirms_nothing_that_is_not_covered(self):
        fields = ["partner_id/.id", "state", "order_line/product_id/.id"]
        fields += ["order_line/price_unit", "order_line/tax_ids"]
        Order = self.env["sale.order"].with_user(self.salesman)
        count = Order.search_count([])
        row = [str(self.customer.id), "sale", str(self.product.id), "1200", ""]
        result = Order.load(fields, [row])
        self.assertFalse(result["ids"])
        self.assertIn("waits for a credit decision", result["messages"][0]["message"])
        self.assertEqual(Order.search_count([]), count)
        row[3] = "700"
        result = Order.load(fields, [row])
        self.assertConfirmed(Order.browse(result["ids"]))

    def test_import_over_a_confirmed_order_raises_it_no_further_than_credit(self):
        order = self._confirmed(900)
        line = order.order_line
        result = (
            self.env["sale.order.line"]
            .with_user(self.salesman)
            .load([".id", "price_unit"], [[str(line.id), "9000"]])
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, 900)

    def test_held_order_confirms_when_it_fits_at_last(self):
        order = self._order(1200)
        order.action_confirm()
        held = self._decision(order)
        order.order_line.price_unit = 900
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertEqual(held.state, "cured")
        self.assertFalse(order.credit_hold)
        self.assertFalse(order.sudo().activity_ids)

    def test_confirming_a_held_order_again_makes_no_second_hold(self):
        order = self._order(1200)
        for _again in range(3):
            order.action_confirm()
        decisions = self.env["credit.decision"].search([("order_id", "=", order.id)])
        self.assertEqual(decisions.mapped("state").count("held"), 1)
        self.assertEqual(len(set(decisions.mapped("asked_on"))), 1)
        self.assertEqual(
            len(order.sudo().activity_ids),
            len(
                set((a.user_id, a.activity_type_id) for a in order.sudo().activity_ids)
            ),
        )

    # === REOPENING: WHAT IS CANCELLED, OTHERS MAY HAVE TAKEN === #

    def _cancelled(self):
        order = self._confirmed(900)
        order._action_cancel()
        self._confirmed(800)
        return order

    def test_state_of_a_cancelled_order_cannot_be_written_back(self):
        order = self._cancelled()
        self.assertRefused(
            order, lambda: order.write({"state": "sale"}), "waits for a credit decision"
        )

    def test_cancelled_order_is_confirmed_anew(self):
        order = self._cancelled()
        order.action_draft()
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_draft_by_write_is_no_way_round(self):
        order = self._confirmed(900)
        order.write({"state": "draft"})
        self._confirmed(800)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_release_ends_with_the_cancellation(self):
        order = self._order(1200)
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_release(reason="once")
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_reopened_order_is_confirmed_where_there_is_room(self):
        order = self._confirmed(900)
        order._action_cancel()
        order.write({"state": "sale"})
        self.assertConfirmed(order)

    def test_cancelled_quotation_leaves_the_queue(self):
        order = self._order(1200)
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self._decision(order).state, "superseded")
        self.assertFalse(order.sudo().activity_ids)
        self.assertEqual(self.file.held_count, 0)

    # === CHANGING WHAT IS CONFIRMED === #

    def test_raising_a_price_from_900_to_9000_is_refused(self):
        order = self._confirmed(900)
        words = self.assertRefused(
            order, lambda: order.order_line.write({"price_unit": 9000})
        )
        self.assertIn("Ask for Release", words)
        self.assertIn("9,000.00", words)

    def test_more_of_a_line_is_refused(self):
        order = self._confirmed(900, quantity=9)
        self.assertRefused(
            order, lambda: order.order_line.write({"product_uom_qty": 20})
        )

    def test_line_added_is_refused(self):
        order = self._confirmed(900)
        line = {"product_id": self.product.id, "price_unit": 200}
        self.assertRefused(
            order,
            lambda: (
                self.env["sale.order.line"]
                .with_user(self.salesman)
                .create({"order_id": order.id, **line})
            ),
        )

    def test_growth_in_the_form_is_refused(self):
        order = self._confirmed(900)

        def grow():
            with Form(order) as form, form.order_line.edit(0) as line:
                line.price_unit = 9000

        self.assertRefused(order, grow)

    def test_growth_within_the_limit_is_covered_anew(self):
        order = self._confirmed(900)
        order.order_line.price_unit = 1000
        self.env.flush_all()
        self.assertConfirmed(order)
        decision = self._decision(order)
        self.assertEqual(
            (decision.checkpoint, decision.covered_amount), ("growth", 1000)
        )

    def test_taking_back_a_discount_is_refused(self):
        order = self._order(9000)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "price_unit": 8500,
                    "product_uom_qty": -1,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("sale", 500))
        self.assertRefused(order, lambda: order.order_line[1].write({"price_unit": 0}))
        self.assertRefused(
            order, lambda: order.order_line[1].write({"product_uom_qty": 0})
        )

    def test_taking_back_a_percentage_is_refused(self):
        order = self._order(2000)
        order.order_line.discount = 60
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertRefused(order, lambda: order.order_line.write({"discount": 0}))

    def test_moving_a_line_into_a_confirmed_order_is_refused(self):
        order, quotation = self._confirmed(900), self._order(5000)
        self.assertRefused(
            order, lambda: quotation.order_line.write({"order_id": order.id})
        )

    def test_tax_put_on_afterwards_is_refused(self):
        order = self._confirmed(1000)
        tax = self.env["account.tax"].create({"name": "10 %", "amount": 10})
        self.assertRefused(
            order, lambda: order.order_line.write({"tax_ids": [Command.set(tax.ids)]})
        )

    def test_other_customer_has_to_have_the_credit(self):
        poor = self._customer("Poor Shop")
        self._file(poor, 100)
        order = self._confirmed(900)
        self.assertRefused(
            order, lambda: order.write({"partner_id": poor.id, "state": "sale"})
        )
        self.assertRefused(order, lambda: order.write({"partner_invoice_id": poor.id}))

    def test_free_customer_does_not_carry_the_order_over(self):
        """Confirmed for somebody whom nobody checks, then billed to who is checked."""
        free = self._customer("Free Shop")
        order = self._order(9000, customer=free)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        for change in (
            {"partner_id": self.customer.id},
            {"partner_invoice_id": self.customer.id},
        ):
            with self.assertRaises(ValidationError):
                order.write(change)
                self.env.flush_all()

    def test_weak_currency_does_not_carry_the_order_over(self):
        weak = self.setup_other_currency("HRK", rates=[("2020-01-01", 100.0)])
        order = self._order(9000)
        self.env.flush_all()
        order.write({"currency_id": weak.id})
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("sale", 9000))
        self.assertRefused(
            order, lambda: order.write({"currency_id": self.currency.id})
        )

    def test_immediate_payment_does_not_become_credit(self):
        now = self.env.ref("account.account_payment_term_immediate")
        later = self.env.ref("account.account_payment_term_30days")
        order = self._confirmed(9000, payment_term_id=now.id)
        self.assertEqual(self._decision(order).cash, "immediate")
        self.assertRefused(order, lambda: order.write({"payment_term_id": later.id}))
        self.assertRefused(order, lambda: order.write({"payment_term_id": False}))

    def test_order_of_an_unchecked_company_does_not_come_over(self):
        other = self.env["res.company"].create({"name": "B", "credit_mode": "off"})
        self.salesman.company_ids |= other
        both = (other | self.company).ids
        order = (
            self.env["sale.order"]
            .with_user(self.salesman)
            .with_context(allowed_company_ids=both)
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 9000,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaises(ValidationError) as refusal:
            order.write({"company_id": self.company.id})
            self.env.flush_all()
        self.assertIn("credit", str(refusal.exception))

    def test_what_needs_no_credit_can_always_be_changed(self):
        order = self._confirmed(900)
        self.file._grant(100, reason="cut down")
        self.file._stop_supply("manual", "late")
        order.write({"client_order_ref": "PO 7", "note": "Ring twice"})
        order.order_line.name = "Other words"
        order.order_line.price_unit = 800
        order.payment_term_id = self.env.ref("account.account_payment_term_30days")
        self.env.flush_all()
        self.assertEqual(order.amount_total, 800)

    # === FORGING COLUMNS THAT ODOO COMPUTES === #

    def _forge(self, records, values):
        """Refused or passed over, as long as it has no effect."""
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                records.write(values)
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all()

    def assertNoMoreThanTheLimit(self, *orders):
        """By the lines that will be billed, whatever the columns say."""
        self.env.invalidate_all()
        going = [order for order in orders if order.state == "sale"]
        lines = self.env["sale.order"].union(*going).sudo().order_line
        owed = sum(line.price_unit * line.product_uom_qty for line in lines)
        self.assertLessEqual(owed, 1000)

    def test_total_of_a_quotation(self):
        for name in "amount_total", "amount_untaxed":
            order = self._order(9000)
            self._forge(order, {name: 1})
            order.action_confirm()
            self.assertNoMoreThanTheLimit(order)

    def test_total_of_a_quotation_that_is_created_with_it(self):
        values = self._order(9000).copy_data()[0]
        for name in "amount_total", "amount_untaxed":
            with self.assertRaises(AccessError):
                self.env["sale.order"].with_user(self.salesman).create(
                    values | {name: 1}
                )

    def test_what_odoo_computes_is_refused_aloud_where_credit_decides(self):
        order = self._order(900)
        for values in {"amount_total": 1}, {"invoice_status": "invoiced"}:
            with self.assertRaisesRegex(AccessError, order.name):
                order.write(values)
        with self.assertRaisesRegex(AccessError, "Subtotal"):
            order.order_line.write({"price_subtotal": 1})

    def test_what_was_written_while_the_customer_was_free_is_computed_again(self):
        free = self._customer("No File")
        order = self._order(9000, customer=free)
        order.order_line.write({"price_subtotal": 1, "price_total": 1})
        self.env.flush_all()
        order.write({"amount_total": 1})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, 1)
        # Odoo computes nothing anew for another address
        order.write({"partner_invoice_id": self.customer.id})
        self.assertEqual(order.amount_total, 9000)
        order.action_confirm()
        self.assertNoMoreThanTheLimit(order)
        other = self._order(9000, customer=free)
        with self.assertRaisesRegex(AccessError, other.name):
            other.write(
                {"partner_invoice_id": self.customer.id, "amount_total": 1},
            )

    def test_who_needs_a_file_is_decided_on_without_one(self):
        self.company.credit_without_file = "cash"
        order = self._order(900, customer=self._customer("No File"))
        with self.assertRaisesRegex(AccessError, order.name):
            order.write({"amount_total": 0})

    def test_what_odoo_computes_is_written_as_ever_where_nothing_is_enforced(self):
        """Scripts that close old orders do not fail, least of all in silence."""
        stranger = self._order(900, customer=self._customer("No File"))
        order = self._order(900)
        for mode, written in (
            ("enforce", stranger),
            ("observe", stranger | order),
            ("off", stranger | order),
        ):
            self.company.credit_mode = mode
            for status in "invoiced", "no":
                written.write({"invoice_status": status})
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(set(written.mapped("invoice_status")), {status})

    def test_total_of_a_confirmed_order(self):
        order = self._confirmed(1000)
        self._forge(order, {"amount_total": 1})
        other = self._order(900)
        other.action_confirm()
        self.assertNoMoreThanTheLimit(order, other)

    def test_total_with_the_state(self):
        order = self._order(9000)
        self._forge(order, {"amount_total": 1, "state": "sale"})
        self.assertNoMoreThanTheLimit(order)

    def test_invoice_status_of_a_confirmed_order(self):
        order = self._confirmed(1000)
        self._forge(order, {"invoice_status": "invoiced"})
        other = self._order(900)
        other.action_confirm()
        self.assertNoMoreThanTheLimit(order, other)

    def test_totals_of_lines(self):
        order = self._order(1000, product=self.product_delivered, quantity=10)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        order.sudo()._create_invoices()
        self._forge(order.order_line, {"price_total": 1, "price_subtotal": 1})
        other = self._order(900)
        other.action_confirm()
        self.assertNoMoreThanTheLimit(order, other)

    def test_line_that_says_it_is_a_down_payment(self):
        order = self._order(9000)
        self._forge(order.order_line, {"is_downpayment": True})
        order.action_confirm()
        self._forge(order.order_line, {"is_downpayment": False})
        self.assertNoMoreThanTheLimit(order)

    def test_line_that_borrows_an_invoice(self):
        old = self._order(10, quantity=100)
        old.action_confirm()
        invoice = old.sudo()._create_invoices()
        invoice.action_post()
        order = self._order(9000)
        self._forge(
            order.order_line,
            {"invoice_lines": [Command.link(invoice.invoice_line_ids.id)]},
        )
        order.action_confirm()
        self.assertNoMoreThanTheLimit(order)

    def test_line_that_borrowed_an_invoice_before_credit_decided(self):
        """Linked while the customer was free, or nothing was enforced."""
        small = self._order(10, quantity=100, customer=self._customer("Small"))
        small.action_confirm()
        invoice = small.sudo()._create_invoices()
        invoice.action_post()
        linked = {"invoice_lines": [Command.link(invoice.invoice_line_ids.id)]}
        free = self._customer("No File")
        order = self._order(9000, customer=free)
        self._forge(order.order_line, linked)
        moved = {"partner_id": self.customer.id, "partner_invoice_id": self.customer.id}
        with self.assertRaisesRegex(AccessError, "accountants"):
            order.write(moved)
        line = self._order(9000, customer=free).order_line
        self._forge(line, linked)
        with self.assertRaisesRegex(AccessError, "accountants"):
            line.write({"order_id": self._order(5).id})
        self.company.credit_mode = "observe"
        order = self._order(9000)
        self._forge(order.order_line, linked)
        self.company.credit_mode = "enforce"
        order.action_confirm()
        self.assertNoMoreThanTheLimit(order)

    def test_quantities_that_odoo_counts(self):
        for name in "qty_invoiced", "qty_to_invoice", "untaxed_amount_to_invoice":
            order = self._order(9000)
            self._forge(order.order_line, {name: 1})
            order.action_confirm()
            self.assertNoMoreThanTheLimit(order)

    def test_transactions_of_others(self):
        order = self._order(9000)
        self._forge(order, {"transaction_ids": [Command.clear()]})
        order.action_confirm()
        self.assertNoMoreThanTheLimit(order)

    def test_forging_is_what_these_tests_are_about(self):
        """The guard must not stop Odoo's own computing."""
        order = self._confirmed(500)
        order.order_line.price_unit = 700
        self.env.flush_all()
        self.assertEqual(order.amount_total, 700)
        order.sudo()._create_invoices()
        self.assertEqual(order.invoice_status, "invoiced")
