from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureLaw(ExposureCommon):
    """What moves between the parts never changes their sum. Only what is really sold,
    paid, credited or cancelled does."""

    def test_exposure_is_conserved_from_order_to_payment(self):
        order = self._order(1000, quantity=10, product=self.product_delivered)
        order.order_line.tax_ids = self.tax_sale_a
        with self.moves(1150):
            order.action_confirm()
        with self.stays():
            order.order_line.qty_delivered = 4
        with self.stays():
            first = self._bill(order)
        with self.stays():
            first.action_post()
        with self.moves(-100):
            self._pay(first, 100)
        with self.moves(-360):
            self._pay(first)
        with self.stays():
            order.order_line.qty_delivered = 10
            second = self._bill(order, post=True)
        self.assertOwes(receivable=690)
        with self.moves(-690):
            self._pay(second)

    def test_payment_before_the_invoice_counts_once(self):
        order = self._confirmed(1000)
        with self.moves(-1000):
            payment = self._advance(1000)
        with self.stays():
            invoice = self._bill(order, post=True)
        with self.stays():
            lines = (invoice | payment.move_id).line_ids
            lines.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            ).reconcile()
        self.assertOwes()

    def test_unmatching_a_payment_changes_nothing(self):
        invoice = self._invoice(300)
        self._pay(invoice)
        with self.stays():
            invoice.line_ids.remove_move_reconcile()
        self.assertOwes()

    def test_invoice_that_goes_back_is_owed_with_the_order_again(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=4, post=True)
        with self.stays():
            invoice.button_draft()
        with self.stays():
            invoice.button_cancel()
        self.assertOwes(ordered=1000)
        with self.stays():
            self._bill(order, post=True)

    def test_deleting_a_draft_changes_nothing(self):
        order = self._confirmed(1000)
        draft = self._bill(order)
        with self.stays():
            draft.unlink()
        self.assertOwes(ordered=1000)

    def test_credit_note_takes_off_what_it_credits(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=6, post=True)
        with self.stays():
            note = self._credit(invoice, quantity=2, post=False)
        with self.moves(-200):
            note.action_post()
        self.assertOwes(ordered=400, receivable=400)

    def test_credit_note_on_a_paid_invoice_is_money_of_the_customers(self):
        order = self._confirmed(1000)
        invoice = self._bill(order, post=True)
        self._pay(invoice)
        with self.moves(-1000):
            self._credit(invoice)
        self.assertOwes(receivable=-1000)

    def test_invoice_that_is_corrected_is_owed_as_before(self):
        """“Reverse and Create Invoice” credits an invoice and drafts it anew."""
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=4, post=True)
        with self.stays():
            again = self._reversal(invoice).modify_moves()
            again = self.env["account.move"].browse(again["res_id"])
        self.assertOwes(ordered=600, draft=400)
        with self.stays():
            again.action_post()
        with self.stays():
            self._bill(order, post=True)
        self.assertOwes(receivable=1000)

    def test_credited_goods_that_are_billed_again_are_owed_again(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, post=True)
        with self.moves(-400):
            self._credit(invoice, quantity=4)
        with self.moves(400):
            self._bill(order, post=True)
        self.assertOwes(receivable=1000)

    def test_down_payment_is_conserved(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        with self.stays():
            advance = self._bill_advance(order, 300)
        with self.moves(-300):
            self._pay(advance)
        order.order_line[0].qty_delivered = 5
        with self.stays():
            invoice = self._bill(order)
        with self.stays():
            invoice.action_post()
        self.assertOwes(ordered=500, receivable=200)

    def test_down_payment_that_is_credited_is_owed_with_the_goods(self):
        order = self._confirmed(1000, quantity=10)
        advance = self._bill_advance(order, 300)
        with self.stays():
            note = self._credit(advance, post=False)
        with self.stays():
            note.action_post()
        self.assertOwes(ordered=1000)

    def test_down_payment_larger_than_the_first_delivery_is_conserved(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        self._pay(self._bill_advance(order, 300))
        order.order_line[0].qty_delivered = 2
        with self.stays():
            note = self._bill(order)
        with self.stays():
            note.action_post()
        order.order_line[0].qty_delivered = 10
        with self.stays():
            self._bill(order, post=True)
        self.assertOwes(receivable=700)

    def test_down_payment_that_is_credited_after_all_is_billed_is_money_back(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        advance = self._bill_advance(order, 300)
        order.order_line[0].qty_delivered = 5
        self._bill(order, post=True)
        self.assertOwes(ordered=500, receivable=500)
        with self.moves(-300):
            self._credit(advance)
        self.assertOwes(ordered=500, receivable=200)

    def test_order_that_grows_or_shrinks_counts_as_it_is(self):
        order = self._confirmed(1000, quantity=10)
        with self.moves(200):
            order.order_line.product_uom_qty = 12
        with self.moves(-300):
            order.order_line.product_uom_qty = 9

    def test_cancelling_takes_off_what_is_not_invoiced_yet(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=4, post=True)
        with self.moves(-600):
            order._action_cancel()
        self.assertOwes(receivable=400)
        with self.moves(-400):
            self._credit(invoice)

    def test_cancelling_an_order_cancels_its_draft_invoice(self):
        order = self._confirmed(1000)
        self._bill(order)
        with self.moves(-1000):
            order._action_cancel()

    def test_one_invoice_for_two_orders_moves_both(self):
        orders = self._confirmed(100) | self._confirmed(200)
        with self.stays():
            invoice = orders._create_invoices()
            self.assertEqual(len(invoice), 1)
            invoice.action_post()
        self.assertOwes(receivable=300)

    def test_price_changed_on_the_invoice_is_what_is_owed(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill(order, quantity=5)
        with self.moves(-50):
            invoice.invoice_line_ids.price_unit = 90
        self.assertOwes(ordered=500, draft=450)

    def test_goods_taken_back_on_the_order_count_once_they_are_credited(self):
        """A line of minus two pieces promises a credit; the credit note gives it."""
        order = self._confirmed(1000, quantity=10)
        self._bill(order, post=True)
        with self.stays():
            order.order_line.copy({"order_id": order.id, "product_uom_qty": -2})
            note = self._bill(order)
        self.assertEqual(note.move_type, "out_refund")
        with self.moves(-200):
            note.action_post()
        self.assertOwes(receivable=800)

    def test_goods_exchanged_on_an_open_order_are_set_off_once_they_came_back(self):
        """Until then the others may be delivered and billed in full."""
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        with self.stays():
            order.order_line.copy({"order_id": order.id, "product_uom_qty": -2})
        with self.moves(-200):
            order.order_line[1].qty_delivered = -2
        with self.stays():
            note = self._bill(order)
        self.assertEqual(note.move_type, "out_refund")
        with self.stays():
            note.action_post()
        self.assertOwes(ordered=1000, receivable=-200)

    def test_money_online_is_conserved_until_it_is_in_the_books(self):
        order = self._confirmed(1000)
        with self.moves(-1000):
            paid = self._pay_online(order, 1000)
        with self.stays():
            self._bill(order, post=True)
        with self.stays():
            paid.payment_id = self._advance(1000)
        self.assertOwes()
