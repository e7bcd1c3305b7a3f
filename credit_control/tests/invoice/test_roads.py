from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestRoads(InvoiceCommon):
    """Law: whatever road an invoice takes, no more stands on posted invoices than
    decisions, releases and payments gave.

    A road makes an invoice that nobody decided on above the limit of 1,000, and posts
    it; it may be refused, or leave a draft. None loses the draft, and each posts it
    once there is room.
    """

    def _posted(self):
        self.env.flush_all()
        invoices = self.env["account.move"].sudo()
        found = invoices.search(
            [
                ("partner_id", "child_of", self.customer.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_receipt")),
            ]
        )
        return sum(found.mapped("amount_residual"))

    def _walk(self, road):
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                road()
                self.env.flush_all()
        except (UserError, RedirectWarning):
            self.env.invalidate_all()

    def assertLaw(self, road, most=1000):
        self._walk(road)
        self.assertLessEqual(self._posted(), most)

    def assertRoad(self, road, draft):
        """The road ends before the limit, and beyond it once there is room."""
        self.assertLaw(road)
        self.assertEqual(draft.state, "draft")
        self.file._grant(9000, reason="more")
        road()
        self.assertEqual(draft.sudo().state, "posted")

    def _call(self, records, method, *args, **context):
        """As a remote client calls it."""
        model = records.env[records._name].with_user(self.biller)
        return call_kw(model, method, [records.ids, *args], {"context": context})

    # === ROADS THAT POST === #

    def test_the_button(self):
        draft = self._draft(5000)
        self.assertRoad(draft.action_post, draft)

    def test_the_action_of_the_list(self):
        draft = self._draft(5000)
        self.assertRoad(draft.action_validate_moves_with_confirmation, draft)

    def test_the_wizard_that_asks_once_more(self):
        draft = self._draft(5000)
        wizard = self.env["validate.account.move"].with_user(self.biller)
        values = {"move_ids": [Command.set(draft.ids)], "force_post": True}
        self.assertRoad(lambda: wizard.create(dict(values)).validate_move(), draft)

    def test_a_remote_call(self):
        draft = self._draft(5000)
        self.assertRoad(lambda: self._call(draft, "action_post"), draft)

    def test_a_remote_call_with_a_clever_context(self):
        draft = self._draft(5000)
        keys = {"credit_posted_by": "books", "move_reverse_cancel": True}
        keys |= {"skip_invoice_sync": True, "tracking_disable": True}
        self.assertRoad(lambda: self._call(draft, "action_post", **keys), draft)

    def test_a_state_that_is_written(self):
        draft = self._draft(5000)
        values = {"state": "posted", "name": "INV/FORGED/1"}
        self.assertLaw(lambda: self._call(draft, "write", values))
        self.assertEqual(draft.state, "draft")
        self.assertLaw(lambda: draft.sudo().write({"state": "posted"}))

    def test_a_state_that_is_written_with_what_it_is_about(self):
        rich = self._customer("Rich")
        self.env["credit.file"].create({"partner_id": rich.id})._grant(90000)
        draft = self._draft(5000, rich)
        values = {"state": "posted", "partner_id": self.customer.id}
        clever = {"skip_readonly_check": True}
        self.assertLaw(lambda: self._call(draft, "write", values, **clever))
        note = self._draft(-5000, move_type="out_refund")
        values = {"state": "posted", "move_type": "out_invoice"}
        self.assertLaw(lambda: self._call(note, "write", values))

    def test_an_entry_that_becomes_an_invoice(self):
        note = self._draft(5000, move_type="out_refund")
        note.action_post()
        with self.assertRaisesRegex(UserError, "cannot become an invoice"):
            self._call(note, "write", {"move_type": "out_invoice"})
        self.assertLaw(lambda: None)

    def test_receipts_of_one_order(self):
        line = self._order_of(self._billed(1000)).order_line
        goods = {"name": "Goods", "price_unit": 1000}
        links = [Command.set(line.ids)]
        for _each in range(3):
            draft = self._typed([goods], move_type="out_receipt")
            draft.sudo().invoice_line_ids.sale_line_ids = links
            self._walk(draft.action_post)
        self.assertLaw(lambda: None)

    def test_the_payment_of_another_customer(self):
        other = self._customer("Other")
        draft = self._draft(5000)
        payment = (
            self.env["account.payment"]
            .sudo()
            .create(
                {
                    "payment_type": "inbound",
                    "partner_id": other.id,
                    "amount": 5000,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
            )
        )
        payment.action_post()
        draft.sudo().matched_payment_ids = payment
        self.assertRoad(draft.action_post, draft)

    def test_a_posted_invoice_that_is_made(self):
        values = {"move_type": "out_invoice", "partner_id": self.customer.id}
        line = Command.create({"name": "Goods", "price_unit": 5000})
        values |= {"state": "posted", "invoice_line_ids": [line]}
        moves = self.env["account.move"].with_user(self.biller)
        self.assertLaw(lambda: moves.create(values))

    def test_a_posted_invoice_whose_lines_are_raised(self):
        draft = self._draft(900)
        draft.action_post()
        line = draft.invoice_line_ids
        for values in ({"price_unit": 5000}, {"quantity": 9}):
            self.assertLaw(lambda values=values: self._call(line, "write", values))
            command = Command.update(line.id, values)
            self.assertLaw(
                lambda command=command: draft.write({"invoice_line_ids": [command]})
            )
        added = Command.create({"name": "More", "price_unit": 5000})
        self.assertLaw(lambda: draft.write({"invoice_line_ids": [added]}))

    def test_the_cron(self):
        draft = self._draft(5000, auto_post="at_date").sudo()
        self.assertRoad(draft._post, draft)

    def test_a_copy_of_an_orders_invoice(self):
        billed = self._billed(900)
        billed.action_post()
        copy = billed.copy({"invoice_date": self.today})
        self.assertRoad(copy.action_post, copy)

    def test_a_credit_note_that_becomes_an_invoice(self):
        draft = self._draft(5000, move_type="out_refund")
        draft.action_switch_move_type()
        self.assertEqual(draft.move_type, "out_invoice")
        self.assertRoad(draft.action_post, draft)

    def test_credited_and_made_anew_by_the_wizard(self):
        billed = self._billed(900)
        billed.action_post()
        wizard = self.env["account.move.reversal"].with_user(self.biller)
        wizard = wizard.with_context(
            active_model="account.move", active_ids=billed.ids
        ).create({"journal_id": billed.journal_id.id})
        wizard.modify_moves()
        again = self._order_of(billed).sudo().invoice_ids
        again = again.filtered(lambda move: move.state == "draft")
        self.assertEqual(again.amount_total, 900)
        other = self._order(800)
        other.action_confirm()
        self.assertEqual(other.state, "draft")  # what is made anew counts at once
        self.assertGoes(again.with_user(self.biller), "passed")
        self.assertLaw(lambda: None)

    def test_a_down_payment_of_a_quotation(self):
        quotation = self._order(5000)
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=quotation.ids
        )

        def road():
            wizard.create(
                {"advance_payment_method": "fixed", "fixed_amount": 4000}
            ).create_invoices()
            drafts = quotation.sudo().invoice_ids.filtered(lambda m: m.state == "draft")
            drafts.with_user(self.biller).action_post()

        self.assertLaw(road)

    def test_another_company_of_the_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.customer.id}
        )
        draft = self._draft(5000, contact)
        self.assertRoad(draft.action_post, draft)

    def test_many_small_ones_in_one_go(self):
        drafts = self.env["account.move"].concat(*(self._draft(300) for _n in range(5)))
        self.assertLaw(drafts.action_post)
        for draft in drafts:
            self.assertLaw(draft.action_post)
        self.assertEqual(self._posted(), 0)  # all of them are counted, as drafts
        drafts[:2].unlink()
        for draft in drafts[2:]:
            self.assertLaw(draft.action_post)
        self.assertEqual(self._posted(), 900)

    def test_a_payment_registered_on_a_draft(self):
        draft = self._draft(5000)
        wizard = self.env["account.payment.register"].with_user(self.biller)
        wizard = wizard.with_context(
            active_model="account.move.line", active_ids=draft.line_ids.ids
        )
        self.assertLaw(
            lambda: wizard.create({"amount": 1}).action_create_payments(), most=1000
        )
        self.assertLaw(draft.action_post)
        self.assertEqual(draft.state, "draft")

    def test_a_draft_that_is_sent(self):
        draft = self._draft(5000)
        self.assertLaw(draft.action_invoice_sent)
        send = self.env["account.move.send.wizard"].with_user(self.biller)
        send = send.with_context(active_model="account.move", active_ids=draft.ids)
        self.assertLaw(lambda: send.create({}).action_send_and_print())
        self.assertEqual(draft.state, "draft")

    def test_another_currency_than_the_orders(self):
        coin = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        draft = self._billed(900)
        draft.currency_id = coin
        with self.assertStays(draft, "9,000.00 would be owed"):
            draft.action_post()

    def test_a_currency_without_a_rate(self):
        coin = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        draft = self._draft(1, currency_id=coin.id)
        coin.rate_ids.unlink()
        with self.assertStays(draft, "No exchange rate is known for EUR"):
            draft.action_post()

    # === OTHER COMPANIES === #

    def test_a_branch_counts_with_its_head_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.cr.precommit.run()  # loads the chart of accounts
        self.env.user.company_ids += branch
        self.biller.company_ids += branch
        draft = self._invoice(5000, post=False, company_id=branch.id)
        draft = draft.with_user(self.biller)
        self.assertEqual(draft.company_id, branch)
        self.assertRoad(draft.action_post, draft)

    def test_another_company_looks_after_itself(self):
        other = self.setup_other_company(name="Other")["company"]
        other.write({"credit_mode": "enforce", "credit_invoice_mode": "enforce"})
        draft = self._draft(5000, user=self.env.user, company_id=other.id)
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        self.assertFalse(self._on(draft))

    def test_a_group_of_companies_carries_it(self):
        holding = self._file(self._customer("Holding"), 2000)
        self.file.parent_id = holding
        self.file._grant(9000, reason="more")
        draft = self._draft(5000)
        with self.assertStays(draft, "group of Holding"):
            draft.action_post()
