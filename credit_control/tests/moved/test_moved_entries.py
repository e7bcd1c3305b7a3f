from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestMovedEntries(CreditCommon):
    """Who writes another customer, or another due date, on an invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("accountant", "account.group_account_user")
        cls.free = cls._customer("Free Shop")

    def _write(self, record, **vals):
        record.with_user(self.accountant).write(vals)
        self.env.flush_all()

    def _billed(self, amount, customer=None, post=False, **values):
        order = self._order(amount, customer=customer or self.free, **values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        invoice = order.sudo()._create_invoices().with_env(self.env)
        if post:
            invoice.action_post()
        return invoice

    def assertRefused(self, record, **vals):
        with self.assertRaises(ValidationError):
            self._write(record, **vals)
        self.env.invalidate_all()

    def _notes(self, file=None):
        return " ".join((file or self.file).message_ids.mapped("body"))

    # === READDRESSED === #

    def test_an_orders_invoice_is_not_readdressed_to_who_has_no_room(self):
        invoice = self._billed(9000)
        self.assertRefused(invoice, partner_id=self.customer.id)
        invoice.action_post()
        for vals in (
            {"partner_id": self.customer.id},
            {"commercial_partner_id": self.customer.id},
        ):
            with self.assertRaises(UserError):
                self._write(invoice.with_context(skip_readonly_check=True), **vals)
            self.env.invalidate_all()
        invoice.button_draft()
        self.assertRefused(invoice, partner_id=self.customer.id)
        self.assertEqual(self._exposure(), 0)

    def test_in_the_form(self):
        invoice = self._billed(9000)
        with self.assertRaises(ValidationError):
            with Form(invoice.with_user(self.accountant)) as form:
                form.partner_id = self.customer
        self.env.invalidate_all()
        self.assertEqual(invoice.partner_id, self.free)

    def test_within_the_room_it_is_noted(self):
        self._write(self._billed(300), partner_id=self.customer.id)
        self.assertEqual(self._exposure(), 300)
        self.assertIn("300.00 more is owed", self._notes())
        self.assertFalse(self.file.activity_ids)

    def test_what_is_readdressed_away_is_noted(self):
        invoice = self._billed(900, customer=self.customer)
        self._write(invoice, partner_id=self.free.id)
        self.assertIn("900.00 less is owed", self._notes())
        order = self._order(900)
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertRefused(invoice, partner_id=self.customer.id)

    def test_an_invoice_that_nobody_decided_on_is_told(self):
        invoice = self._invoice(9000, customer=self.free, post=False)
        self._write(invoice, partner_id=self.customer.id)
        self.assertEqual(self._exposure(), 9000)
        told = self.file.activity_ids
        self.assertEqual(told.user_id & self.officer, self.officer)
        self.assertIn("9,000.00", told[0].note)
        self._write(invoice, partner_id=self.free.id)
        self.env["credit.file"]._end_told()
        self.assertFalse(self.file.activity_ids)

    def test_a_receivable_that_is_booked_on_another_customer_is_told(self):
        invoice = self._invoice(9000, customer=self.free)
        owed = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self._write(owed, partner_id=self.customer.id)
        self.assertEqual(self._exposure(), 9000)
        self.assertTrue(self.file.activity_ids)

    def test_money_that_is_booked_on_another_customer_is_owed_again(self):
        self._invoice(900)
        payment = self._advance(500)
        payment.action_draft()
        self._write(payment, partner_id=self.free.id)
        payment.action_post()
        self.assertEqual(self._exposure(), 900)

    def test_money_without_an_entry_that_is_booked_on_another_customer_is_told(self):
        """As with an accounting app, where only the bank statement makes the entry."""
        moves = type(self.env["account.move"])
        said = patch.object(
            moves, "_get_invoice_in_payment_state", lambda _move: "in_payment"
        )
        with said:
            self.inbound_payment_method_line.payment_account_id = False
            payment = self._advance(500)
        self._invoice(900)
        self.assertFalse(payment.move_id)
        self.assertEqual(self._exposure(), 400)
        self._write(payment, partner_id=self.free.id)
        self.assertEqual(self._exposure(), 900)
        self.assertIn("500.00 more is owed", self._notes())

    def test_observing_records_and_refuses_nothing(self):
        self.company.credit_mode = "observe"
        self._write(self._billed(9000), partner_id=self.customer.id)
        self.assertIn("9,000.00 more is owed", self._notes())
        self.assertFalse(self.file.activity_ids)

    def test_off_neither_records_nor_refuses(self):
        self.company.credit_mode = "off"
        self._write(self._billed(9000), partner_id=self.customer.id)
        self.assertNotIn("owed here", self._notes())

    # === DUE LATER === #

    def test_an_immediate_orders_invoice_is_due_at_once(self):
        now = self.env.ref("account.account_payment_term_immediate")
        later = self.env.ref("account.account_payment_term_30days")
        invoice = self._billed(9000, self.customer, payment_term_id=now.id)
        self.assertRefused(invoice, invoice_payment_term_id=later.id)
        self.assertRefused(
            invoice, invoice_payment_term_id=False, invoice_date_due="2999-01-01"
        )
        self._write(invoice, ref="PO 7", invoice_payment_term_id=now.id)
        self.file._grant(9000, reason="more")
        self._write(invoice, invoice_payment_term_id=later.id)
        order = invoice.line_ids.sale_line_ids.order_id
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.cash), ("passed", ""))
        self.assertEqual(decision.asked, 9000)

    def test_due_later_where_it_was_granted_asks_nothing(self):
        later = self.env.ref("account.account_payment_term_30days")
        invoice = self._billed(900, self.customer)
        self._write(invoice, invoice_payment_term_id=later.id)
        order = invoice.line_ids.sale_line_ids.order_id
        self.assertEqual(self._decision(order).checkpoint, "confirmation")

    def test_cash_customers_get_no_term_on_their_invoice(self):
        self.company.credit_without_file = "cash"
        now = self.env.ref("account.account_payment_term_immediate")
        later = self.env.ref("account.account_payment_term_30days")
        invoice = self._billed(10, payment_term_id=now.id)
        self.assertRefused(invoice, invoice_payment_term_id=later.id)

    def test_an_item_of_an_immediate_orders_invoice_is_due_at_once(self):
        now = self.env.ref("account.account_payment_term_immediate")
        invoice = self._billed(9000, self.customer, True, payment_term_id=now.id)
        item = invoice.line_ids.filtered(lambda line: line.date_maturity)
        self.assertRefused(item, date_maturity="2999-01-01")
        self.file._grant(9000, reason="more")
        self._write(item, date_maturity="2999-01-01")
        order = invoice.line_ids.sale_line_ids.order_id
        self.assertEqual(self._decision(order).asked, 9000)

    def test_a_release_is_asked_for_a_later_term_of_an_immediate_order(self):
        now = self.env.ref("account.account_payment_term_immediate")
        later = self.env.ref("account.account_payment_term_30days")
        invoice = self._billed(9000, self.customer, payment_term_id=now.id)
        order = invoice.line_ids.sale_line_ids.order_id.with_user(self.salesman)
        asked = order._credit_ask(9000, "30 days were agreed")
        self.assertEqual(asked.state, "held")
        self.assertRefused(invoice, invoice_payment_term_id=later.id)
        asked.with_user(self.manager).action_release(reason="insured")
        self._write(invoice, invoice_payment_term_id=later.id)
        self.assertEqual(invoice.invoice_payment_term_id, later)

    def test_no_release_is_asked_for_what_is_decided(self):
        invoice = self._billed(900, self.customer)
        order = invoice.line_ids.sale_line_ids.order_id.with_user(self.salesman)
        with self.assertRaisesRegex(UserError, "for more than its"):
            order._credit_ask(900, "why not")

    # === BACK TO DRAFT === #

    def _taken(self, amount):
        """Somebody else spends room that was given back."""
        order = self._order(amount)
        order.action_confirm()
        self.assertConfirmed(order)

    def test_a_credit_note_stays_posted_once_its_room_is_given_away(self):
        self._invoice(900)
        note = self._invoice(-900)
        self._taken(900)
        with self.assertRaises(ValidationError):
            note.with_user(self.accountant).button_draft()
        self.env.invalidate_all()
        self.assertEqual((note.state, self._exposure()), ("posted", 900))
        with self.assertRaises(ValidationError):
            note.with_user(self.accountant).button_cancel()

    def test_a_credit_note_goes_back_to_draft_as_long_as_there_is_room(self):
        self._invoice(900)
        note = self._invoice(-900)
        note.with_user(self.accountant).button_draft()
        self.assertEqual(self._exposure(), 900)

    def test_money_that_is_taken_back_is_told(self):
        self._invoice(900)
        payment = self._advance(900)
        self._taken(900)
        payment.with_user(self.accountant).action_draft()
        self.assertEqual(self._exposure(), 1800)
        self.assertTrue(self.file.activity_ids)
