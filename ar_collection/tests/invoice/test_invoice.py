from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .invoice_common import OPEN, STEPS, InvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoice(InvoiceCommon):
    """Invoices of the corner shop, as the collector sees them."""

    def test_an_invoice_says_how_far_its_collection_is(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_open, 1000)
        self.assertEqual(seen.collection_overdue, 1000)
        self.assertEqual(seen.collection_days_late, 8)
        self.assertEqual(seen.collection_stage_id, self.stages["notice2"])
        self.assertEqual(seen.collection_stage_on, self.today)
        self.assertEqual(seen.collection_next_stage_id, self.stages["warning"])
        self.assertEqual(seen.collection_next_on, self.today + timedelta(7))
        self.assertEqual(seen.collection_case_id, self._case())
        self.assertFalse(seen.collection_promise_id or seen.collection_dispute_id)

    def test_an_entry_of_nobody_opens_and_has_nothing_open(self):
        entry = self.env["account.move"].create({"move_type": "entry"})
        self.assertFalse(entry.commercial_partner_id)
        self.assertEqual(entry.collection_open, 0)
        self.assertFalse(entry.collection_next_stage_id)

    def test_before_a_run_the_books_are_known_and_no_stage(self):
        invoice = self._invoice(1000, late=8)
        seen = self._seen(invoice)
        self.assertEqual((seen.collection_open, seen.collection_days_late), (1000, 8))
        self.assertFalse(seen.collection_stage_id or seen.collection_case_id)

    def test_what_the_next_run_finds_reached_is_for_today_until_it_has_been(self):
        self._invoice(500, late=1)
        self._run()
        later = self._invoice(700, late=3)
        self.env["collection.item"]._sync(self.company, self.today)
        seen = self._seen(later)
        self.assertEqual(seen.collection_next_stage_id, self.stages["notice"])
        self.assertEqual(seen.collection_next_on, self.today + timedelta(1))
        self.env["collection.run"].sudo().search([]).state = "waiting"
        self.assertEqual(self._seen(later).collection_next_on, self.today)

    def test_the_step_that_was_foreseen_is_the_one_that_is_taken(self):
        invoice = self._invoice(1000, late=-20)
        self._run()
        day = self.today
        for _step in range(5):
            with freeze_time(f"{day} 12:00"):
                seen = self._seen(invoice)
                stage, day = seen.collection_next_stage_id, seen.collection_next_on
            ahead = (day - self.today).days
            self.assertFalse(self._run(ahead - 1).line_ids)
            actions = self._run(ahead)
            took = actions.line_ids.filtered(lambda each: each.state == "due")
            self.assertEqual((took.item_id.move_id, took.stage_id), (invoice, stage))
            actions.state = "done"
        with freeze_time(f"{day} 12:00"):
            self.assertFalse(self._seen(invoice).collection_next_stage_id)

    def test_of_instalments_the_worst_and_the_earliest_say_it(self):
        invoice = self._instalments(1200, (-20, -3, 30, 60))
        self._run()
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_open, 1200)
        self.assertEqual(seen.collection_overdue, 600)
        self.assertEqual(seen.collection_days_late, 20)
        self.assertEqual(seen.collection_stage_id, self.stages["warning"])
        self.assertEqual(seen.collection_next_stage_id, self.stages["notice2"])
        self.assertEqual(seen.collection_next_on, self.today + timedelta(4))
        listed = seen.action_open_collection_items()["domain"]
        self.assertEqual(self.env["collection.item"].search_count(listed), 4)

    def test_of_a_paid_instalment_nothing_is_late(self):
        invoice = self._instalments(1200, (-20, -3, 30, 60))
        self._run()
        self._paid(invoice, self.today, 300)
        self.env["collection.item"]._sync(self.company, self.today)
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_open, 900)
        self.assertEqual(seen.collection_overdue, 300)
        self.assertEqual(seen.collection_days_late, 3)
        self.assertEqual(seen.collection_stage_id, self.stages["warning"])

    def test_money_that_nobody_matched_yet_is_taken_off_the_oldest(self):
        old, new = self._invoice(1000, late=20), self._invoice(500, late=8)
        self._received(1200, self.today)
        seen = self._seen(old | new)
        self.assertEqual(seen.mapped("collection_open"), [0, 300])
        self.assertEqual(seen.mapped("collection_days_late"), [0, 8])
        self.assertEqual(self._found([("collection_overdue", ">", 0)]), new)

    def test_money_dated_later_is_no_money_yet(self):
        invoice = self._invoice(1000, late=8)
        self._paid(invoice, self.today + timedelta(5))
        seen = self._seen(invoice)
        self.assertEqual((seen.collection_open, seen.collection_days_late), (1000, 8))

    def test_an_invoice_dated_later_is_open_and_not_late(self):
        day = self.today + timedelta(5)
        invoice = self._sold(400, day, day + timedelta(30))
        seen = self._seen(invoice)
        self.assertEqual((seen.collection_open, seen.collection_overdue), (400, 0))

    def test_a_credit_note_has_what_is_left_of_it_and_is_never_late(self):
        note = self._invoice(-300, late=8)
        seen = self._seen(note)
        self.assertEqual((seen.collection_open, seen.collection_days_late), (-300, 0))
        self.assertFalse(seen.collection_next_stage_id)
        self._invoice(200, late=8)
        self.assertEqual(self._seen(note).collection_open, -100)

    def test_a_receipt_is_collected_as_an_invoice_is(self):
        receipt = self._invoice(250, late=8, move_type="out_receipt")
        self._run()
        self.assertEqual(self._seen(receipt).collection_overdue, 250)
        self.assertTrue(self._seen(receipt).collection_stage_id)

    def test_a_paid_invoice_keeps_the_stage_that_it_reached(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        self._pay(invoice)
        self.env["collection.item"]._sync(self.company, self.today)
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_stage_id, self.stages["notice2"])
        self.assertFalse(seen.collection_open or seen.collection_next_stage_id)

    def test_a_vendor_bill_shows_nothing(self):
        self._invoice(100, late=8)
        self._run()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.shop.id,
                "invoice_date": self.today - timedelta(40),
                "invoice_date_due": self.today - timedelta(10),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Shelf", "price_unit": 90, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        values = self._seen(bill).read(
            [name for name in bill._fields if name.startswith("collection_")]
        )
        self.assertFalse(
            any(value for name, value in values[0].items() if name != "id")
        )

    def test_taken_back_it_shows_nothing_and_goes_on_once_it_is_posted_again(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        invoice.button_draft()
        seen = self._seen(invoice)
        self.assertFalse(seen.collection_open or seen.collection_stage_id)
        self.assertFalse(seen.collection_case_id)
        invoice.action_post()
        self.env["collection.item"]._sync(self.company, self.today)
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_open, 1000)
        self.assertEqual(seen.collection_stage_id, self.stages["notice2"])

    def test_readdressed_it_shows_no_promise_of_the_other_customer(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        self._case()._promise(400, self.today + timedelta(3))
        self.assertTrue(self._seen(invoice).collection_promise_id)
        other = self._customer("Other Shop")
        invoice.button_draft()
        invoice.partner_id = other
        invoice.action_post()
        self._run(1)
        seen = self._seen(invoice)
        self.assertFalse(seen.collection_promise_id)
        self.assertEqual(seen.collection_case_id.partner_id, other)
        self.assertEqual(seen.collection_open, 1000)

    def test_an_invoice_of_a_contact_is_its_companys(self):
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.shop.id}
        )
        invoice = self._invoice(1000, late=8, customer=clerk)
        self._run()
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_overdue, 1000)
        self.assertEqual(seen.collection_case_id.partner_id, self.shop)

    def test_an_archived_customer_owes_as_before(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        self.shop.active = False
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_overdue, 1000)
        self.assertTrue(seen.collection_stage_id and seen.collection_case_id)

    def test_what_is_owed_in_another_currency_is_shown_in_the_companys(self):
        currency = self.setup_other_currency(
            "EUR", rates=[(self.today - timedelta(60), 4.0)]
        )
        invoice = self._invoice(1000, late=8, currency_id=currency.id)
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_open, 250)
        self.assertEqual(
            seen._fields["collection_open"].get_currency_field(seen),
            "company_currency_id",
        )

    # === PROMISES, DISPUTES, LETTERS === #

    def test_the_promise_that_is_open_is_shown_and_then_the_last_one(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        late = self._case()._promise(600, self.today + timedelta(9))
        soon = self._case()._promise(400, self.today + timedelta(3))
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_promise_id, soon)
        self.assertEqual(seen.collection_promise_amount, 400)
        self.assertEqual(seen.collection_promise_date, self.today + timedelta(3))
        self.assertFalse(seen.collection_next_stage_id, "a promise stops the days")
        self.assertEqual(
            self._found([("collection_promise_id.state", "=", "open")]), invoice
        )
        soon.with_user(self.collector).action_cancel()
        self.assertEqual(self._seen(invoice).collection_promise_id, late)
        late.with_user(self.collector).action_cancel()
        self.assertEqual(self._seen(invoice).collection_promise_state, "cancelled")

    def test_a_dispute_is_found_until_it_is_resolved(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        reason = self.env["collection.reason"].search([], limit=1)
        item = self._case().item_ids
        dispute = self._case()._dispute(item, reason, amount=300)
        disputed = [("collection_dispute_id.state", "in", ("open", "valid"))]
        self.assertEqual(self._found(disputed), invoice)
        dispute.with_user(self.collector)._decide(False)
        self.assertFalse(self._found(disputed))
        self.assertEqual(self._seen(invoice).collection_dispute_state, "invalid")

    def test_the_last_letter_that_listed_it_is_shown(self):
        self.stages["notice2"].letter_kind = "notice2"
        self.stages["warning"].letter_kind = "warning"
        invoice = self._invoice(1000, late=8)
        actions = self._run()
        self.env["collection.letter"]._build(actions)
        actions.state = "done"
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_letter_kind, "notice2")
        self.env["collection.letter"]._build(self._run(7))
        seen = self._seen(invoice)
        self.assertEqual(seen.collection_letter_kind, "warning")
        listed = seen.action_open_collection_letters()["domain"]
        self.assertEqual(self.env["collection.letter"].search_count(listed), 2)

    def test_a_key_collection_marks_the_invoices_of_its_case(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        self._case().is_key = True
        self.assertTrue(self._seen(invoice).collection_is_key)
        self.assertEqual(
            self._found([("collection_case_id.is_key", "=", True)]), invoice
        )

    def test_what_nobody_chases_is_found(self):
        invoice, chased = self._invoice(1000, late=8), self._invoice(500, late=8)
        invoice.no_followup = True
        self._run()
        found = self._found([("collection_is_unchased", "=", True)])
        self.assertEqual(found, invoice)
        self.assertFalse(self._seen(invoice).collection_next_stage_id)
        self.assertTrue(self._seen(chased).collection_next_stage_id)

    # === LISTS === #

    def test_what_was_warned_is_found_by_each_procedures_own_warning(self):
        warned, noticed = self._invoice(1000, late=20), self._invoice(500, late=2)
        measured = self._invoice(700, late=40)
        self._run()
        found = self._found([("collection_stage_id.is_warned", "=", True)])
        self.assertEqual(found, warned | measured)
        found = self._found([("collection_stage_id.is_warned", "=", False)])
        self.assertEqual(found & (warned | measured | noticed), noticed)
        shown = (warned | measured | noticed).collection_stage_id.mapped("is_warned")
        self.assertEqual(sorted(shown), [False, True, True])

    def test_lists_are_sorted_grouped_and_summed(self):
        worst, bad = self._invoice(1000, late=20), self._invoice(500, late=2)
        good = self._invoice(300, late=-40)
        self._run()
        own = [("id", "in", (worst | bad | good).ids)]
        moves = self._seen(self.env["account.move"])
        by_days = moves.search(own, order="collection_days_late desc nulls last")
        self.assertEqual(by_days, worst | bad | good)
        groups = moves._read_group(
            own, ["collection_stage_id"], ["collection_open:sum", "__count"]
        )
        self.assertIn((self.stages["warning"], 1000, 1), groups)
        groups = moves._read_group(
            own, ["collection_next_on:day"], ["collection_days_late:max"]
        )
        self.assertIn((self.today + timedelta(10), 20), groups)
        self.assertIn((fields.Date.add(self.today, days=33), False), groups)

    def test_eighty_invoices_with_all_columns_take_a_fixed_number_of_statements(self):
        some = self._invoice(100) | self._invoice(101, late=1)
        more = some.browse().union(
            *(
                self._invoice(late, late=late, customer=self._customer(f"Shop {late}"))
                for late in range(1, 81)
            )
        )
        names = [*OPEN, *STEPS]
        self._run()
        self._statements(some, names)  # what rights and translations take once
        few = self._statements(some, names)
        self.assertLessEqual(self._statements(more, names), few)
        self.assertLess(few, 10)

    def _statements(self, moves, names):
        seen = self._seen(moves)
        seen.mapped("partner_id.name")
        before = self.cr.sql_log_count
        seen.read(names)
        return self.cr.sql_log_count - before

    def test_posting_asks_for_nothing_that_is_shown(self):
        invoice = self._invoice(1000, late=8)
        self._run()
        self._seen(invoice).read([*OPEN, *STEPS])
        asked, column = [], type(invoice)._shown_column

        def noted(moves, name, *args):
            asked.append(name)
            return column(moves, name, *args)

        with patch.object(type(invoice), "_shown_column", noted):
            self._invoice(500, late=8)
            invoice.button_draft()
            invoice.action_post()
            self.env.flush_all()
        self.assertFalse({*OPEN, *STEPS} & {*asked})

    def test_a_new_invoice_can_be_entered(self):
        form = Form(
            self.env["account.move"].with_context(default_move_type="out_invoice")
        )
        form.partner_id = self.shop
        with form.invoice_line_ids.new() as line:
            line.name = "Goods"
            line.price_unit = 100
        self.assertFalse(form.save().collection_stage_id)
