from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestPosting(InvoiceCommon):
    """What a person posts: what was decided on goes, and the rest is asked."""

    # === WHAT AN ORDER'S DECISION COVERS === #

    def test_an_orders_invoice_is_posted_without_a_question(self):
        self.assertGoes(self._billed(900))

    def test_a_released_orders_invoice_is_posted_above_the_limit(self):
        self.assertGoes(self._released(5000))

    def test_what_an_order_covers_goes_though_the_customer_owes_too_much_now(self):
        draft = self._billed(900)
        self._invoice(500, late=90)
        self.assertGoes(draft)

    def test_bills_in_parts_are_covered_one_after_the_other(self):
        order = self._order(1000, quantity=10)
        order.action_confirm()
        order = order.sudo()
        first = order._create_invoices().with_user(self.biller)
        self._change(first, quantity=6)
        self.assertGoes(first)
        second = order._create_invoices().with_user(self.biller)
        self.assertEqual(second.amount_total, 400)
        self.assertGoes(second)

    def test_a_down_payment_and_the_rest_are_covered_by_one_decision(self):
        order = self._order(1000)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "fixed", "fixed_amount": 300}
        ).create_invoices()
        advance = order.sudo().invoice_ids.with_user(self.biller)
        self.assertGoes(advance)
        rest = order.sudo()._create_invoices(final=True).with_user(self.biller)
        self.assertEqual(rest.amount_total, 700)
        self.assertGoes(rest)

    def test_a_down_payment_that_is_credited_comes_back(self):
        order = self._order(1000)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "fixed", "fixed_amount": 300}
        ).create_invoices()
        advance = order.sudo().invoice_ids
        advance.action_post()
        advance._reverse_moves(cancel=True)
        rest = order.sudo()._create_invoices(final=True).with_user(self.biller)
        self.assertEqual(rest.amount_total, 1000)
        self.assertGoes(rest)

    # === WHAT NOBODY DECIDED ON === #

    def test_an_invoice_without_an_order_is_held_above_the_limit(self):
        draft = self._draft(5000)
        with self.assertStays(draft, "5,000.00 would be owed"):
            draft.action_post()
        self.assertFalse(self._on(draft))

    def test_within_the_limit_it_is_posted_and_recorded(self):
        draft = self._draft(1000)
        self.assertGoes(draft, "passed")
        decision = self._on(draft)
        self.assertEqual((decision.asked, decision.exposure), (1000, 0))
        self.assertEqual(decision.checkpoint, "invoice")

    def test_a_refusal_offers_to_ask_and_says_how_to_clear_it(self):
        draft = self._draft(1100)
        with self.assertRaises(RedirectWarning) as caught:
            draft.action_post()
        words, action, label = caught.exception.args[:3]
        self.assertEqual(label, "Ask for Release")
        self.assertEqual(action["context"], {"default_move_id": draft.id})
        self.assertIn("To clear the hold", words)
        self.assertIn("100.00 more credit limit", words)

    def test_several_at_once_are_refused_in_one_go_that_names_all(self):
        drafts = self._draft(700) + self._draft(1800) + self._draft(1900)
        with self.assertRaises(UserError) as caught:
            drafts.action_post()
        said = str(caught.exception)
        self.assertEqual(said.count("Credit holds"), 2)
        self.assertIn("Draft Invoice, Corner Shop, $\xa01,800.00", said)

    def test_readdressed_nobody_decided_on_it(self):
        free = self._customer("Free Shop")
        draft = self._billed(800, free)
        draft.sudo().partner_id = self.customer
        self._invoice(900)
        with self.assertStays(draft, "1,700.00 would be owed"):
            draft.action_post()

    def test_readdressed_to_who_has_no_file_and_pays_cash_only(self):
        self.company.credit_without_file = "cash"
        draft = self._billed(800)
        draft.sudo().partner_id = self._customer("Cash Shop")
        with self.assertStays(draft, "payment in advance only"):
            draft.action_post()

    def test_lines_that_are_typed_beside_an_orders_are_asked(self):
        draft = self._billed(900)
        added = {"name": "More", "price_unit": 500, "tax_ids": [Command.clear()]}
        draft.write({"invoice_line_ids": [Command.create(added)]})
        with self.assertStays(draft, "1,400.00 would be owed"):
            draft.action_post()
        self.file._grant(1400, reason="more")
        self.assertGoes(draft, "passed")
        self.assertEqual(self._on(draft).asked, 500)

    def test_a_raised_price_is_asked(self):
        draft = self._billed(900)
        self._change(draft, price_unit=1200)
        with self.assertStays(draft, "1,200.00 would be owed"):
            draft.action_post()

    def test_a_raised_quantity_is_asked(self):
        draft = self._billed(900)
        self._change(draft, quantity=2)
        with self.assertStays(draft, "1,800.00 would be owed"):
            draft.action_post()

    def test_lines_of_an_order_that_make_way_for_others_are_ordered_still(self):
        draft = self._billed(900)
        typed = {"name": "Other", "price_unit": 900, "tax_ids": [Command.clear()]}
        draft.write(
            {
                "invoice_line_ids": [
                    Command.delete(draft.invoice_line_ids.id),
                    Command.create(typed),
                ]
            }
        )
        with self.assertStays(draft, "1,800.00 would be owed"):
            draft.action_post()

    def test_a_line_that_takes_off_cannot_be_left_out(self):
        order = self._order(9000)
        off = {"product_id": self.product.id, "price_unit": -8500}
        off["tax_ids"] = [Command.clear()]
        order.write({"order_line": [Command.create(off)]})
        order.action_confirm()
        self.assertConfirmed(order)
        draft = order.sudo()._create_invoices().with_user(self.biller)
        self.assertEqual(draft.amount_total, 500)
        taken_off = draft.invoice_line_ids.filtered(lambda line: line.price_unit < 0)
        draft.write({"invoice_line_ids": [Command.delete(taken_off.id)]})
        with self.assertStays(draft, "9,000.00 would be owed"):
            draft.action_post()

    def test_a_policy_of_billing_that_changed_after_the_order(self):
        order = self._order(9000)
        gift = self._service("Gift", "order")
        off = {"product_id": gift.id, "price_unit": -8500, "tax_ids": [Command.clear()]}
        order.write({"order_line": [Command.create(off)]})
        order.action_confirm()
        self.assertConfirmed(order)
        draft = order.sudo()._create_invoices().with_user(self.biller)
        gift.invoice_policy = "delivery"
        taken_off = draft.invoice_line_ids.filtered(lambda line: line.price_unit < 0)
        draft.write({"invoice_line_ids": [Command.delete(taken_off.id)]})
        with self.assertStays(draft):
            draft.action_post()

    def test_a_line_of_quantity_zero_asks_once_it_has_one(self):
        order = self._order(900)
        nothing = {"product_id": self.product.id, "product_uom_qty": 0}
        nothing |= {"price_unit": 700, "tax_ids": [Command.clear()]}
        order.write({"order_line": [Command.create(nothing)]})
        order.action_confirm()
        draft = order.sudo()._create_invoices(final=True).with_user(self.biller)
        sold = order.order_line.filtered(lambda line: not line.product_uom_qty)
        added = sold.sudo()._prepare_invoice_line(quantity=1)
        draft.sudo().write({"invoice_line_ids": [Command.create(added)]})
        self.assertEqual(draft.amount_total, 1600)
        with self.assertStays(draft, "1,600.00 would be owed"):
            draft.action_post()

    def test_credited_and_billed_again_after_its_room_was_given_away(self):
        first = self._billed(900)
        first.action_post()
        first.sudo()._reverse_moves(cancel=True)
        other = self._order(900)
        other.action_confirm()
        self.assertConfirmed(other)
        order = self._order_of(first)
        again = self._draft(900, user=self.env.user)
        again.invoice_line_ids.sale_line_ids = order.sudo().order_line
        again = again.with_user(self.biller)
        with self.assertStays(again, "1,800.00 would be owed"):
            again.action_post()

    def test_credited_and_billed_again_within_the_room(self):
        first = self._billed(900)
        first.action_post()
        first.sudo()._reverse_moves(cancel=True)
        again = self._draft(900, user=self.env.user)
        again.invoice_line_ids.sale_line_ids = self._order_of(first).sudo().order_line
        self.assertGoes(again.with_user(self.biller), "passed")

    def test_posted_reset_raised_and_posted_again(self):
        draft = self._draft(900)
        self.assertGoes(draft, "passed")
        draft.button_draft()
        self._change(draft, price_unit=1900)
        with self.assertStays(draft, "1,900.00 would be owed"):
            draft.action_post()
        self._change(draft, price_unit=1000)
        self.assertGoes(draft, "passed")
        self.assertEqual(self._on(draft).previous_id.state, "superseded")

    def test_an_orders_invoice_reset_raised_and_posted_again(self):
        draft = self._billed(900)
        self.assertGoes(draft)
        draft.button_draft()
        self._change(draft, price_unit=1900)
        with self.assertStays(draft):
            draft.action_post()

    def test_of_two_drafts_of_one_order_the_second_has_what_the_first_left(self):
        order = self._order(1000, quantity=10)
        order.action_confirm()
        order = order.sudo()
        first = order._create_invoices()
        [line] = first.invoice_line_ids
        line.quantity = 4
        second = order._create_invoices()
        line.quantity = 10
        with self.assertStays(second):
            (first + second).with_user(self.biller).action_post()
        self.assertGoes(first.with_user(self.biller))
        with self.assertStays(second, "1,600.00 would be owed"):
            second.with_user(self.biller).action_post()

    # === TERMS === #

    def test_due_at_once_needs_no_credit(self):
        self.assertGoes(
            self._draft(5000, invoice_payment_term_id=self.now.id), "passed"
        )

    def test_due_at_once_waits_while_supply_is_stopped(self):
        self.file._stop_supply("person", "Cheques bounced")
        draft = self._draft(50, invoice_payment_term_id=self.now.id)
        with self.assertStays(draft, "Cheques bounced"):
            draft.action_post()

    def test_due_at_once_on_a_day_to_come_is_credit(self):
        day = self._tomorrow(20)
        terms = {"invoice_payment_term_id": self.now.id, "invoice_date": day}
        draft = self._draft(5000, **terms)
        with self.assertStays(draft):
            draft.action_post()

    def test_an_immediate_orders_invoice_with_time_to_pay_is_asked(self):
        draft = self._billed(5000, payment_term_id=self.now.id)
        self.company.credit_mode = "off"
        draft.sudo().invoice_payment_term_id = self.later
        self.company.credit_mode = "enforce"
        with self.assertStays(draft, "5,000.00 would be owed"):
            draft.action_post()
        draft.sudo().invoice_payment_term_id = self.now
        self.assertGoes(draft)

    def test_an_item_that_is_due_later_is_credit_from_then_on(self):
        draft = self._draft(5000, invoice_payment_term_id=self.now.id)
        self.assertGoes(draft, "passed")
        item = draft.line_ids.filtered(lambda line: line.date_maturity)
        with self.assertRaisesRegex(UserError, "5,000.00 would be owed"):
            with self.cr.savepoint():
                item.date_maturity = self._tomorrow(60)
        self.env.invalidate_all()
        self.file._grant(5000, reason="more")
        item.date_maturity = self._tomorrow(60)
        self.assertEqual((self._on(draft).asked, self._on(draft).cash), (5000, ""))

    # === WHAT IS NONE === #

    def test_credit_notes_bills_and_entries_are_never_held(self):
        self.file._stop_supply("person", "Cheques bounced")
        note = self._draft(5000, move_type="out_refund")
        bill = self._draft(5000, move_type="in_invoice")
        owed, sold = (
            self.company_data["default_account_receivable"],
            self.company_data["default_account_revenue"],
        )
        lines = [
            {"account_id": owed.id, "debit": 5000, "partner_id": self.customer.id},
            {"account_id": sold.id, "credit": 5000},
        ]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company.id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        for move in (note, bill, entry.with_user(self.biller)):
            self.assertGoes(move)
        self.assertEqual(self._exposure(), 0)

    def test_receipts_and_debit_notes_are_invoices(self):
        receipt = self._draft(5000, move_type="out_receipt")
        with self.assertStays(receipt):
            receipt.action_post()

    def test_customers_whom_nobody_checks_are_free(self):
        self.assertGoes(self._draft(5000, self._customer("Free Shop")))

    def test_a_contact_is_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.customer.id, "type": "invoice"}
        )
        with self.assertStays(draft := self._draft(5000, contact)):
            draft.action_post()

    def test_an_archived_file_is_none(self):
        self.file.active = False
        self.assertGoes(self._draft(5000))

    def test_an_invoice_without_a_customer_is_refused_by_odoo(self):
        draft = self._draft(5000)
        draft.partner_id = False
        with self.assertRaisesRegex(UserError, "Customer"):
            draft.action_post()

    # === MODES === #

    def test_observing_records_and_posts(self):
        self.company.credit_invoice_mode = "observe"
        draft = self._draft(5000)
        self.assertGoes(draft, "observed")
        self.assertFalse(self._on(draft).is_duty)

    def test_off_does_nothing(self):
        self.company.credit_invoice_mode = "off"
        self.assertGoes(self._draft(5000))

    def test_invoices_are_never_stricter_than_orders(self):
        self.company.credit_mode = "observe"
        self.assertGoes(self._draft(5000), "observed")

    def test_companies_begin_by_observing(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertEqual(company.credit_invoice_mode, "observe")

    # === FORMS === #

    def test_in_the_form_a_draft_says_what_credit_will(self):
        draft = self._draft(1100)
        with Form(draft.with_user(self.biller)) as form:
            self.assertIn("1,100.00 would be owed", form.credit_banner)
            self.assertEqual(form.credit_banner_level, "danger")
            self.assertFalse(form.credit_hold)

    def test_what_an_order_covers_says_nothing(self):
        draft = self._billed(900)
        self.assertFalse(draft.credit_banner)

    def test_the_wizard_that_validates_several_refuses_as_the_button_does(self):
        drafts = self._draft(1700) + self._draft(1800)
        wizard = self.env["validate.account.move"].with_user(self.biller)
        context = {"active_model": "account.move", "active_ids": drafts.ids}
        with self.assertRaisesRegex(UserError, "Credit holds"):
            wizard.with_context(**context).create({}).validate_move()
        with self.assertRaisesRegex(UserError, "Credit holds"):
            drafts.action_validate_moves_with_confirmation()
