from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.trade_credit_base.tests.job.job_common import meeting, run_job

from ...models.procedure.collection_procedure import QUIET
from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRun(CollectionCommon):
    """What a day's run finds due, and that it finds it once."""

    def test_an_item_steps_through_the_stages_day_by_day(self):
        invoice = self._invoice(100, late=-7)
        found = []
        for day in range(0, 40):
            for action in self._run(day):
                found.append((day - 7, action.stage_id.code))
            self._perform()
        self.assertEqual(
            found,
            [(-7, "reminder"), (1, "notice"), (7, "notice2"), (15, "warning")]
            + [(30, "measures")],
        )
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_without_letters_an_item_first_seen_late_takes_the_stage_of_its_age(self):
        invoice = self._invoice(100, late=100)
        actions = self._run()
        self.assertEqual(actions.stage_id.code, "measures")
        skipped = dict.fromkeys(("reminder", "notice", "notice2", "warning"), "skipped")
        self.assertEqual(
            self._steps(actions), {invoice.name: skipped | {"measures": "due"}}
        )

    def test_who_owes_nothing_net_is_left_alone(self):
        self._invoice(80, late=20)
        self._invoice(-80)
        self.assertFalse(self._run())
        case = self.env["collection.case"].search([("partner_id", "=", self.shop.id)])
        self.assertFalse(case)

    def test_credits_count_against_the_oldest_item_first(self):
        old = self._invoice(80, late=20)
        new = self._invoice(60, late=8)
        self._invoice(-100)
        actions = self._run()
        self.assertEqual(set(self._steps(actions)), {new.name})
        self.assertEqual(actions.amount, 40)
        self.assertNotIn(old.name, self._steps(actions))

    def test_what_is_paid_after_the_run_is_not_done(self):
        invoice = self._invoice(100, late=8)
        action = self._run()
        self._pay(invoice)
        self._perform()
        self.assertEqual(action.state, "settled")
        self.assertFalse(action.effect_ids)

    def test_no_second_step_while_the_first_did_not_get_through(self):
        self._invoice(100, late=1)
        action = self._run()
        broken = patch.object(
            type(self.env["collection.effect"]),
            "_effect_activity",
            side_effect=ValueError("no mail server"),
        )
        log = "odoo.addons.ar_collection.models.action.collection_effect"
        with broken, self.assertLogs(log, "WARNING"):
            self._perform()
        self.assertEqual((action.state, action.failure), ("failed", "no mail server"))
        self.assertFalse(self._run(6), "the second notice waits for the first")
        self._perform()
        self.assertEqual(action.state, "done")
        self.assertEqual(self._run(7).stage_id.code, "notice2")

    def test_a_reset_to_draft_leaves_its_trace_on_the_case(self):
        invoice = self._invoice(100, late=8)
        self._run()
        case = self.env["collection.case"].search([("partner_id", "=", self.shop.id)])
        invoice.button_draft()
        told = case.message_ids.mapped("body")
        self.assertTrue(any("set back to draft" in body for body in told))
        self.assertEqual(case.item_ids.state, "closed")
        self.assertTrue(case.action_ids.line_ids, "what was said stays on record")

    def test_a_write_past_the_button_leaves_the_same_trace(self):
        for day, state in enumerate(("draft", "cancel")):
            invoice = self._invoice(100, late=8)
            self._run(day)
            item = self.env["collection.item"].search([("move_id", "=", invoice.id)])
            case = item.case_id
            self.assertTrue(case)
            before = len(case.message_ids)
            invoice.write({"state": state})
            with self.subTest(state=state):
                self.assertEqual(len(case.message_ids), before + 1)
                self.assertIn("set back to draft", case.message_ids[0].body)
                self.assertEqual(item.state, "closed")

    def test_an_invoice_that_was_chased_can_be_edited_and_posted_again(self):
        invoice = self._invoice(100, late=8)
        action = self._run()
        self._perform()
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 130
        invoice.action_post()
        self._run(1)
        items = self.env["collection.item"].search([("move_id", "=", invoice.id)])
        opened = items.filtered(lambda item: item.state == "open")
        self.assertEqual(opened.residual, 130)
        due = action.line_ids.filtered(lambda line: line.state == "due")
        self.assertEqual(due.residual, 100, "what was said stays as it was said")

    def test_a_draft_that_was_chased_once_can_be_deleted(self):
        invoice = self._invoice(100, late=8)
        action = self._run()
        invoice.button_draft()
        invoice.name = False
        invoice.with_context(force_delete=True).unlink()
        self.assertFalse(invoice.exists())
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        self.assertTrue(all(action.line_ids.mapped("number")))

    def test_one_contact_a_customer_and_day_with_everything_in_it(self):
        self._invoice(100, late=1)
        self._invoice(50, late=-7)
        self._invoice(70, late=16)
        actions = self._run()
        self.assertEqual(len(actions), 1)
        self.assertEqual((actions.stage_id.code, actions.amount), ("warning", 220))

    def test_a_second_run_of_the_day_adds_nothing(self):
        self._invoice(100, late=1)
        actions = self._run()
        self._perform()
        self.assertEqual(self._run(), actions)
        self.assertEqual(len(actions.line_ids), 2)
        self.assertEqual(len(actions.effect_ids), 1)
        actions._perform()
        self.assertEqual(len(actions.effect_ids), 1)

    def test_instalments_are_items_of_their_own(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": days})
                    for days in (10, 40)
                ],
            }
        )
        invoice = self._invoice(
            100,
            invoice_date=self.today - timedelta(20),
            invoice_payment_term_id=term.id,
        )
        actions = self._run()
        due = actions.line_ids.filtered(lambda line: line.state == "due")
        self.assertEqual(
            (due.number, due.residual, due.days_late), (invoice.name, 50, 10)
        )

    def test_the_first_run_of_a_company_waits_for_a_person(self):
        self._invoice(100, late=8)
        run = self.env["collection.run"].sudo()._begin(self.company, self.today)
        self.assertEqual((run.state, len(run.action_ids)), ("waiting", 0))
        with self.assertRaises(AccessError):
            run.with_user(self.salesman).action_start()
        run.with_user(self.collector).action_start()
        self.assertEqual((run.state, len(run.action_ids)), ("planned", 1))
        self.assertEqual(run.started_by_id, self.collector)

    def test_small_balances_are_left(self):
        self.procedure.small_amount = 50
        self._invoice(49, late=8)
        self.assertFalse(self._run())
        self._invoice(10, late=1)
        self.assertTrue(self._run(1))

    def test_quiet_days_have_no_contact(self):
        self.procedure[QUIET[self.today.weekday()]] = True
        self._invoice(100, late=8)
        self.assertFalse(self._run())
        self.assertEqual(self._run(1).stage_id.code, "notice2")

    def test_no_more_contacts_a_week_than_the_procedure_allows(self):
        self.procedure.max_per_week = 1
        self._invoice(100, late=1)
        self._invoice(100, late=-5)
        self.assertTrue(self._run())
        self._perform()
        self.assertFalse(self._run(6), "the second notice and one week is not over")
        self.assertTrue(self._run(7))

    def test_the_company_takes_a_case_over_with_the_warning(self):
        self._invoice(100, late=8)
        self._run()
        self._perform()
        case = self.env["collection.case"].search([("partner_id", "=", self.shop.id)])
        self.assertEqual((case.user_id, case.company_level), (self.salesman, False))
        self._run(7)
        self._perform()
        self.assertEqual((case.user_id, case.company_level), (self.collector, True))

    def test_a_case_closes_when_nothing_is_late_any_more(self):
        invoice = self._invoice(100, late=8)
        self._run()
        self._perform()
        case = self.env["collection.case"].search([("partner_id", "=", self.shop.id)])
        self.assertEqual((case.state, case.overdue, case.days_late), ("open", 100, 8))
        self._pay(invoice)
        self._run(1)
        self.assertEqual((case.state, case.overdue), ("closed", 0))

    def test_planning_takes_the_same_statements_for_any_number_of_customers(self):
        runs = self.env["collection.run"].sudo()
        counts = []
        for number, customers in enumerate((1, 2, 40, 3)):
            for each in range(customers):
                self._invoice(100, 8, self._customer(f"Shop {number} {each}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run = runs._begin(self.company, self.today + timedelta(number))
            counts.append(self.env.cr.sql_log_count - before)
            if run.state == "waiting":
                run.with_user(self.collector).action_start()
            self.assertEqual(len(run.action_ids), customers)
            self._perform()
        self.assertEqual(counts[2], counts[3])

    def test_nobody_writes_or_deletes_what_was_done(self):
        self._invoice(100, late=8)
        action = self._run()
        for user in self.collector, self.env.ref("base.user_admin"):
            for record in action, action.line_ids[:1], action.case_id:
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"create_date": False})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()

    def test_whom_the_lot_leaves_alone_is_told_nothing_and_not_asked_again(self):
        self.stages["notice"].holdout_share = 100
        self._invoice(100, late=2)
        held_out = self._run()
        self.assertEqual(held_out.state, "held_out")
        self.assertEqual(held_out.amount, 100)
        states = self._steps(held_out).popitem()[1]
        self.assertEqual(states, {"reminder": "skipped", "notice": "held_out"})
        self.assertFalse(held_out.case_id.stage_id, "nothing was said")
        self.assertEqual(held_out.run_id.state, "done")
        self._perform()
        self.assertFalse(held_out.effect_ids)
        self.assertFalse(self._run(1))
        later = self._run(6)
        self.assertEqual(later.stage_id.code, "notice2", "the next stage draws anew")

    def test_about_the_share_is_held_out_and_the_preview_draws_the_same(self):
        self.stages["notice"].holdout_share = 50
        for number in range(60):
            self._invoice(100, late=2, customer=self._customer(f"Shop {number}"))
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        due = self.env["collection.run"]._due_sql(self.company, self.today)
        seen = {
            row[0]
            for row in self.env.execute_query(
                SQL("SELECT partner_id FROM (%s) AS due WHERE state = 'held_out'", due)
            )
        }
        actions = self._run()
        held_out = actions.filtered(lambda each: each.state == "held_out")
        self.assertEqual(set(held_out.partner_id.ids), seen)
        self.assertTrue(15 <= len(held_out) <= 45, len(held_out))

    def test_nothing_is_said_on_a_holiday(self):
        self.env["trade.holiday"].create(
            {"name": "Feast", "date": self.today, "company_id": self.company.id}
        )
        self._invoice(100, late=8)
        self.assertFalse(self._run())
        self.assertTrue(self._run(1))

    def test_what_was_planned_is_looked_up_for_its_own_customers_only(self):
        others = [self._customer(f"Shop {number}") for number in range(3)]
        invoices = [self._invoice(100, late=8, customer=each) for each in others]
        self._invoice(100, late=8)
        actions = self._run()
        for invoice in invoices:
            self._pay(invoice)
        first = actions.filtered(lambda each: each.partner_id == others[0])
        first._perform()
        items = self.env["collection.item"].search(
            [("partner_id", "in", [each.id for each in others])]
        )
        self.assertEqual(sorted(items.mapped("state")), ["closed", "open", "open"])
        (actions - first)._perform()
        self.assertEqual(set(items.mapped("state")), {"closed"})
        self.assertEqual(
            actions.filtered(lambda each: each.state == "done").partner_id, self.shop
        )

    def test_an_item_bears_the_number_of_the_invoice_that_was_posted_again(self):
        invoice = self._invoice(100, late=8)
        self._run()
        item = self.env["collection.item"].search([("move_id", "=", invoice.id)])
        invoice.button_draft()
        invoice.name = "REPOSTED-7"
        invoice.action_post()
        self._run(1)
        self.assertEqual(item.number, "REPOSTED-7")
        self.assertEqual(item.state, "open")

    def test_doing_more_takes_no_more_statements(self):
        counts = []
        for size in 3, 12:
            for number in range(size):
                self._invoice(100, late=8, customer=self._customer(f"{size} {number}"))
            actions = self._run(len(counts))
            self.assertEqual(len(actions), size)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            actions._perform()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(actions.mapped("state")), {"done"})
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    def test_what_was_on_hold_when_it_should_be_said_is_said_later(self):
        self._invoice(100, late=8)
        action = self._run()
        item = action.line_ids.item_id
        self.assertEqual(item.stage_id.code, "notice2")
        item.sudo().paused_since = self.today
        self._perform()
        self.assertEqual(action.state, "settled")
        self.assertFalse(item.stage_id, "nothing was said")
        self.assertFalse(item.case_id.stage_id)
        item.sudo().write({"paused_since": False, "paused_days": 1})
        again = self._run(1)
        self.assertEqual(again.stage_id.code, "notice2")
        due = again.line_ids.filtered(lambda line: line.state == "due")
        self.assertEqual(due.item_id, item)
        self._perform()
        self.assertEqual((again.state, item.stage_id.code), ("done", "notice2"))
        self.assertFalse(self._run(2))

    def test_of_two_items_the_one_that_was_paid_took_no_step(self):
        paid = self._invoice(100, late=8)
        self._invoice(50, late=8)
        action = self._run()
        self._pay(paid)
        self._perform()
        self.assertEqual(action.state, "done")
        states = {
            line.number: line.state
            for line in action.line_ids
            if line.state != "skipped"
        }
        self.assertEqual(states.pop(paid.name), "dropped")
        self.assertEqual(list(states.values()), ["due"])

    def test_a_first_run_that_nobody_let_go_waits_on_the_next_day_too(self):
        self._invoice(100, late=8)
        runs = self.env["collection.run"].sudo()
        first = runs._begin(self.company, self.today)
        second = runs._begin(self.company, self.today + timedelta(1))
        self.assertEqual(first, second, "it goes on waiting")
        self.assertEqual(second.state, "waiting")
        self.assertEqual(second.date, self.today + timedelta(1))
        self.assertFalse(second.action_ids)
        second.with_user(self.collector).action_start()
        self.assertTrue(second.action_ids)
        third = runs._begin(self.company, self.today + timedelta(2))
        self.assertNotEqual(third.state, "waiting")

    def test_one_company_that_cannot_be_collected_stops_no_other(self):
        self._invoice(100, late=8)
        run = self.env["collection.run"].sudo()
        other = self.env["res.company"].sudo().create({"name": "Other"})
        self.procedure.copy({"company_id": other.id, "is_default": True})
        begin = type(run)._begin

        def failing(records, company, day):
            if company == other:
                raise ZeroDivisionError
            return begin(records, company, day)

        with (
            patch.object(type(run), "_begin", failing),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1
            ),
            self.assertLogs("odoo.addons.trade_credit_base.models.job.trade_job"),
        ):
            run._cron_collect()
        self.assertTrue(run.search([("company_id", "=", self.company.id)]))

    def test_a_run_that_meets_another_transaction_is_taken_up_again(self):
        """It is no failure of the company, and nobody else repeats a scheduled job."""
        self._invoice(100, late=8)
        met = SerializationFailure("could not serialize access")
        with meeting(self, "collection.run", "_begin", met):
            run = run_job(self, self.env.ref("ar_collection.job_collection"))
        self.assertFalse(run.failure_ids)
        own = [("company_id", "=", self.company.id)]
        self.assertTrue(self.env["collection.run"].search(own))

    def test_an_action_that_somebody_holds_does_not_wait_for_tomorrow(self):
        self._invoice(100, late=8)
        action = self._run()
        cron = self.env.ref("ar_collection.collection_cron")
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        cron_kind, kind = type(self.env["ir.cron"]), type(action)
        with (
            patch.object(kind, "try_lock_for_update", lambda each, **_: each.browse()),
            patch.object(cron_kind, "_commit_progress", lambda *_a, **_k: 1),
        ):
            action._perform_planned()
        self.assertEqual(action.state, "planned")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers - woken)

    def test_an_effect_that_meets_another_transaction_is_not_noted_as_failed(self):
        self._invoice(100, late=8)
        action = self._run()
        effects = type(self.env["collection.effect"])
        met = SerializationFailure("could not serialize access")
        with (
            patch.object(effects, "_effect_activity", side_effect=met),
            self.assertRaises(SerializationFailure),
        ):
            action._perform()
        self.assertNotEqual(action.state, "failed")

    def test_an_effect_that_was_taken_off_the_stage_fails_nobody(self):
        self._invoice(100, late=8)
        action = self._run()
        action._effects_to_do()
        self.stages["notice2"].effect_ids.unlink()
        self._perform()
        self.assertEqual(action.state, "done")
