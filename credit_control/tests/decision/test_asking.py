import json
import logging
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import (
    AccessError,
    LockError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestAsking(CreditCommon):
    """What a salesperson asks is seen by who decides, and neither writes over the
    other's words; a change that was refused is made once it is released."""

    def setUp(self):
        super().setUp()
        self.order = self._order(900, quantity=9)
        self.order.action_confirm()
        self.assertConfirmed(self.order)

    def _typed(self, order=None, user=None, quantity=30):
        """Type a higher quantity into the form, as a salesperson does.

        :return: the context in which the refusal opens its dialog
        """
        order = (order or self.order).with_user(user or self.salesman)
        values = {
            "order_line": [
                Command.update(order.order_line.id, {"product_uom_qty": quantity})
            ]
        }
        with (
            self.assertRaises(RedirectWarning) as refusal,
            self.env.cr.savepoint(),
        ):
            order.web_save(values, {"amount_total": {}})
        words, action, _button = refusal.exception.args[:3]
        self.assertIn("does not cover", words)
        self.assertEqual(action["res_model"], "credit.request")
        return json.loads(json.dumps(action["context"]))

    def _asked(self, context=None, user=None, reason="The season is early"):
        Request = self.env["credit.request"].with_user(user or self.salesman)
        context = context or self._typed()
        with Form(Request.with_context(**context)) as form:
            self.assertEqual(form.amount, 3000)
            form.reason = reason
        form.record.action_ask()
        return self._decision(self.order)

    def _held(self):
        return self.env["credit.decision"].search(
            [("order_id", "=", self.order.id), ("state", "=", "held")]
        )

    def _release(self, decision, user=None, **terms):
        own = decision.with_user(user or self.manager)
        own.action_release(**{"reason": "A guarantee came", **terms})

    def _notes(self, order):
        return " ".join(order.sudo().message_ids.mapped("body"))

    # === TWO REASONS === #

    def test_both_reasons_are_kept_and_shown(self):
        decision = self._asked()
        self.assertEqual(decision.asked_reason, "The season is early")
        self.assertFalse(decision.reason)
        context = decision.with_user(self.manager).action_ask_release()["context"]
        Dialog = self.env["credit.release"].with_user(self.manager)
        with Form(Dialog.with_context(**context)) as form:
            self.assertEqual(form.asked_reason, "The season is early")
            form.reason = "A guarantee came"
        form.record.action_release()
        self.assertEqual(decision.asked_reason, "The season is early")
        self.assertEqual(decision.reason, "A guarantee came")
        order = self.order.with_user(self.salesman)
        self.assertEqual(order.credit_reason_asked, "The season is early")
        self.assertEqual(order.credit_reason_given, "A guarantee came")

    def test_the_reason_outlives_a_decision_that_is_taken_again(self):
        decision = self._asked()
        self._invoice(500, late=45)
        self._retake()
        renewed = self._decision(self.order)
        self.assertNotEqual(renewed, decision)
        self.assertEqual(renewed.asked_reason, "The season is early")
        self.assertEqual(renewed.proposal, decision.proposal)

    def test_why_a_held_quotation_is_wanted_is_told_to_who_decides(self):
        order = self._order(1200)
        order.action_confirm()
        self.assertIn(" ask ", order.with_user(self.salesman).credit_steps)
        action = order.with_context(step="ask").action_credit_step()
        Request = self.env["credit.request"].with_user(self.salesman)
        with Form(Request.with_context(**action["context"])) as form:
            form.reason = "It will pay on Friday"
        form.record.action_ask()
        self.assertHeld(order)
        decision = self._decision(order)
        self.assertEqual(decision.asked_reason, "It will pay on Friday")
        self.assertEqual(order.credit_asked_reason, "It will pay on Friday")
        self.assertIn("It will pay on Friday", self._notes(order))
        asked = order.sudo().activity_ids.filtered(
            lambda each: each.user_id == self.manager
        )
        self.assertEqual(len(asked), 1)
        self.assertIn("It will pay on Friday", asked.note)

    # === WHAT WAS TYPED === #

    def test_what_was_typed_is_shown_and_written_on_release(self):
        decision = self._asked()
        self.assertEqual(self.order.amount_total, 900)
        words = decision.with_user(self.manager).proposed
        self.assertIn("Quantity 9 → 30", words)
        self._release(decision)
        self.assertEqual(self.order.order_line.product_uom_qty, 30)
        self.assertEqual(self.order.amount_total, 3000)
        self.assertEqual(decision.covered_amount, 3000)
        self.assertEqual(self._exposure(), 3000)
        self.assertEqual(self.order.order_line.write_uid, self.salesman)
        self.assertIn("raised as it was asked for", self._notes(self.order))

    def test_what_was_changed_stays_on_record(self):
        decision = self._asked()
        line = self.order.order_line
        self._release(decision)
        self.assertEqual(line.product_uom_qty, 30)
        decision.invalidate_recordset()
        words = decision.with_user(self.manager).proposed
        self.assertIn("Quantity 9 → 30", words)

    def test_a_line_that_went_is_named_on_record(self):
        line, product = self.order.order_line, self.product.id
        new = {"product_id": product, "product_uom_qty": 30, "price_unit": 100}
        zero = [1, line.id, {"product_uom_qty": 0, "name": "Other"}]
        self.order._credit_ask(3000, "please", {"order_line": [zero, [0, 0, new]]})
        decision = self._decision(self.order)
        name = line.name
        self.order.sudo().order_line.name = "Renamed"
        decision.invalidate_recordset()
        self.assertIn(name, decision.with_user(self.manager).proposed)

    def test_an_officers_activity_bears_the_reason_as_text(self):
        order = self._order(1200)
        order.action_confirm()
        order._credit_ask(1200, "<b>now</b> & here")
        notes = "".join(order.sudo().activity_ids.mapped(lambda a: a.note or ""))
        self.assertIn("&lt;b&gt;now", notes)
        self.assertNotIn("<b>now", notes)

    def test_what_leads_to_other_records_is_not_kept(self):
        """Odoo would write it in the name of who releases, or of the scheduler."""
        admin = self.env.ref("base.group_system").id
        me = self.salesman
        promote = [[1, me.id, {"group_ids": [[4, admin, 0]]}]]
        line = self.order.order_line
        order = self.order.with_user(me)
        for values in (
            {"message_partner_ids": [[1, me.partner_id.id, {"user_ids": promote}]]},
            {"tag_ids": [[0, 0, {"name": "x"}]]},
            {"order_line": [[1, line.id, {"invoice_lines": [[5, 0, 0]]}]]},
            {"order_line": [[1, line.id, {"tax_ids": [[0, 0, {"name": "x"}]]}]]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                order._credit_ask(3000, "please", values)
        typed = {"order_line": [[1, line.id, {"price_unit": 300, "move_ids": []}]]}
        action = order._credit_ask_action(2700, {**typed, "tag_ids": [[6, 0, []]]})
        kept = action["context"]["default_values"]
        self.assertEqual(kept, {"order_line": [[1, line.id, {"price_unit": 300}]]})

    def test_what_is_applied_is_written_by_who_asked_whoever_began(self):
        self._asked()
        held = self._held()
        seen = []
        write = type(self.order).write

        def spy(orders, values):
            if "order_line" in values:
                seen.append(orders.env.transaction.default_env.uid)
            return write(orders, values)

        with patch.object(type(self.order), "write", spy):
            held.with_user(self.manager).action_release(
                30000, reason="A guarantee came"
            )
        self.assertEqual(set(seen), {self.salesman.id})
        self.assertNotEqual(self.env.transaction.default_env.uid, self.salesman.id)

    # === WHO DECIDES DOES SO ON THE ORDER === #

    def test_who_may_release_does_so_on_the_order_and_asks_nobody(self):
        order = self._order(1200)
        order.action_confirm()
        own = order.with_user(self.manager)
        self.assertIn(" release ", own.credit_steps)
        self.assertIn(" reject ", own.credit_steps)
        self.assertNotIn(" ask ", own.credit_steps)
        self.assertNotIn(" ask ", self._decision(order).with_user(self.manager).steps)
        for user in self.salesman, self.officer:
            steps = order.with_user(user).credit_steps
            self.assertNotIn(" release ", steps)
            self.assertIn(" ask ", steps)
            denied = order.with_user(user).with_context(step="release")
            self.assertFalse(denied.action_credit_step())
        action = own.with_context(step="release").action_credit_step()
        Dialog = self.env["credit.release"].with_user(self.manager)
        with Form(Dialog.with_context(**action["context"])) as form:
            form.reason = "A guarantee came"
        form.record.action_release()
        self.assertConfirmed(order, "released")

    def test_a_raised_order_says_what_was_typed_and_who_decides(self):
        self.assertTrue(self.order.credit_askable)
        self._asked()
        order = self.order.with_user(self.salesman)
        self.assertIn("Quantity 9 → 30", order.credit_question)
        self.assertIn("it waits for", order.credit_question)
        self.assertIn(self.manager.name, order.credit_question)
        self.assertFalse(order.credit_askable)
        self.assertIn(" release ", order.with_user(self.manager).credit_steps)
        self.assertNotIn(" release ", order.credit_steps)
        self._held().with_user(self.manager).action_reject(reason="no")
        self.assertTrue(order.credit_askable)

    def test_a_held_order_says_for_whom_it_waits_once_asked(self):
        order = self._order(1200)
        order.action_confirm()
        self.assertIn("May be released by", order.credit_waits_for)
        order._credit_ask(1200, "please")
        order.invalidate_recordset()
        self.assertIn("it waits for", order.credit_waits_for)
        self.assertIn(self.manager.name, order.credit_waits_for)

    def test_who_may_not_grant_a_limit_reads_who_does(self):
        order = self._order(1200)
        order.action_confirm()
        told = "Limits are granted by"
        self.assertIn(told, order.with_user(self.salesman).credit_cures)
        self.assertNotIn(told, order.with_user(self.manager).credit_cures)

    def test_what_warns_is_set_apart_from_what_holds(self):
        rule = {"kind": "order_max", "threshold": 5, "action": "warn"}
        self.policy.rule_ids = [Command.create(rule)]
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order)
        first, second = decision.reasons.splitlines()
        self.assertNotIn("Also noticed", first)
        self.assertIn("Also noticed: The total of", second)
        self.assertNotIn("noticed", decision.holding_reasons)

    def test_a_refusal_is_logged_without_a_traceback(self):
        line = self.order.order_line
        typed = [Command.update(line.id, {"product_uom_qty": 30})]
        with self.assertRaises(RedirectWarning) as refusal, self.env.cr.savepoint():
            self.order.web_save({"order_line": typed}, {"amount_total": {}})
        self.assertEqual(refusal.exception.loglevel, logging.WARNING)

    def test_what_was_typed_is_not_written_when_it_is_rejected(self):
        self._asked().with_user(self.manager).action_reject(reason="no")
        self.assertEqual(self.order.amount_total, 900)
        self.assertIn("rejected by", self.order.credit_question)

    def test_an_order_that_changed_since_is_left_and_it_says_so(self):
        decision = self._asked()
        self.order.sudo().order_line.product_uom_qty = 10
        self.env.flush_all()
        self.assertEqual(
            decision.state, "held"
        )  # there was room, not for what is asked
        self.assertIn("asked for", self.order.credit_question)
        self._release(self._held())
        self.assertEqual(self.order.order_line.product_uom_qty, 10)
        self.assertIn("changed since", self._notes(self.order))
        # It may still be raised to what was released
        self.order.order_line.product_uom_qty = 30
        self.assertEqual(self.order.amount_total, 3000)

    def test_what_was_typed_is_written_by_the_rights_of_who_typed_it(self):
        decision = self._asked()
        self.order.sudo().user_id = self.officer
        self._release(decision)
        self.assertEqual(self.order.amount_total, 900)
        self.assertIn("could not be taken over", self._notes(self.order))

    def test_what_was_typed_goes_no_further_than_what_was_released(self):
        """A client sends more than the amount that it names."""
        line = self.order.order_line
        more = [Command.update(line.id, {"product_uom_qty": 90})]
        self.order._credit_ask(3000, "please", {"order_line": more})
        self._release(self._decision(self.order))
        self.assertEqual(self.order.amount_total, 900)
        self.assertIn("could not be taken over", self._notes(self.order))

    def test_what_nobody_can_write_releases_all_the_same(self):
        """Asked by a client, and gone or refused by Odoo when it is released."""
        line = self.order.order_line
        values = {"order_line": [[1, line.id, {"product_id": 2**31 - 1}]]}
        self.order._credit_ask(3000, "please", values)
        decision = self._decision(self.order)
        self.assertIsInstance(decision.proposed, str)
        with mute_logger("odoo.sql_db"):
            self._release(decision)
        self.assertEqual(decision.state, "released")
        self.assertEqual(self.order.amount_total, 900)
        self.assertNotIn("Error(", self._notes(self.order))

    def test_what_nobody_can_read_is_refused(self):
        line, other = self.order.order_line.id, self._order(50)
        for values in (
            5,
            {"order_line": 5},
            {"order_line": [[7]]},
            {"order_line": [[0, 0, 0]]},
            {"nonsense": 1},
            {"partner_id": "x"},
            {"partner_id": [1, "x"]},
            {"date_order": "soon"},
            {"note": ["x"]},
            {"tag_ids": [[6, 0, 5]]},
            {"order_line": [[1, "x", {}]]},
            {"order_line": [[1, 0, {"product_uom_qty": 1}]]},
            {"order_line": [[True, line, {}]]},
            {"order_line": [[0, 0, {"name": 5.5, "nonsense": 1}]]},
            {"order_line": [[0, 0, {"name": ["x"]}]]},
            {"order_line": [[0, 0, {"product_id": "x"}]]},
            {"order_line": [[1, line, {"product_uom_qty": []}]]},
            {"order_line": [[1, line, {"tax_ids": [[6, 0, ["x"]]]}]]},
            {"order_line": [[1, other.order_line.id, {"price_unit": 1}]]},
            {"order_line": [[2, other.order_line.id, 0]]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.order._credit_ask(3000, "please", values)

    def test_words_of_new_lines_and_lines_that_go(self):
        line = {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 5}
        line["technical_price_unit"] = 7  # which Odoo's form sends along
        values = {
            "order_line": [
                [0, "virtual_1", line],
                [2, self.order.order_line.id, False],
            ],
            "client_order_ref": "PO 7",
        }
        self.order._credit_ask(3000, "please", values)
        words = self._decision(self.order).proposed
        self.assertIn("+ Goods: Quantity: 2; Unit Price: 5\n", words)
        self.assertIn("− Goods", words)
        self.assertIn("PO 7", words)

    def test_each_field_that_would_change_is_named(self):
        line, tax = self.order.order_line, self.company_data["default_tax_sale"]
        values = {
            "product_uom_qty": 30,
            "product_id": self.product_delivered.id,
            "tax_ids": [[6, 0, tax.ids]],
        }
        values = {"order_line": [[1, line.id, values], [0, 0, {"name": "Extra"}]]}
        self.order._credit_ask(3000, "please", values)
        words = self._decision(self.order).with_user(self.manager).proposed
        self.assertIn("Quantity 9 → 30", words)
        self.assertIn("Goods on delivery", words)
        self.assertIn(tax.name, words)
        self.assertIn("+ Extra", words)

    def test_names_are_told_that_the_asker_may_read(self):
        secret = self._customer("Secret Shop", company_id=self._company_apart().id)
        self.order._credit_ask(3000, "please", {"partner_shipping_id": secret.id})
        words = self._decision(self.order).with_user(self.manager).proposed
        self.assertIn("Delivery Address", words)
        self.assertNotIn("Secret", words)

    def _company_apart(self):
        return self.env["res.company"].sudo().create({"name": "Apart"})

    # === CONFLICTS === #

    def test_a_conflict_is_never_taken_for_an_objection(self):
        decision = self._asked()
        met = LockError("somebody is at it")
        Line = self.registry["sale.order.line"]
        with (
            patch.object(Line, "write", side_effect=met, autospec=True),
            self.assertRaises(LockError),
            self.env.cr.savepoint(),
        ):
            self._release(decision)
        self._release(decision)
        self.assertEqual(self.order.amount_total, 3000)

    def test_a_client_that_is_no_form_is_refused_as_before(self):
        with self.assertRaises(ValidationError):
            self.order.order_line.product_uom_qty = 30
            self.env.flush_all()

    def test_a_change_that_raises_nothing_offers_nothing(self):
        """A release is asked for more than the present total: else it is a dead end."""
        other = self._customer("Other")
        self._file(other, 10)
        values = {"partner_invoice_id": other.id}
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.order.web_save(values, {"amount_total": {}})

    # === WHO MAY DECIDE === #

    def test_who_may_not_release_reads_why_and_who_may(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order)
        officer = decision.with_user(self.officer)
        self.assertFalse(officer.may_release)
        self.assertIn("Only a credit manager may release", officer.waits_for)
        self.assertIn(self.manager.name, officer.waits_for)
        self.assertIn(
            self.manager.name, order.with_user(self.salesman).credit_waits_for
        )
        order.sudo().user_id = self.manager
        manager = decision.with_user(self.manager)
        manager.invalidate_recordset()
        self.assertIn("yourself", manager.waits_for)

    def test_who_may_not_release_asks_who_may(self):
        order = self._order(1200)
        order.action_confirm()
        decision = self._decision(order)
        answer = decision.with_user(self.officer).action_remind()
        self.assertIn(self.manager.name, answer["params"]["message"])
        self.env.flush_all()
        told = self.env["mail.message"].search(
            [
                ("model", "=", "sale.order"),
                ("res_id", "=", order.id),
                ("author_id", "=", self.officer.partner_id.id),
            ]
        )
        self.assertIn(self.manager.partner_id, told.partner_ids)
        self._release(decision)
        with self.assertRaises(UserError):
            decision.with_user(self.officer).action_remind()

    def test_who_had_a_hand_in_it_is_not_told_after_days_either(self):
        order = self._order(1200)
        order.action_confirm()
        order.sudo().user_id = self.manager
        order.env.flush_all()  # as the salesperson: who writes has a hand in it
        self.env.cr.execute(
            "UPDATE credit_decision SET asked_on = asked_on - interval '30 days',"
            " create_date = create_date - interval '30 days' WHERE order_id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        order.sudo()._follow_waits("release")
        told = order.sudo().activity_ids.filtered("trade_wait").user_id
        self.assertIn(self.env.user, told)
        self.assertNotIn(self.manager, told)

    # === TOLD ONCE === #

    def test_an_order_says_why_it_is_held_once_beside_its_banner(self):
        order = self._order(1200)
        order.action_confirm()
        told = [*order.sudo().message_ids.mapped("body")]
        told += order.sudo().activity_ids.mapped("note")
        self.assertEqual(sum("would be owed" in (text or "") for text in told), 1)


@tagged("post_install", "-at_install")
class TestDecidingOnSeveral(CreditCommon):
    """Several held orders at once: what can be decided is, the rest is told."""

    def _held(self, amount=1200, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        self.assertHeld(order)
        return order

    def _dialog(self, decisions, method, user=None):
        own = decisions.with_user(user or self.manager)
        action = getattr(own, f"action_ask_{method}")()
        Dialog = self.env[action["res_model"]].with_user(user or self.manager)
        with Form(Dialog.with_context(**action["context"])) as form:
            form.reason = "season"
        return form.record

    def test_those_that_can_be_are_released_and_the_rest_is_listed(self):
        own = self._held(1300)
        good, grown = self._held(1200), self._held(1400)
        own = own.sudo()
        own.user_id = self.manager
        grown.sudo().order_line.price_unit = 5000
        self.env.flush_all()
        decisions = self._decision(good) | self._decision(own) | self._decision(grown)
        dialog = self._dialog(decisions, "release")
        self.assertIn(own.name, dialog.left_out)
        self.assertNotIn(good.name, dialog.left_out)
        action = dialog.action_release()
        self.assertEqual(action["res_id"], dialog.id)
        self.assertConfirmed(good, "released")
        self.assertHeld(own)
        self.assertHeld(grown)
        self.assertIn("yourself", dialog.left_out)
        self.assertIn("has changed", dialog.left_out)
        self.assertIn(f"/odoo/credit.decision/{decisions[1].id}", dialog.left_out)
        self.assertNotIn(good.name, dialog.left_out)

    def test_those_that_can_be_are_rejected_and_the_rest_is_listed(self):
        good, own = self._held(1200), self._held(1300).sudo()
        own.user_id = self.manager
        dialog = self._dialog(self._decision(good) | self._decision(own), "reject")
        dialog.action_reject()
        self.assertEqual(self._decision(good).state, "rejected")
        self.assertEqual(self._decision(own).state, "held")
        self.assertIn(own.name, dialog.left_out)

    def test_a_conflict_is_no_refusal(self):
        """All of it begins anew, instead of some being left out."""
        orders = self._held(1200) | self._held(1300)
        decisions = self._decision(orders[0]) | self._decision(orders[1])
        dialog = self._dialog(decisions, "release")
        met = LockError("somebody is at it")
        Decision = self.registry["credit.decision"]
        with (
            patch.object(Decision, "_set_released", side_effect=met),
            self.assertRaises(LockError),
            self.env.cr.savepoint(),
        ):
            dialog.action_release()
        dialog.action_release()
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_a_single_one_is_refused_as_before(self):
        own = self._held(1300)
        own.sudo().user_id = self.manager
        with self.assertRaises(AccessError):
            self._dialog(self._decision(own), "release").action_release()

    # === REJECTED === #

    def test_a_rejected_order_says_who_when_why_and_what_next(self):
        order = self._held()
        self._decision(order).with_user(self.manager).action_reject(reason="bankrupt")
        order = order.with_user(self.salesman)
        order.invalidate_recordset()
        self.assertTrue(order.credit_rejected)
        self.assertFalse(order.credit_hold)
        self.assertFalse(order.credit_banner)
        self.assertEqual(order.credit_status, "Credit rejected")
        self.assertIn(self.manager.name, order.credit_rejection)
        self.assertIn("bankrupt", order.credit_rejection)
        self.assertIn("confirm it again", order.credit_rejection)
        self.assertIn("1,000.00", order.credit_cures)
        view = self.env.ref("credit_control.view_sales_order_filter").arch
        self.assertIn('name="credit_rejected"', view)
        found = order.search(
            [("credit_outcome", "=", "rejected"), ("state", "in", ("draft", "sent"))]
        )
        self.assertIn(order, found)

    def test_a_rejection_ends_with_the_next_decision(self):
        order = self._held()
        self._decision(order).with_user(self.manager).action_reject(reason="no")
        order.order_line.price_unit = 100
        order.action_confirm()
        self.assertConfirmed(order)
        order.invalidate_recordset()
        self.assertFalse(order.credit_rejected)
        self.assertFalse(order.credit_status)

    def test_a_rejection_is_told_where_credit_is_enforced_only(self):
        order = self._held()
        self._decision(order).with_user(self.manager).action_reject(reason="no")
        self.company.credit_mode = "observe"
        order.invalidate_recordset()
        self.assertFalse(order.credit_rejected)
        self.assertFalse(order.credit_rejection)

    # === CURES === #

    def test_each_cure_opens_what_it_is_done_in(self):
        invoice = self._invoice(300, late=45)
        order = self._held(800)
        decision = self._decision(order)
        seen = decision.with_user(self.officer)
        link = f"/odoo/account.move/{invoice.id}"
        self.assertIn(link, seen.cures_shown)
        self.assertIn(" items ", seen.steps)
        self.assertIn(" file ", seen.steps)
        self.assertNotIn(" grant ", seen.steps)
        self.assertNotIn(" payment ", seen.steps)
        self.assertEqual(
            seen.with_context(step="items").action_step()["res_id"], invoice.id
        )
        self.assertFalse(seen.with_context(step="grant").action_step())
        manager = decision.with_user(self.manager)
        action = manager.with_context(step="grant").action_step()
        self.assertEqual(action["context"]["default_file_ids"], self.file.ids)
        self.assertEqual(action["context"]["default_amount"], 1100)
        self.assertEqual(
            manager.with_context(step="file").action_step()["res_id"], self.file.id
        )

    def test_an_accountant_registers_the_payment(self):
        invoice = self._invoice(300, late=45)
        order = self._held(800)
        self.officer.group_ids += self.env.ref("account.group_account_invoice")
        seen = self._decision(order).with_user(self.officer)
        self.assertIn(" payment ", seen.steps)
        action = seen.with_context(step="payment").action_step()
        self.assertEqual(action["res_model"], "account.payment.register")
        self.assertTrue(
            set(action["context"]["active_ids"]) <= set(invoice.line_ids.ids)
        )

    def test_a_salesperson_gets_no_link_to_what_they_may_not_read(self):
        invoice = self._invoice(300, late=45, invoice_user_id=self.manager.id)
        order = self._held(800).with_user(self.salesman)
        self.assertIn(invoice.name, order.credit_cures)
        self.assertNotIn("/odoo/account.move", order.credit_cures)
        self.assertNotIn(" items ", order.credit_steps)
        self.assertNotIn(" file ", order.credit_steps)
        self.assertIn(" ask ", order.credit_steps)
        self.assertFalse(order.with_context(step="items").action_credit_step())
        self.assertFalse(order.with_context(step="nonsense").action_credit_step())

    def test_a_cure_that_is_not_enough_says_what_it_clears(self):
        self._invoice(300, late=45)
        order = self._held(2000)
        self.assertRegex(order.credit_cures, r"clears “[^”]+” only")

    def test_a_foreign_invoice_is_named_in_its_own_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "rate": 0.5,
                "name": self.today - timedelta(days=400),
                "company_id": self.company.id,
            }
        )
        self._invoice(150, late=45, currency_id=euro.id)
        order = self._held(800)
        self.assertIn("150.00", order.credit_cures)
        self.assertIn("€", order.credit_cures)
        self.assertIn("300.00", order.credit_cures)
