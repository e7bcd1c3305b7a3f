from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestPayment(AccountPaymentCommon, CreditCommon):
    """What is paid needs no credit, and no payment is lost on a hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.company.currency_id
        cls.partner = cls.customer
        cls.customer.email = "shop@example.com"

    def _online(self, order, amount, state="done", **values):
        """What the provider reports, and what Odoo makes of it afterwards."""
        transaction = self._create_transaction(
            "direct",
            amount=amount,
            state=state,
            reference=f"{order.name}-{amount}-{state}",
            sale_order_ids=order.ids,
            **values,
        )
        with mute_logger("odoo.addons.sale.models.payment_transaction"):
            transaction._post_process()
        self.env.flush_all()
        return transaction

    def assertKept(self, transaction, amount):
        self.assertEqual(transaction.state, "done")
        self.assertTrue(transaction.is_post_processed)
        payment = transaction.payment_id
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertEqual(payment.amount, amount)

    # === PAID IN FULL === #

    def test_order_paid_in_full_is_not_held_on_the_limit(self):
        order = self._order(5000)
        self.assertKept(self._online(order, 5000), 5000)
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).cash, "prepaid")

    def test_order_paid_in_full_is_not_held_on_what_is_late(self):
        self._invoice(900, late=90)
        order = self._order(5000)
        self._online(order, 5000)
        self.assertConfirmed(order)

    def test_order_paid_in_full_needs_no_limit(self):
        other = self._customer("No limit yet")
        self._file(other)
        order = self._order(300, customer=other)
        self._online(order, 300, partner_id=other.id)
        self.assertConfirmed(order)

    def test_order_paid_in_full_needs_no_file_where_cash_is_taken(self):
        self.company.credit_without_file = "cash"
        other = self._customer("Stranger")
        order, unpaid = self._order(300, customer=other), self._order(1, customer=other)
        self._online(order, 300, partner_id=other.id)
        unpaid.action_confirm()
        self.assertConfirmed(order)
        self.assertHeld(unpaid, "cash_only")

    def test_held_order_goes_when_it_is_paid(self):
        order = self._order(5000)
        order.action_confirm()
        held = self._decision(order)
        self._online(order, 5000)
        self.assertConfirmed(order)
        self.assertEqual(held.state, "cured")
        self.assertFalse(order.sudo().activity_ids)

    def test_paid_order_takes_no_room_before_or_after_it_is_booked(self):
        self._confirm_another(1000)
        order = self._order(5000)
        with patch.object(self.registry["payment.transaction"], "_create_payment"):
            transaction = self._online(order, 5000)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._exposure(), 1000)
        transaction._create_payment()
        self.env.flush_all()
        self.assertEqual(self._exposure(), 1000)

    def _confirm_another(self, amount):
        self._order(amount).action_confirm()

    def test_two_part_payments_make_a_whole(self):
        order = self._order(5000)
        self._online(order, 2000)
        self.assertEqual(order.state, "draft")
        self._online(order, 3000)
        self.assertConfirmed(order)

    def test_authorized_payment_counts_and_a_voided_one_does_not(self):
        self.provider.support_manual_capture = "full_only"
        order = self._order(5000)
        transaction = self._online(order, 5000, state="authorized")
        self.assertConfirmed(order)
        self.assertEqual(self._exposure(), 0)
        transaction._set_canceled()
        self.assertEqual(self._exposure(), 5000)

    def test_payment_that_only_began_does_not_count(self):
        order = self._order(5000)
        for state in "draft", "pending", "cancel", "error":
            self._online(order, 5000, state=state)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_paid_order_grows_on_credit_only(self):
        order = self._order(5000)
        self._online(order, 5000)
        order.order_line.price_unit = 6000
        self.env.flush_all()
        self.assertEqual(order.amount_total, 6000)
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 6001
            self.env.flush_all()

    # === PAID IN PART === #

    def test_part_payment_is_taken_off_what_the_order_asks(self):
        order = self._order(1500, require_payment=True, prepayment_percent=0.4)
        self._online(order, 600)
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).asked, 900)

    def test_part_payment_on_an_order_that_is_still_too_large_is_kept(self):
        order = self._order(3000, require_payment=True, prepayment_percent=0.2)
        transaction = self._online(order, 600)
        self.assertKept(transaction, 600)
        self.assertHeld(order, "limit")
        self.assertEqual(self._decision(order).asked, 2400)
        self.assertIn(self.salesman, order.sudo().activity_ids.user_id)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)

    def test_released_order_still_has_its_payment(self):
        order = self._order(3000, require_payment=True, prepayment_percent=0.2)
        self._online(order, 600)
        self._decision(order).with_user(self.manager).action_release(reason="ok")
        self.assertConfirmed(order, "released")
        self.assertEqual(order.sudo().amount_paid, 600)
        self.assertEqual(self._exposure(), 2400)

    # === PAID AND HELD ALL THE SAME === #

    def test_payment_of_a_customer_on_hold_is_kept(self):
        self.file._stop_supply("manual", "fraud")
        order = self._order(5000)
        transaction = self._online(order, 5000)
        self.assertKept(transaction, 5000)
        self.assertHeld(order, "hold")
        self.assertEqual(order.sudo().amount_paid, 5000)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)

    def test_payer_is_told_that_he_paid_and_not_that_it_is_confirmed(self):
        self.file._stop_supply("manual", "fraud")
        order = self._order(5000)
        sent = []

        def send(self, template, **kwargs):
            sent.append(template.get_external_id()[template.id])

        with patch.object(
            self.registry["sale.order"], "_send_order_notification_mail", send
        ):
            self._online(order, 5000)
        self.assertEqual(sent, ["sale.mail_template_sale_payment_executed"])

    def test_held_order_is_not_invoiced_by_itself(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "sale.automatic_invoice", "True"
        )
        self.file._stop_supply("manual", "fraud")
        order = self._order(5000)
        self.assertKept(self._online(order, 5000), 5000)
        self.assertFalse(order.invoice_ids)

    def test_paid_order_is_invoiced_by_itself(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "sale.automatic_invoice", "True"
        )
        order = self._order(5000)
        self._online(order, 5000)
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(self._exposure(), 0)

    def test_lifted_hold_lets_the_paid_order_go(self):
        self.company.credit_auto_confirm = True
        self.file._stop_supply("manual", "fraud")
        order = self._order(5000)
        self._online(order, 5000)
        self.file.action_lift_hold()
        self._retake()
        self.assertConfirmed(order)

    # === DUE AT ONCE === #

    def test_order_on_immediate_payment_is_not_blocked_like_any_other(self):
        now = self.env.ref("account.account_payment_term_immediate")
        order = self._order(5000, payment_term_id=now.id)
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).cash, "immediate")

    def test_order_on_immediate_payment_is_checked_where_the_company_says_so(self):
        self.company.credit_immediate_is_cash = False
        now = self.env.ref("account.account_payment_term_immediate")
        order = self._order(5000, payment_term_id=now.id)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_order_on_immediate_payment_waits_while_supply_is_stopped(self):
        self.file._stop_supply("manual", "fraud")
        now = self.env.ref("account.account_payment_term_immediate")
        order = self._order(5, payment_term_id=now.id)
        order.action_confirm()
        self.assertHeld(order, "hold")

    def test_what_is_due_at_once_and_not_paid_takes_room_from_the_next(self):
        now = self.env.ref("account.account_payment_term_immediate")
        self._order(900, payment_term_id=now.id).action_confirm()
        order = self._order(200)
        order.action_confirm()
        self.assertHeld(order, "limit")
