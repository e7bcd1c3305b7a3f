from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestSetAside(InvoiceCommon):
    """What is posted by itself waits where credit holds it, and goes once it may."""

    def _recurring(self, amount, customer=None, **values):
        return self._draft(amount, customer, auto_post="at_date", **values).sudo()

    def _cron(self):
        cron = self.env.ref("account.ir_cron_auto_post_draft_entry")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _ask(self, draft, reason="They pay on Friday"):
        dialog = self.env["credit.request"].with_user(self.biller)
        dialog = dialog.with_context(default_move_id=draft.id)
        with Form(dialog) as form:
            form.reason = reason
        form.record.action_ask()
        return self._on(draft)

    # === BY ITSELF === #

    def test_one_is_set_aside_and_all_others_are_posted(self):
        others = [self._customer(f"Shop {number}") for number in range(3)]
        free = [self._recurring(100, each) for each in others]
        held, small = self._recurring(5000), self._recurring(500)
        self._cron()
        self.assertEqual({each.state for each in (*free, small)}, {"posted"})
        self.assertEqual(held.state, "draft")
        decision = self._on(held)
        self.assertEqual((decision.state, decision.set_aside), ("held", True))
        self.assertTrue(held.credit_hold)
        asked = held.activity_ids.user_id
        self.assertIn(self.manager, asked)
        self.assertNotIn(self.biller, asked & self.manager)

    def test_it_is_posted_once_it_is_cured(self):
        held = self._recurring(5000)
        self._cron()
        self.file._grant(5000, reason="more")
        self._retake()
        self.assertEqual(held.state, "posted")
        self.assertFalse(held.activity_ids)
        self.assertEqual(self._on(held).state, "passed")
        states = self.env["credit.decision"].search([("move_id", "=", held.id)])
        self.assertNotIn("held", states.mapped("state"))

    def test_it_is_posted_once_it_is_released(self):
        held = self._recurring(5000)
        self._cron()
        decision = self._on(held)
        decision.with_user(self.manager).action_release(reason="insured")
        self.assertEqual(held.state, "posted")
        self.assertEqual(self._on(held), decision)
        self.assertEqual(decision.state, "released")
        self.assertFalse(held.activity_ids)

    def test_it_is_posted_as_well_by_a_person_who_may(self):
        held = self._recurring(5000)
        self._cron()
        self.file._grant(5000, reason="more")
        held.auto_post = "no"
        self.assertGoes(held.with_user(self.biller), "passed")
        self.assertFalse(held.activity_ids)

    def test_a_person_is_refused_what_was_set_aside_and_it_still_waits(self):
        held = self._recurring(5000)
        self._cron()
        with self.assertStays(held):
            held.with_user(self.biller).action_post()
        self.assertEqual(self._on(held).state, "held")

    def test_it_is_tried_again_each_day_and_told_once(self):
        held = self._recurring(5000)
        self._cron()
        told = held.activity_ids
        self._cron()
        self._cron()
        self.assertEqual(held.activity_ids, told)
        self.assertEqual(held.state, "draft")
        held_ones = [("move_id", "=", held.id), ("state", "=", "held")]
        self.assertEqual(self.env["credit.decision"].search_count(held_ones), 1)
        self.assertTrue(self._on(held).set_aside)

    def test_those_that_wait_leave_their_place_to_others(self):
        for _number in range(3):
            self._recurring(5000)
        self._cron()
        other = self._recurring(10, self._customer("Free Shop"))
        cron = type(self.env["ir.cron"])
        self.patch(cron, "_commit_progress", lambda *args, **values: 0)
        self.env["account.move"].sudo()._autopost_draft_entries(batch_size=1)
        self.assertEqual(other.state, "posted")

    def test_a_month_of_a_recurring_invoice_is_not_lost(self):
        held = self._recurring(5000, user=self.biller)
        held.auto_post = "monthly"
        self._cron()
        copies = [("auto_post_origin_id", "=", held.id), ("id", "!=", held.id)]
        self.assertFalse(self.env["account.move"].search(copies))
        self._on(held).with_user(self.manager).action_release(reason="insured")
        self.assertEqual(held.state, "posted")
        self.assertEqual(len(self.env["account.move"].search(copies)), 1)

    def test_methods_of_buttons_that_a_program_uses_set_aside(self):
        held = self._draft(5000).sudo()
        held.action_post()
        self.assertEqual((held.state, self._on(held).state), ("draft", "held"))

    def test_a_context_does_not_make_a_person_of_a_program(self):
        held = self._draft(5000).sudo()
        for key in ("credit_posted_by", "hand"):
            held.with_context(**{key: "books"}).action_post()
            self.assertEqual(held.state, "draft")
        own = held.with_user(self.biller).with_context(credit_posted_by="books")
        with self.assertStays(held):
            own.action_post()

    def test_what_is_taken_over_from_other_books_is_owed_already(self):
        draft = self._draft(5000)
        with draft._credit_by_books():
            draft._post()
        self.assertEqual(draft.state, "posted")

    def test_observing_sets_nothing_aside(self):
        self.company.credit_invoice_mode = "observe"
        draft = self._recurring(5000)
        self._cron()
        self.assertEqual((draft.state, self._on(draft).state), ("posted", "observed"))

    def test_what_waits_goes_where_the_company_only_observes_from_now_on(self):
        held = self._recurring(5000)
        self._cron()
        self.company.credit_invoice_mode = "observe"
        self._retake()
        self.assertEqual(held.state, "posted")

    # === ASKED === #

    def test_a_biller_asks_an_officer_releases_and_the_biller_posts(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        self.assertEqual((decision.state, decision.set_aside), ("held", False))
        self.assertEqual(decision.order_amount, 1500)
        self.assertEqual(decision.user_id, self.biller)
        self.assertTrue(draft.credit_hold)
        self.assertIn("They pay on Friday", draft.credit_asked_reason)
        decision.with_user(self.manager).action_release(reason="insured")
        self.assertEqual(draft.state, "draft")
        told = draft.message_ids.filtered(lambda m: "Post it once more" in m.body)
        self.assertIn(self.biller.partner_id, told.notified_partner_ids)
        self.assertGoes(draft, "released")
        self.assertFalse(draft.activity_ids)

    def test_a_release_lasts_until_it_is_posted(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        decision.with_user(self.manager).action_release(reason="insured")
        decision.sudo().closed_on = self._tomorrow(-30)
        self.assertGoes(draft, "released")

    def test_a_release_ends_with_its_last_day(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        decision.with_user(self.manager).action_release(
            until=self.today, reason="insured"
        )
        decision.sudo().released_until = self._tomorrow(-1)
        with self.assertStays(draft):
            draft.action_post()

    def test_a_release_covers_what_was_released_and_its_tolerance(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        decision.with_user(self.manager).action_release(reason="insured")
        self._change(draft, price_unit=1700)
        with self.assertStays(draft, "1,700.00 would be owed"):
            draft.action_post()
        self._change(draft, price_unit=1560)
        self.assertGoes(draft, "released")

    def test_a_release_is_for_one_customer(self):
        draft = self._draft(1500)
        self._ask(draft).with_user(self.manager).action_release(reason="insured")
        other = self._customer("Other Shop")
        self._file(other, 1000)
        draft.partner_id = other
        with self.assertStays(draft):
            draft.action_post()

    def test_a_release_does_not_cover_lines_that_take_an_orders_place(self):
        draft = self._billed(900)
        typed = {"name": "More", "price_unit": 600, "tax_ids": [Command.clear()]}
        draft.write({"invoice_line_ids": [Command.create(typed)]})
        decision = self._ask(draft)
        self.assertEqual((decision.asked, decision.order_amount), (600, 1500))
        decision.with_user(self.manager).action_release(reason="insured")
        sold = draft.invoice_line_ids.filtered("sale_line_ids")
        more = {"name": "Other", "price_unit": 900, "tax_ids": [Command.clear()]}
        draft.write(
            {"invoice_line_ids": [Command.delete(sold.id), Command.create(more)]}
        )
        with self.assertStays(draft, "2,400.00 would be owed"):
            draft.action_post()

    def test_supply_that_is_stopped_since_stops_what_was_released(self):
        draft = self._draft(1500)
        self._ask(draft).with_user(self.manager).action_release(reason="insured")
        self.file._stop_supply("person", "Cheques bounced")
        with self.assertStays(draft, "Cheques bounced"):
            draft.action_post()

    def test_a_changed_invoice_is_not_released_as_it_was(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        self._change(draft, price_unit=9000)
        with self.assertRaisesRegex(UserError, "changed since"):
            decision.with_user(self.manager).action_release(reason="insured")

    def test_there_is_nothing_to_ask_for_what_has_room(self):
        draft = self._draft(500)
        dialog = self.env["credit.request"].with_user(self.biller)
        asked = dialog.create({"move_id": draft.id, "reason": "please"})
        self.assertIn("simply go on", asked.action_ask()["params"]["message"])
        self.assertEqual(draft.state, "draft")

    def test_rejected_it_says_so_until_it_is_posted(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        decision.with_user(self.manager).action_reject(reason="Too much")
        self.assertTrue(draft.credit_rejected)
        self.assertIn("Too much", draft.credit_rejection)
        self.file._grant(5000, reason="more")
        self.assertGoes(draft, "passed")
        self.assertFalse(draft.credit_rejected)

    def test_cancelled_or_deleted_it_waits_for_nobody(self):
        draft = self._draft(1500)
        decision = self._ask(draft)
        draft.button_cancel()
        self.assertEqual(decision.state, "superseded")
        self.assertFalse(draft.activity_ids)
        other = self._draft(1500)
        decision = self._ask(other)
        other.unlink()
        self.assertEqual(decision.state, "superseded")

    # === WHO MAY === #

    def test_nobody_releases_what_they_entered(self):
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        draft = self._draft(1500, user=self.manager)
        decision = self._ask(draft)
        with self.assertRaisesRegex(AccessError, "yourself"):
            decision.with_user(self.manager).action_release(reason="mine")

    def test_nobody_releases_what_they_changed_be_it_by_leaving_a_line_out(self):
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        draft = self._typed(
            [
                {"name": "Goods", "price_unit": 1500},
                {"name": "Off", "price_unit": -100},
            ],
            invoice_payment_term_id=self.later.id,
        )
        off = draft.invoice_line_ids.filtered(lambda line: line.price_unit < 0)
        draft.with_user(self.manager).write(
            {"invoice_line_ids": [Command.delete(off.id)]}
        )
        decision = self._ask(draft)
        with self.assertRaisesRegex(AccessError, "yourself"):
            decision.with_user(self.manager).action_release(reason="mine")

    def test_an_officer_does_not_release_what_takes_a_manager(self):
        decision = self._ask(self._draft(1500))
        with self.assertRaises(AccessError):
            decision.with_user(self.officer).action_release(reason="no")
        with self.assertRaises(AccessError):
            decision.with_user(self.biller).action_release(reason="no")

    def test_a_biller_reads_the_words_and_no_records_of_credit(self):
        draft = self._draft(1500)
        self._ask(draft)
        self.assertIn("500.00 too much", draft.credit_reasons)
        self.assertIn("manager", draft.credit_waits_for)
        with self.assertRaises(AccessError):
            draft.credit_decision_ids.read(["facts"])
        with self.assertRaises(AccessError):
            draft.write({"credit_hand_ids": [Command.clear()]})
