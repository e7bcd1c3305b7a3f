from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.sale.models.sale_order import SaleOrder as OdoosOrder
from odoo.addons.trade_credit_base.tests.job.job_common import meeting, run_job

from ..common import CreditCommon

CRON = "credit_control.credit_decision_cron"
RELEASE = "credit_control.mail_activity_type_release"


@tagged("post_install", "-at_install")
class TestRelease(CreditCommon):
    """A held order waits, is seen, and is released, rejected or cured."""

    def _held(self, amount=1200, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        self.assertHeld(order)
        return order

    def _released(self, order, **terms):
        decision = self._decision(order).with_user(self.manager)
        return decision.action_release(**{"reason": "guarantee came", **terms})

    def _released_but_kept_waiting(self):
        """:return: a released quotation that another app did not let go yet"""
        order = self._held()
        with patch.object(OdoosOrder, "action_confirm", lambda orders: False):
            self._released(order)
        self.assertEqual(order.state, "draft")
        self.assertIn("once more", self._notes(order))
        return order

    def _triggers(self):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.env.ref(CRON).id)]
        )

    def _notes(self, order):
        return " ".join(order.sudo().message_ids.mapped("body"))

    # === ANOTHER APP HAS A QUESTION === #

    def test_a_release_that_is_kept_waiting_counts_on_its_day(self):
        order = self._released_but_kept_waiting()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_release_that_is_kept_waiting_ends_with_its_day(self):
        order = self._released_but_kept_waiting()
        self.env.cr.execute(
            "UPDATE credit_decision SET closed_on = closed_on - interval '2 days'"
            " WHERE order_id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        order.action_confirm()
        self.assertHeld(order)

    def test_a_release_that_is_kept_waiting_ends_where_supply_is_stopped(self):
        order = self._released_but_kept_waiting()
        self.file.sudo()._stop_supply("manual", "Fraud")
        order.action_confirm()
        self.assertHeld(order, "hold", "limit")

    # === IT WAITS, AND IS SEEN === #

    def test_salesman_sees_the_hold_in_list_form_and_kanban(self):
        shown = {
            "list": ["credit_hold", "credit_status"],
            "kanban": ["credit_hold"],
            "form": ["credit_hold", "credit_reasons", "credit_cures"],
        }
        Order = self.env["sale.order"].with_user(self.salesman)
        for xmlid in "sale.action_quotations_with_onboarding", "sale.action_orders":
            for view_id, view_type in self.env.ref(xmlid).sudo().views:
                arch = etree.fromstring(Order.get_view(view_id, view_type)["arch"])
                names = arch.xpath("//field/@name")
                for name in shown.get(view_type, []):
                    with self.subTest(action=xmlid, view=view_type, field=name):
                        self.assertIn(name, names)

    def test_hold_stays_a_quotation_with_reasons_and_cures_in_figures(self):
        self._invoice(300, late=45)
        order = self._held()
        self.assertEqual((order.state, order.credit_status), ("draft", "Credit hold"))
        self.assertIn("1,500.00", order.credit_reasons)  # would be owed
        self.assertIn("1,000.00", order.credit_reasons)  # is allowed
        self.assertIn("45", order.credit_reasons)  # days late
        self.assertIn("300.00", order.credit_cures)

    def test_salesman_and_releasers_are_told_on_the_order(self):
        order = self._held()
        activities = order.sudo().activity_ids
        release = self.env.ref(RELEASE)
        asked = activities.filtered(lambda a: a.activity_type_id == release)
        self.assertIn(self.manager, asked.user_id)
        self.assertNotIn(self.salesman, asked.user_id)
        own = activities.filtered(lambda a: a.user_id == self.salesman)
        self.assertIn("1,000.00", own.note)
        self.assertIn("Credit hold", self._notes(order))

    def test_who_looks_after_the_file_is_asked_alone(self):
        self.file.user_id = self.manager
        order = self._held()
        asked = order.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(RELEASE)
        )
        self.assertEqual(asked.user_id, self.manager)

    def test_managers_hear_of_what_is_held_long_and_no_more_once_it_is_decided(self):
        self.file.user_id = self.officer
        self._invoice(100, late=45)
        order = self._order(100)
        order.action_confirm()
        self.assertHeld(order, "overdue_days")
        order = order.sudo()
        self.company.trade_wait_days = 4
        for days, hears in ((0, False), (3, False), (4, True), (9, True)):
            with freeze_time(f"{self.today + timedelta(days)} 12:00:00"):
                self.env.invalidate_all()
                order._follow_all_waits(self.company)
            release = self.env.ref(RELEASE)
            asked = order.activity_ids.filtered(
                lambda each, kind=release: each.activity_type_id == kind
            )
            self.assertIn(self.officer, asked.user_id)
            self.assertEqual(self.manager in asked.user_id, hears, days)
        self._decision(order).with_user(self.officer).action_release(reason="known")
        order._follow_all_waits(self.company)
        self.assertFalse(
            order.activity_ids.filtered(
                lambda each: each.activity_type_id == self.env.ref(RELEASE)
            )
        )

    def test_who_stands_in_for_them_is_asked_while_they_are_away(self):
        self.file.user_id = self.manager
        self.manager.write(
            {
                "trade_substitute_id": self.env.user.id,
                "trade_away_from": self.today,
                "trade_away_until": self.today,
            }
        )
        order, release = self._held(), self.env.ref(RELEASE)
        activities = order.sudo().activity_ids
        asked = activities.filtered(lambda a: a.activity_type_id == release)
        self.assertEqual(asked.user_id, self.env.user)
        self.assertEqual(self._decision(order).sudo()._releasers(), self.env.user)

    def test_managers_who_were_added_stay_when_it_is_asked_again(self):
        officer = self._user("early", "credit_control.credit_group_officer")
        self.policy.rule_ids.authority = "officer"
        self.file.user_id = officer
        order, release = self._held(), self.env.ref(RELEASE)
        self.env.cr.execute(
            "UPDATE credit_decision SET asked_on = asked_on - interval '30 days'"
            " WHERE order_id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        order.sudo()._follow_waits("release")
        before = order.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == release
        )
        asked, words = before.user_id, set(before.mapped("summary"))
        self.assertLessEqual(officer | self.manager, asked)
        order._credit_ask(order.amount_total, "It is urgent")
        after = order.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == release
        )
        self.assertEqual(after.user_id, asked)
        self.assertEqual(set(after.mapped("summary")), words)
        self.assertIn("It is urgent", after[0].note)

    def test_who_works_in_a_branch_is_asked_about_its_orders_only(self):
        branch = self.env["res.company"].create(
            {"name": "North", "parent_id": self.company.id}
        )
        values = {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        self.manager.write(values)
        decision = self._decision(self._held())
        self.assertNotIn(self.manager, decision._releasers())
        decision.order_id.sudo().company_id = branch
        self.assertIn(self.manager, decision._releasers())

    def test_officer_who_looks_after_the_file_is_not_asked_what_he_may_not(self):
        self.file.user_id = self.officer
        order = self._held()
        asked = order.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(RELEASE)
        )
        self.assertIn(self.manager, asked.user_id)
        self.assertNotIn(self.officer, asked.user_id)

    def test_queue_lists_what_is_held_oldest_first(self):
        first, second, third = (self._held(amount) for amount in (1300, 1400, 1500))
        for days, order in (1, first), (9, second), (5, third):
            asked_on = fields.Datetime.now() - timedelta(days=days)
            self._decision(order).sudo().asked_on = asked_on
        queue = self.env.ref("credit_control.credit_decision_action_queue").sudo()
        Decision = self.env["credit.decision"].with_user(self.manager)
        arch = etree.fromstring(Decision.get_view(queue.views[0][0], "list")["arch"])
        listed = Decision.search(
            [("state", "=", "held"), ("file_id", "=", self.file.id)],
            order=arch.get("default_order"),
        )
        self.assertEqual(listed.order_id, second | third | first)
        self.assertEqual(listed.mapped("age"), [9, 5, 1])
        self.assertEqual(listed.mapped("order_amount"), [1400, 1500, 1300])
        names = arch.xpath("//field/@name")
        self.assertTrue({"age", "order_amount"} <= set(names))

    def test_queue_holds_neither_passed_nor_settled_orders(self):
        self._order(10).action_confirm()
        released, rejected, waiting = (self._held() for _each in range(3))
        self._released(released)
        self._decision(rejected).with_user(self.manager).action_reject(reason="no")
        queue = self.env.ref("credit_control.credit_decision_action_queue").sudo()
        self.assertEqual(queue.domain, "[('state', '=', 'held')]")
        listed = self.env["credit.decision"].search(
            [("state", "=", "held"), ("file_id", "=", self.file.id)]
        )
        self.assertEqual(listed.order_id, waiting)
        self.assertEqual(self.file.held_count, 1)

    def test_every_order_confirmed_or_held_has_a_decision_that_replays(self):
        orders = self._order(600) | self._order(600) | self._order(100)
        orders.action_confirm()
        for order in orders:
            decision = self._decision(order)
            self.assertEqual(decision.policy_version_id, self.policy.version_ids[:1])
            self.assertTrue(decision.facts)
            self.assertEqual(decision.action_replay()["params"]["type"], "success")

    def test_forged_facts_do_not_replay(self):
        decision = self._decision(self._held())
        decision.sudo().facts = {**decision.facts, "asked": 1}
        self.assertEqual(decision.action_replay()["params"]["type"], "danger")

    # === IT IS RELEASED === #

    def test_release_keeps_amount_day_reason_and_name(self):
        order = self._held()
        until = self.today + timedelta(days=30)
        self.assertIs(self._released(order, amount=1500, until=until), True)
        self.assertConfirmed(order, "released")
        decision = self._decision(order)
        self.assertRecordValues(
            decision,
            [
                {
                    "released_amount": 1500,
                    "released_until": until,
                    "reason": "guarantee came",
                    "released_by_id": self.manager.id,
                    "covered_amount": 1200,
                }
            ],
        )
        self.assertIn("guarantee came", self._notes(order))

    def test_released_order_takes_room_like_any_other(self):
        self._released(self._held(1200))
        self.assertEqual(self._exposure(), 1200)
        self._held(1)

    def test_dialog_releases_several_each_for_its_own(self):
        orders = self._held(1200) | self._held(1300)
        decisions = self._decision(orders[0]) | self._decision(orders[1])
        action = decisions.with_user(self.manager).action_ask_release()
        Dialog = self.env["credit.release"].with_user(self.manager)
        with Form(Dialog.with_context(**action["context"])) as form:
            form.reason = "season"
        form.record.action_release()
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])
        amounts = [self._decision(order).released_amount for order in orders]
        self.assertEqual(amounts, [1200, 1300])

    def test_dialog_proposes_the_amount_of_the_order(self):
        decision = self._decision(self._held())
        action = decision.with_user(self.manager).action_ask_release()
        Dialog = self.env["credit.release"].with_user(self.manager)
        with Form(Dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.amount, 1200)
            form.amount = 2000
            form.reason = "season"
        form.record.action_release()
        self.assertEqual(decision.released_amount, 2000)

    def test_release_covers_all_of_the_order(self):
        order = self._held()
        with self.assertRaises(UserError):
            self._released(order, amount=1199)
        self.assertHeld(order)

    def test_release_does_not_end_before_it_begins(self):
        order = self._held()
        with self.assertRaises(UserError):
            self._released(order, until=self.today - timedelta(days=1))
        self._released(order, until=self.today)
        self.assertConfirmed(order, "released")

    def test_release_is_given_once(self):
        order = self._held()
        self._released(order)
        with self.assertRaises(UserError):
            self._released(order)

    def test_order_raised_after_the_hold_has_to_be_asked_for_again(self):
        order = self._held()
        order.order_line.price_unit = 5000
        with self.assertRaises(UserError):
            self._released(order)
        order.action_confirm()
        self._released(order)
        self.assertConfirmed(order, "released")

    def test_order_cut_after_the_hold_is_released_as_it_is(self):
        order = self._held()
        order.order_line.price_unit = 1100
        self._released(order)
        self.assertConfirmed(order, "released")
        self.assertEqual(self._decision(order).covered_amount, 1100)

    def test_order_of_another_customer_meanwhile_is_not_released(self):
        order = self._held()
        other = self._customer("Somebody Else")
        self._file(other, 10)
        order.write({"partner_id": other.id, "partner_invoice_id": other.id})
        with self.assertRaises(UserError):
            self._released(order)
        self.assertEqual(order.state, "draft")

    def test_release_of_an_order_that_cannot_be_confirmed_is_undone(self):
        order = self._held()
        with self.assertRaises(UserError):
            order.sudo().state = "cancel"
            self._released(order)
        self.assertEqual(self._decision(order).state, "held")

    # === IT IS REJECTED === #

    def test_rejection_tells_the_salesman_why(self):
        order = self._held()
        decision = self._decision(order).with_user(self.manager)
        self.assertIs(decision.action_reject(reason="pays too late"), True)
        self.assertEqual(decision.state, "rejected")
        self.assertEqual(decision.rejected_by_id, self.manager)
        self.assertIn("pays too late", self._notes(order))
        told = order.sudo().message_ids.notified_partner_ids
        self.assertIn(self.salesman.partner_id, told)
        self.assertFalse(order.sudo().activity_ids)

    def test_rejection_needs_a_reason(self):
        order = self._held()
        with self.assertRaises(UserError):
            self._decision(order).with_user(self.manager).action_reject(reason=" ")
        self.assertHeld(order)

    def test_rejected_order_may_be_asked_for_again(self):
        order = self._held()
        rejected = self._decision(order)
        rejected.with_user(self.manager).action_reject(reason="no")
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertNotEqual(self._decision(order), rejected)
        self.assertEqual(rejected.state, "rejected")

    # === IT IS CURED === #

    def test_whatever_may_cure_wakes_the_job(self):
        invoice = self._invoice(500, late=45)
        self.file._stop_supply("manual", "late")
        going = self._order(1)
        going.sudo().action_confirm()
        self._released(going)
        self._held()
        causes = {
            "payment": lambda: self._pay(invoice),
            "payment on account": lambda: self._advance(10),
            "credit note": lambda: self._invoice(-10),
            "limit": lambda: self.file._grant(1001, reason="more"),
            "limit ended": lambda: self.file.limit_ids[:1].action_end(),
            "hold lifted": lambda: self.file.action_lift_hold(),
            "other order cancelled": lambda: going._action_cancel(),
            "policy": lambda: self.policy.rule_ids[0].unlink(),
            "setting": lambda: self.company.write({"credit_immediate_is_cash": False}),
        }
        for cause, happen in causes.items():
            before = self._triggers()
            happen()
            with self.subTest(cause=cause):
                self.assertGreater(self._triggers(), before)

    def test_job_is_due_at_once(self):
        self._held()
        self.file._grant(5000, reason="more")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref(CRON).id)], order="id desc", limit=1
        )
        self.assertLessEqual(trigger.call_at, fields.Datetime.now())

    def test_job_sleeps_where_nothing_waits(self):
        held = self.env["credit.decision"].search([("state", "=", "held")])
        held.sudo()._close("superseded")
        before = self._triggers()
        self._pay(self._invoice(100))
        self.file._grant(5000, reason="more")
        self.assertEqual(self._triggers(), before)

    def test_job_confirms_what_is_cured_and_tells_of_the_rest(self):
        self.company.credit_auto_confirm = True
        cured, still = self._held(1200), self._held(9000)
        self.file._grant(2000, reason="more")
        run = run_job(self, self.env.ref("credit_control.job_decision"))
        own = run.figure_ids.filtered(lambda each: each.company_id == self.company)
        self.assertEqual(
            {figure.code: figure.number for figure in own},
            {"decisions_retaken": 2, "orders_cured": 1},
        )
        self.assertConfirmed(cured)
        self.assertHeld(still, "limit")
        self.assertIn("2,000.00", still.credit_reasons)

    def test_what_fails_of_the_job_is_its_companys(self):
        order = self._held()
        decisions = self.env.registry["credit.decision"]
        with patch.object(decisions, "_retake", side_effect=UserError("No rate.")):
            run = run_job(self, self.env.ref("credit_control.job_decision"))
        self.assertIn(self.company, run.failure_ids.company_id)
        self.assertTrue(all(each.company_id for each in run.failure_ids))
        self.assertEqual(set(run.failure_ids.mapped("sentence")), {"No rate."})
        self.assertHeld(order)

    def test_the_job_that_meets_another_transaction_takes_orders_up_again(self):
        order = self._held()
        self.file._grant(2000, reason="more")
        with meeting(self, "credit.decision", "_retake", SerializationFailure()):
            run = run_job(self, self.env.ref("credit_control.job_decision"))
        self.assertFalse(run.failure_ids)
        self.assertFalse(order.credit_hold)

    def test_a_conflict_as_a_cured_order_confirms_is_no_objection(self):
        self.company.credit_auto_confirm = True
        order = self._held()
        self.file._grant(2000, reason="more")
        with meeting(self, "sale.order", "action_confirm", LockError("busy")):
            run_job(self, self.env.ref("credit_control.job_decision"))
        self.assertConfirmed(order)
        self.assertNotIn("Credit is cured, but", self._notes(order))

    def test_owner_is_told_of_a_cured_order(self):
        order = self._held()
        self.file._grant(2000, reason="more")
        self._retake()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.credit_hold)
        self.assertIn("can be confirmed now", self._notes(order))
        told = order.sudo().message_ids.notified_partner_ids
        self.assertIn(self.salesman.partner_id, told)
        self.assertFalse(order.sudo().activity_ids)

    def test_room_for_one_cures_one(self):
        first, second = self._held(), self._held()
        self.file._grant(1500, reason="a little more")
        self._retake()
        self.assertEqual(self._decision(first).state, "cured")
        self.assertHeld(second, "limit")

    def test_order_that_was_changed_does_not_confirm_itself(self):
        self.company.credit_auto_confirm = True
        order = self._held(1200)
        order.order_line.price_unit = 1900
        self.file._grant(2000, reason="more")
        self._retake()
        self.assertEqual(order.state, "draft")

    def test_cured_order_that_cannot_go_tells_why(self):
        self.company.credit_auto_confirm = True
        order, other = self._held(1200), self._held(1300)
        order.sudo().order_line.unlink()
        self.file._grant(9000, reason="more")
        self._retake()
        self.assertConfirmed(other)
        self.assertNotEqual(self._decision(order).state, "held")

    def test_lifted_hold_and_paid_items_cure_together(self):
        invoice = self._invoice(500, late=45)
        self.file._stop_supply("manual", "late")
        order = self._order(10)
        order.action_confirm()
        self.assertHeld(order, "hold", "overdue_days")
        self._pay(invoice)
        self._retake()
        self.assertHeld(order, "hold")
        self.file.with_user(self.officer).action_lift_hold()
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
