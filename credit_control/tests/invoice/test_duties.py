from odoo.fields import Command
from odoo.tests import tagged

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestDuties(InvoiceCommon):
    """What is delivered or paid already is billed whatever credit says, and told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file._stop_supply("person", "Cheques bounced")

    def _delivered(self, amount, quantity, had, method="stock_move", **values):
        """A confirmed order of which a transfer or a timesheet says how much the
        customer has, and a draft with all of it."""
        self.file._resume_supply("person")
        order = self._order(amount, quantity=quantity, **values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        draft = order.sudo()._create_invoices().with_user(self.biller)
        self.file._stop_supply("person", "Cheques bounced")
        self._has(order, had, method)
        return draft

    def _has(self, order, quantity, method="stock_move"):
        # As another addon computes it: nobody may enter it
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE sale_order_line SET qty_delivered_method = %s, qty_delivered = %s
                WHERE order_id = %s""",
            (method, quantity, order.id),
        )
        self.env.invalidate_all()

    def assertDuty(self, invoice):
        self.assertGoes(invoice, "observed")
        decision = self._on(invoice)
        self.assertTrue(decision.is_duty)
        self.assertIn("Cheques bounced", decision.reasons)
        reported = self.env.ref("credit_control.credit_decision_action_reported")
        told = self.env["credit.decision"].search([("is_duty", "=", True)])
        self.assertEqual(reported.domain, "[('is_duty', '=', True)]")
        self.assertIn(decision, told)
        self.assertIn("Delivered or paid already", invoice.message_ids[0].body)
        self.assertFalse(invoice.credit_hold)

    # === DELIVERED === #

    def test_more_was_delivered_than_ordered(self):
        draft = self._delivered(900, 9, 12)
        self._change(draft, quantity=12)
        self.assertDuty(draft)
        self.assertEqual(self._on(draft).asked, 300)

    def test_more_is_billed_than_was_delivered(self):
        draft = self._delivered(900, 9, 12)
        self._change(draft, quantity=15)
        with self.assertStays(draft, "Cheques bounced"):
            draft.action_post()

    def test_delivered_goods_at_a_price_that_nobody_agreed_to(self):
        draft = self._delivered(900, 9, 9)
        self._change(draft, price_unit=150)
        with self.assertStays(draft):
            draft.action_post()

    def test_what_somebody_enters_as_delivered_is_no_duty(self):
        draft = self._delivered(900, 9, 12, "manual")
        self._change(draft, quantity=12)
        with self.assertStays(draft):
            draft.action_post()

    def test_hours_of_a_timesheet_are_delivered(self):
        draft = self._delivered(900, 9, 12, "timesheet")
        self._change(draft, quantity=12)
        self.assertDuty(draft)

    def test_delivered_to_another_customer_it_is_no_duty_of_this_one(self):
        draft = self._delivered(900, 9, 12, customer=self._customer("Free Shop"))
        self.company.credit_mode = "off"
        draft.sudo().partner_id = self.customer
        self.company.credit_mode = "enforce"
        with self.assertStays(draft):
            draft.action_post()

    def test_delivered_on_immediate_payment_it_is_not_billed_with_time_to_pay(self):
        draft = self._delivered(5000, 5, 5, payment_term_id=self.now.id)
        self.company.credit_mode = "off"
        draft.sudo().invoice_payment_term_id = self.later
        self.company.credit_mode = "enforce"
        with self.assertStays(draft):
            draft.action_post()

    def test_delivered_and_credited_is_billed_again(self):
        draft = self._delivered(900, 9, 9)
        self.assertGoes(draft)
        draft.sudo()._reverse_moves(cancel=True)
        again = self._draft(100, user=self.env.user)
        line = again.invoice_line_ids
        line.write({"quantity": 9, "price_unit": 100})
        line.sale_line_ids = self._order_of(draft).sudo().order_line
        self.assertDuty(again.with_user(self.biller))

    def test_beside_delivered_goods_others_are_asked(self):
        draft = self._delivered(900, 9, 12)
        self._change(draft, quantity=12)
        more = {"name": "More", "price_unit": 50, "tax_ids": [Command.clear()]}
        draft.write({"invoice_line_ids": [Command.create(more)]})
        with self.assertStays(draft):
            draft.action_post()

    def test_what_two_invoices_bill_was_delivered_once(self):
        draft = self._delivered(900, 9, 12)
        self._change(draft, quantity=12)
        line = self._order_of(draft).sudo().order_line
        again = self._draft(100, user=self.env.user)
        again.invoice_line_ids.write({"quantity": 3})
        again.invoice_line_ids.sale_line_ids = line
        with self.assertStays(again):
            (draft + again).with_user(self.biller).action_post()
        self.assertDuty(draft)
        with self.assertStays(again):
            again.with_user(self.biller).action_post()

    # === BILLED ONCE === #

    def _of_order(self, order, quantity, price, **values):
        """A draft that bills a line of an order, whatever of it is billed already."""
        draft = self._draft(price, user=self.env.user, **values)
        draft.invoice_line_ids.quantity = quantity
        draft.invoice_line_ids.sale_line_ids = order.sudo().order_line[0]
        return draft.with_user(self.biller)

    def test_a_credit_note_of_more_than_was_billed_gives_nothing_to_bill(self):
        draft = self._delivered(1000, 10, 10)
        self.assertGoes(draft)
        order = self._order_of(draft)
        self._of_order(order, 500, 0, move_type="out_refund").action_post()
        for quantity in (400, 10):
            again = self._of_order(order, quantity, 100)
            with self.subTest(quantity), self.assertStays(again):
                again.action_post()

    def test_a_line_in_the_negative_gives_nothing_to_bill(self):
        draft = self._delivered(1000, 10, 10)
        self.assertGoes(draft)
        order = self._order_of(draft)
        again = self._of_order(order, -500, 0) + self._of_order(order, 400, 100)
        with self.assertStays(again[1]):
            again.action_post()

    def test_one_at_the_price_of_all_leaves_no_duty(self):
        draft = self._delivered(1000, 10, 10)
        self._change(draft, quantity=1, price_unit=1000)
        self.assertGoes(draft)
        again = self._of_order(self._order_of(draft), 9, 100)
        with self.assertStays(again):
            again.action_post()

    def test_one_at_the_price_of_all_leaves_no_duty_in_one_go(self):
        draft = self._delivered(1000, 10, 10)
        self._change(draft, quantity=1, price_unit=1000)
        again = self._of_order(self._order_of(draft), 9, 100)
        with self.assertStays(again):
            (draft + again).action_post()

    # === PAID === #

    def test_paid_in_advance(self):
        self._advance(5000)
        self.assertDuty(self._draft(5000))

    def test_paid_in_advance_for_less(self):
        self._advance(4000)
        draft = self._draft(5000)
        with self.assertStays(draft):
            draft.action_post()

    def test_paid_while_it_was_a_draft(self):
        self._invoice(100)
        draft = self._draft(5000)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move.line", active_ids=draft.line_ids.ids
        )
        wizard.create({"payment_date": self.today}).action_create_payments()
        self.assertEqual(draft.matched_payment_ids.amount, 5000)
        self.assertDuty(draft)

    def _online(self, amount, invoices, state="done"):
        provider = self.env.ref("payment.payment_provider_demo").sudo()
        provider = provider.copy({"company_id": self.company.id, "state": "test"})
        provider.journal_id = self.company_data["default_journal_bank"]
        method = self.env["payment.method"].sudo().search([], limit=1)
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": f"tx {invoices.ids}",
                    "amount": amount,
                    "currency_id": self.currency.id,
                    "partner_id": self.customer.id,
                    "invoice_ids": [Command.set(invoices.ids)],
                    "state": state,
                }
            )
        )

    def test_paid_online(self):
        self._invoice(100)
        draft = self._draft(5000)
        self._online(5000, draft)
        self.assertDuty(draft)

    def test_an_online_payment_that_posts_its_invoice(self):
        self._invoice(100)
        draft = self._draft(5000)
        transaction = self._online(5000, draft)
        transaction._post_process()
        self.assertEqual(draft.state, "posted")
        self.assertTrue(self._on(draft).is_duty)
        self.assertEqual(self._exposure(), 100)

    def test_an_online_payment_of_a_part_sets_the_rest_aside_and_is_booked(self):
        self._invoice(100)
        draft = self._draft(5000)
        transaction = self._online(2000, draft)
        transaction._post_process()
        self.assertEqual(draft.state, "draft")
        self.assertTrue(transaction.payment_id)
        decision = self._on(draft)
        self.assertEqual((decision.state, decision.set_aside), ("held", True))

    def test_a_payment_that_failed_is_none(self):
        draft = self._draft(5000)
        self._online(5000, draft, "error")
        with self.assertStays(draft):
            draft.action_post()

    # === SOLD AT A TILL === #

    def test_what_is_sold_at_a_till_is_with_the_customer(self):
        draft = self._draft(5000)
        move = type(draft)
        self.patch(move, "_credit_handed_over", lambda self: self & draft)
        self.assertDuty(draft)
