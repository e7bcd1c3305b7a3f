from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .exposure_common import ExposureCommon

AGES = ("overdue", "due_30", "due_60", "due_90", "due_over")


@tagged("post_install", "-at_install")
class TestExposure(ExposureCommon):
    """Part by part: what counts as owed, and what does not."""

    def test_who_never_bought_owes_nothing(self):
        self.assertOwes()
        self.assertFalse(any(self._parts().values()))
        self.assertEqual(self.env["credit.exposure"]._standings([]), {})

    # === Receivable === #

    def test_posted_invoice_counts_with_its_residual(self):
        invoice = self._invoice(300)
        self.assertOwes(receivable=300)
        self._pay(invoice, 100)
        self.assertOwes(receivable=200)
        self._pay(invoice)
        self.assertOwes()

    def test_unmatched_payments_and_credit_notes_are_deducted(self):
        self._invoice(300)
        self._advance(100)
        self._invoice(-50)
        self.assertOwes(receivable=150)

    def test_who_has_paid_ahead_has_a_negative_exposure(self):
        self._advance(100)
        self.assertOwes(receivable=-100)
        self.assertEqual(self.file.available, 1100)

    def test_cancelled_payment_is_owed_again(self):
        self._invoice(300)
        payment = self._advance(100)
        payment.action_draft()
        payment.action_cancel()
        self.assertOwes(receivable=300)

    def test_payment_that_has_no_entry_yet_counts_until_the_bank_has_it(self):
        """As with an accounting app, where only the bank statement makes the entry."""
        self._invoice(300)
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            self.inbound_payment_method_line.payment_account_id = False
            payment = self._advance(100)
        self.assertFalse(payment.move_id)
        self.assertOwes(receivable=200)
        payment.action_validate()
        self.assertOwes(receivable=300)

    def test_money_paid_back_that_has_no_entry_yet_is_owed(self):
        """Two payments of a day that cancel out a credit: each counts once."""
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            self.outbound_payment_method_line.payment_account_id = False
            for _time in range(2):
                self._pay_back(10)
        self._advance(15)
        self.assertOwes(receivable=5)
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(self._parts(day=tomorrow)["overdue"], 5)

    def test_receivable_of_a_journal_entry_counts(self):
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": amount,
                            "partner_id": self.customer.id,
                        }
                    )
                    for account, amount in (
                        (self.company_data["default_account_receivable"], 70),
                        (self.company_data["default_account_revenue"], -70),
                    )
                ]
            }
        )
        self.assertOwes()
        entry.action_post()
        self.assertOwes(receivable=70)

    def test_what_we_owe_as_a_buyer_is_not_set_off(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "Paper", "price_unit": 80, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self._invoice(300)
        self.assertOwes(receivable=300)

    # === Overdue === #

    def _ages(self):
        return [round(self._parts()[name], 2) for name in AGES]

    def test_overdue_is_told_by_age(self):
        for late in (-1, 0, 1, 30, 31, 60, 61, 90, 91):
            self._invoice(10, late=late)
        self.assertOwes(receivable=90)
        self.assertEqual(self._ages(), [70, 20, 20, 20, 10])

    def test_oldest_due_is_that_of_the_oldest_item_still_open(self):
        self._invoice(10, late=20)
        oldest = self._invoice(10, late=70)

        def standing():
            return self._standing()

        self.assertEqual(standing().oldest_due, self.today - timedelta(days=70))
        self._pay(oldest)
        self.assertEqual(standing().oldest_due, self.today - timedelta(days=20))

    def test_unallocated_payment_counts_against_the_oldest_item_first(self):
        self._invoice(100, late=70)
        self._invoice(100, late=20)
        self._invoice(100)
        self._advance(150)
        self.assertEqual(self._ages(), [50, 50, 0, 0, 0])
        due = self._standing()
        self.assertEqual(due.oldest_due, self.today - timedelta(days=20))

    def test_unallocated_payment_of_more_than_all_leaves_nothing_overdue(self):
        self._invoice(100, late=70)
        self._advance(500)
        self.assertEqual(self._ages(), [0] * 5)
        self.assertOwes(receivable=-400)

    def test_installments_fall_due_one_by_one(self):
        halves = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        self._invoice(
            100,
            invoice_date=self.today - timedelta(days=10),
            invoice_date_due=False,
            invoice_payment_term_id=halves.id,
        )
        self.assertOwes(receivable=100)
        self.assertEqual(self._ages(), [50, 50, 0, 0, 0])

    def test_open_items_are_told_oldest_first_less_what_is_paid(self):
        old, new = self._invoice(100, late=70), self._invoice(80, late=-10)
        self._advance(30)
        items = self.env["credit.exposure"]._open_items(self.file.ids)[self.file.id]
        self.assertEqual(
            [(item.ref, item.amount) for item in items],
            [(old.name, 70), (new.name, 80)],
        )

    def test_ages_are_those_of_the_day_that_is_asked_about(self):
        self._invoice(100)
        later = self._parts(day=self.today + timedelta(days=45))
        self.assertEqual((later["overdue"], later["due_60"]), (100, 100))

    # === Drafts === #

    def test_invoice_in_draft_counts_and_a_cancelled_one_does_not(self):
        invoice = self._invoice(300, post=False)
        self.assertOwes(draft=300)
        invoice.button_cancel()
        self.assertOwes()

    def test_paid_invoice_that_is_reset_to_draft_stays_paid(self):
        """Odoo keeps the payment matched with it. The books have the payment, and no
        invoice yet."""
        invoice = self._invoice(300)
        self._pay(invoice, 100)
        invoice.button_draft()
        self.assertOwes(receivable=-100, draft=300)
        invoice.action_post()
        self.assertOwes(receivable=200)

    def test_credit_note_in_draft_is_no_credit_yet(self):
        self._invoice(300)
        self._invoice(-50, post=False)
        self.assertOwes(receivable=300)

    # === Orders === #

    def test_only_confirmed_orders_count(self):
        order = self._order(300)
        self.assertOwes()
        order.action_confirm()
        self.assertOwes(ordered=300)
        order._action_cancel()
        self.assertOwes()

    def test_confirmed_and_locked_order_counts(self):
        order = self._confirmed(300)
        order.action_lock()
        self.assertTrue(order.locked)
        self.assertOwes(ordered=300)

    def test_tax_is_owed_too(self):
        order = self._order(100)
        order.order_line.tax_ids = self.tax_sale_a
        order.action_confirm()
        self.assertEqual(order.amount_total, 115)
        self.assertOwes(ordered=115)
        self._bill(order)
        self.assertOwes(draft=115)

    def test_partly_invoiced_order_counts_with_the_rest(self):
        order = self._confirmed(1000, quantity=10)
        self._bill(order, quantity=4, post=True)
        self.assertOwes(ordered=600, receivable=400)

    def test_undelivered_order_of_goods_invoiced_on_delivery_counts(self):
        self._confirmed(1000, quantity=10, product=self.product_delivered)
        self.assertOwes(ordered=1000)

    def test_over_delivered_goods_count_with_what_is_delivered(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        order.order_line.qty_delivered = 12
        self.assertOwes(ordered=1200)
        self.assertEqual(self._parts()["delivered"], 1200)

    def test_over_delivered_goods_at_a_fixed_order_cost_no_more(self):
        order = self._confirmed(1000, quantity=10)
        order.order_line.qty_delivered = 12
        self.assertOwes(ordered=1000)

    def test_delivered_tells_what_of_the_orders_is_with_the_customer(self):
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        order.order_line.qty_delivered = 5
        self.assertEqual(self._parts()["delivered"], 500)
        self._bill(order, quantity=2, post=True)
        self.assertOwes(ordered=800, receivable=200)
        self.assertEqual(self._parts()["delivered"], 300)

    def test_what_was_delivered_without_an_order_is_owed_with_its_tax(self):
        order = self._order(100, product=self.product_delivered)
        order.order_line.tax_ids = self.tax_sale_a
        order.action_confirm()
        extra = order.order_line.copy({"order_id": order.id, "product_uom_qty": 0})
        self.assertOwes(ordered=115)
        extra.qty_delivered = 2
        self.assertOwes(ordered=345)
        with self.stays():
            self._bill(order)

    def test_tax_in_the_price_is_not_added_once_more(self):
        self.tax_sale_a.price_include_override = "tax_included"
        order = self._order(115, product=self.product_delivered)
        order.order_line.tax_ids = self.tax_sale_a
        order.action_confirm()
        self.assertOwes(ordered=115)
        extra = order.order_line.copy({"order_id": order.id, "product_uom_qty": 0})
        extra.qty_delivered = 2
        self.assertOwes(ordered=345)

    def test_line_set_to_zero_is_not_owed(self):
        order = self._confirmed(1000, quantity=10)
        order.order_line.product_uom_qty = 0
        self.assertOwes()

    def test_discounts_count(self):
        order = self._confirmed(1000, quantity=10)
        order.order_line.discount = 10
        self.assertOwes(ordered=900)
        self._bill(order, quantity=5)
        self.assertOwes(ordered=450, draft=450)

    def test_line_with_a_negative_price_is_taken_off(self):
        order = self._confirmed(1000)
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": -100,
                            "tax_ids": [],
                        }
                    )
                ]
            }
        )
        self.assertOwes(ordered=900)
        self._bill(order, post=True)
        self.assertOwes(receivable=900)

    def test_goods_invoiced_by_the_dozen_are_counted_by_the_piece(self):
        order = self._confirmed(2400, quantity=24)
        invoice = self._bill(order)
        invoice.invoice_line_ids.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "quantity": 1,
                "price_unit": 1200,
            }
        )
        self.assertOwes(ordered=1200, draft=1200)

    def test_order_that_is_rounded_as_a_whole_counts_as_it_says(self):
        """Three lines of 1.11 and 15 %: rounded by line 3.84, as a whole 3.83."""
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self._order(1.11, quantity=3)
        order.order_line.tax_ids = self.tax_sale_a
        for _line in range(2):
            order.order_line[0].copy({"order_id": order.id})
        order.action_confirm()
        self.assertEqual(order.amount_total, 3.83)
        self.assertOwes(ordered=3.83)

    # === Down payments === #

    def test_down_payment_is_owed_once(self):
        order = self._confirmed(1000, quantity=10)
        advance = self._bill_advance(order, 300)
        self.assertOwes(ordered=700, receivable=300)
        self._pay(advance)
        self.assertOwes(ordered=700)
        self._bill(order, post=True)
        self.assertOwes(receivable=700)

    def test_delivered_is_no_more_than_is_left_after_a_down_payment(self):
        order = self._confirmed(1000, product=self.product_delivered)
        order.order_line.qty_delivered = 1
        self.assertEqual(self._parts()["delivered"], 1000)
        self._pay(self._bill_advance(order, 300))
        self.assertOwes(ordered=700)
        self.assertEqual(self._parts()["delivered"], 700)

    def test_down_payment_in_draft_is_owed_once(self):
        order = self._confirmed(1000, quantity=10)
        self._bill_advance(order, 300).button_draft()
        self.assertOwes(ordered=700, draft=300)

    def test_cancelled_down_payment_is_owed_with_the_order_again(self):
        order = self._confirmed(1000, quantity=10)
        invoice = self._bill_advance(order, 300)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertOwes(ordered=1000)

    def test_down_payment_larger_than_the_first_delivery_makes_a_credit_note(self):
        """Odoo deducts all at once: 200 delivered less 300 are a credit of 100."""
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        self._pay(self._bill_advance(order, 300))
        order.order_line[0].qty_delivered = 2
        note = self._bill(order)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 100))
        self.assertOwes(ordered=700)
        note.action_post()
        self.assertOwes(ordered=800, receivable=-100)

    # === Paid in advance === #

    def test_paid_online_and_not_booked_yet_is_deducted(self):
        order = self._confirmed(1000)
        self._pay_online(order, 400)
        self.assertOwes(ordered=1000, prepaid=-400)

    def test_money_that_the_provider_holds_for_us_is_deducted(self):
        order = self._confirmed(1000)
        self._pay_online(order, 400, state="authorized")
        self.assertOwes(ordered=1000, prepaid=-400)
        self._bill(order, post=True)
        self.assertOwes(receivable=1000, prepaid=-400)

    def test_payment_that_failed_is_none(self):
        order = self._confirmed(1000)
        for state in ("draft", "pending", "cancel", "error"):
            self._pay_online(order, 100, state=state)
        self.assertOwes(ordered=1000)

    def test_what_is_paid_back_is_owed_again(self):
        order = self._confirmed(1000)
        paid = self._pay_online(order, 400)
        refund = paid._create_child_transaction(150, is_refund=True)
        self.assertOwes(ordered=1000, prepaid=-400)
        refund.state = "done"
        self.assertOwes(ordered=1000, prepaid=-250)

    def test_one_payment_for_two_orders_counts_once(self):
        orders = self._confirmed(1000) | self._confirmed(1000)
        payment = self._pay_online(orders[0], 2000)
        payment.sale_order_ids = orders
        self.assertOwes(ordered=2000, prepaid=-2000)

    def test_online_payment_that_is_booked_counts_once(self):
        order = self._confirmed(1000)
        paid = self._pay_online(order, 400)
        paid.payment_id = self._advance(400)
        self.assertOwes(ordered=1000, receivable=-400)

    def test_online_payment_whose_booking_was_cancelled_is_no_payment(self):
        order = self._confirmed(1000)
        paid = self._pay_online(order, 400)
        paid.payment_id = self._advance(400)
        paid.payment_id.action_draft()
        paid.payment_id.action_cancel()
        self.assertOwes(ordered=1000)

    # === What others add === #

    def test_another_addon_contributes_a_part(self):
        def parts(exposure, day):
            notes = SQL("SELECT file_id, 90 FROM debtor WHERE partner_id = %s", own)
            return [
                notes,
                SQL("SELECT file_id, 9 FROM debtor WHERE partner_id = %s", own),
            ]

        own = self.customer.id
        self._invoice(300)
        with patch.object(type(self.env["credit.exposure"]), "_exposure_parts", parts):
            self.assertOwes(receivable=300, other=99)
