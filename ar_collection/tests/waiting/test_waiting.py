from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..measure.test_measure import MeasureCommon

WAITING = "odoo.addons.trade_credit_base.models.waiting.trade_waiting"


class WaitingCommon(MeasureCommon):
    """The shop of the measures, and what hangs on its case."""

    def _follow(self, days=0):
        """Let the scheduled job look at all that waits, some days later."""
        later = self.today + timedelta(days)
        with freeze_time(f"{later} 12:00:00"):
            self.env.invalidate_all()
            self.env["mail.activity"]._trade_stand_in()
            for model in self.env["trade.waiting"]._waiting_models():
                model._follow_all_waits(self.company)

    def _told(self, record, wait=None):
        """:return: logins of who has an open activity of ours, one by one"""
        domain = [
            ("res_model", "=", record._name),
            ("res_id", "in", record.ids),
            ("trade_wait", "=", wait) if wait else ("trade_wait", "!=", False),
        ]
        activities = self.env["mail.activity"].sudo().search(domain)
        return sorted(each.user_id.login for each in activities)


@tagged("post_install", "-at_install")
class TestWaiting(WaitingCommon):
    """Whatever waits for a person has an owner, an activity, a day on which managers
    hear of it, and ends by itself."""

    def test_a_letter_to_be_posted_is_put_to_the_collector_then_to_managers(self):
        self.stages["notice"].effect_ids = [
            Command.clear(),
            Command.create({"code": "letter"}),
        ]
        self.stages["notice"].letter_kind = "notice"
        shop = self._customer("By Post", street="1 Main Street", city="Town")
        self._invoice(70, late=2, customer=shop)
        run = self._run(1).run_id
        self._perform()
        delivery = (
            self.env["collection.delivery"]
            .sudo()
            .search([("partner_id", "=", shop.id)])
        )
        delivery._send_off()
        self.assertEqual((delivery.channel, delivery.state), ("post", "todo"))
        self._follow()
        self._follow()
        self.assertEqual(self._told(run, "post"), ["collector"])
        self._follow(9)
        self.assertIn("boss", self._told(run, "post"))
        delivery.with_user(self.collector).action_printed()
        self.assertFalse(self._told(run, "post"))

    def test_a_step_that_fails_each_day_is_put_to_the_collector_then_to_managers(self):
        shop = self._customer("Fails")
        self._invoice(70, late=2, customer=shop)
        action = self._run(1).filtered(lambda each: each.partner_id == shop)
        effects = type(self.env["collection.effect"])
        broken = patch.object(effects, "_effect_activity", side_effect=ValueError("x"))
        with broken, mute_logger("odoo.addons.ar_collection.models.action"):
            self._perform()
        self.assertEqual(action.state, "failed")
        self._follow()
        self.assertEqual(self._told(action.run_id, "failed"), ["collector"])
        self._follow(9)
        self.assertIn("boss", self._told(action.run_id, "failed"))
        self._perform()
        self._follow()
        self.assertFalse(self._told(action.run_id, "failed"))

    def test_a_proposal_is_put_to_managers_and_ends_when_it_is_decided(self):
        measure = self._propose()
        self.assertIn("boss", self._told(measure, "decide"))
        self.assertNotIn("collector", self._told(measure, "decide"))
        measure.with_user(self.boss)._reject("They will pay")
        self.assertFalse(self._told(measure))

    def test_managers_hear_of_what_only_some_may_decide_once_it_waited_long(self):
        self._authority(self.clerk)
        measure = self._propose()
        self.assertEqual(self._told(measure), ["clerk"])
        self._follow(6)
        self.assertEqual(self._told(measure), ["clerk"])
        self._follow(7)
        self.assertIn("boss", self._told(measure))
        self.company.trade_wait_days = 30
        self._follow(8)
        self.assertEqual(self._told(measure), ["clerk"])

    def test_an_approved_measure_and_a_write_off_wait_for_who_carries_them_out(self):
        measure, write_off = self._propose(), self._propose("write_off")
        (measure + write_off).with_user(self.boss).action_approve()
        self.assertEqual(self._told(measure), ["collector"])
        self.assertIn("clerk", self._told(write_off, "write_off"))
        measure.with_user(self.collector).action_carry_out()
        self.assertFalse(self._told(measure))

    def test_a_dispute_is_put_to_who_may_decide_on_it(self):
        item, reason = self._item(self.old), self.env.ref("ar_collection.reason_cash")
        case = self.case.with_user(self.collector)
        dispute = case._dispute(item, reason)
        told = self._told(self.case, "dispute")
        self.assertNotIn("collector", told, "they raised it")
        self.assertIn("boss", told)
        dispute.with_user(self.boss)._decide(False)
        self.assertFalse(self._told(self.case, "dispute"))

    def test_a_hand_over_and_statements_wait_for_who_made_them(self):
        handover = (
            self.env["collection.handover"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "from_id": self.salesman.id,
                    "to_id": self.user.id,
                    "date": self.today,
                    "figures_on": self.today,
                }
            )
        )
        statements = self.env["collection.statement"].with_user(self.collector)
        made = statements._make(self.company, self.today)
        self._follow()
        self.assertEqual(len(self._told(handover)), 1)
        self.assertEqual(self._told(made.sorted("id")[0]), ["collector"])
        made.sudo().write({"waits": True})
        self._follow()
        self.assertFalse(self._told(made))

    def test_what_waits_has_one_activity_a_person_whatever_happens(self):
        measure = self._propose()
        activity = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", measure._name), ("res_id", "=", measure.id)],
                limit=1,
            )
        )
        told = self._told(measure)
        activity.copy({"trade_wait": "decide"})
        self.assertGreater(len(self._told(measure)), len(told))
        self._follow()
        self.assertEqual(self._told(measure), told)


@tagged("post_install", "-at_install")
class TestEnding(WaitingCommon):
    """When the reason ends, so does the activity."""

    def _steps(self, record):
        return self._told(record, "step")

    def test_paid_means_nothing_to_check_any_more(self):
        self._perform()
        self.assertTrue(self._steps(self.case))
        self._pay(self.old + self.new)
        self._follow()
        self.assertFalse(self._told(self.case))

    def test_a_customer_has_one_activity_of_a_stage(self):
        soon = self._customer("Soon")
        self._invoice(10, late=-8, customer=soon)
        self._invoice(20, late=-9, customer=soon)
        for day in 1, 2:
            self._run(day)
            self._perform()
        given = self.env["collection.effect"].search([("activity_id", "!=", False)])
        given = given.filtered(lambda each: each.action_id.partner_id == soon)
        self.assertEqual(len(given), 2)
        self.assertEqual(len(self._steps(soon)), 1)

    def test_it_goes_on_while_one_of_its_items_is_owed(self):
        soon = self._customer("Soon")
        first = self._invoice(10, late=-7, customer=soon)
        second = self._invoice(20, late=-7, customer=soon)
        self._run(1)
        self._perform()
        self._pay(first)
        self._follow()
        self.assertEqual(len(self._steps(soon)), 1)
        self._pay(second)
        self._follow()
        self.assertFalse(self._steps(soon))

    def test_a_closed_case_keeps_what_people_planned_themselves(self):
        self._perform()
        self.case.with_user(self.collector).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.collector.id
        )
        own = self.case.sudo().activity_ids.filtered(lambda each: not each.trade_wait)
        own.automated = False
        own += own.copy({"automated": True})  # of another app
        own[:1].copy({"automated": True, "trade_wait": "step"})  # of nothing any more
        self._pay(self.old + self.new)
        self._run(1)
        self._follow()
        self.assertEqual(self.case.state, "closed")
        self.assertEqual(self.case.sudo().activity_ids, own)

    def test_money_makes_the_job_look(self):
        self._perform()
        cron = self.env.ref("trade_credit_base.waiting_cron")
        trigger = self.env["ir.cron.trigger"].sudo()
        trigger.search([("cron_id", "=", cron.id)]).unlink()
        self._pay(self.old)
        (asked,) = trigger.search([("cron_id", "=", cron.id)])
        self.assertGreater(asked.call_at, fields.Datetime.now() + timedelta(minutes=9))
        self._pay(self.new)
        self.assertEqual(trigger.search([("cron_id", "=", cron.id)]), asked)
        asked.call_at = fields.Datetime.now()  # may be over before this is written
        self._pay(self._invoice(5))
        self.assertEqual(trigger.search_count([("cron_id", "=", cron.id)]), 2)


@tagged("post_install", "-at_install")
class TestWhose(WaitingCommon):
    """A task goes to somebody who is there and may open what it is about."""

    def test_it_follows_the_case_to_its_new_owner(self):
        self._perform()
        self.assertEqual(self._told(self.case, "step"), ["salesman"])
        self.case.sudo().user_id = self.user
        self.assertEqual(self._told(self.case, "step"), ["desk"])

    def test_what_a_seller_had_to_do_goes_on_when_they_leave(self):
        leaving = {
            "archived": lambda user: user.action_archive(),
            "written": lambda user: user.write({"active": False}),
        }
        shops = {}
        for login in leaving:
            seller = self._user(login, "base.group_user")
            shops[seller] = self._customer(login, user_id=seller.id)
            self._invoice(10, late=-7, customer=shops[seller])
        self._run(1)
        self._perform()
        for seller, shop in shops.items():
            with self.subTest(seller.login):
                self.assertEqual(self._told(shop), [seller.login])
                leaving[seller.login](seller)
                self.assertEqual(self._told(shop), ["collector"])

    def test_no_task_goes_to_who_left_or_to_the_system(self):
        self.salesman.active = False
        self.company.collection_collector_id = False
        soon = self._customer("Soon")
        self._invoice(10, late=-7, customer=soon)
        self._run(1)
        self._perform()
        (login,) = self._told(soon)
        self.assertNotIn(login, ("salesman", "__system__"))

    def test_a_substitute_has_it_as_long_as_the_owner_is_away(self):
        other = self._user("stand_in", "ar_collection.collection_group_collector")
        measure = self._propose()
        measure.with_user(self.boss).action_approve()
        self.collector.write(
            {
                "trade_substitute_id": other.id,
                "trade_away_from": self.today + timedelta(1),
                "trade_away_until": self.today + timedelta(3),
            }
        )
        for days, login in ((0, "collector"), (1, "stand_in"), (4, "collector")):
            self._follow(days)
            self.assertEqual(self._told(measure), [login], days)

    def _away(self, user, substitute, start, end):
        user.write(
            {
                "trade_substitute_id": substitute.id,
                "trade_away_from": self.today + timedelta(start),
                "trade_away_until": self.today + timedelta(end),
            }
        )

    def test_what_was_given_once_goes_to_the_substitute_and_back(self):
        other = self._user("stand_in", "ar_collection.collection_group_user")
        self._perform()
        self._away(self.salesman, other, 1, 3)
        for days, login in ((0, "salesman"), (1, "stand_in"), (4, "salesman")):
            self._follow(days)
            self.assertEqual(self._told(self.case, "step"), [login], days)

    def test_what_is_given_during_an_absence_goes_back_too(self):
        other = self._user("stand_in", "ar_collection.collection_group_user")
        self._away(self.salesman, other, 0, 3)
        self._perform()
        self.assertEqual(self._told(self.case, "step"), ["stand_in"])
        self._follow(4)
        self.assertEqual(self._told(self.case, "step"), ["salesman"])

    def test_what_somebody_gave_to_a_third_stays_there(self):
        other = self._user("stand_in", "ar_collection.collection_group_user")
        self._away(self.salesman, other, 0, 3)
        self._perform()
        activities = self.case.sudo().activity_ids
        activities.filtered(lambda each: each.trade_wait == "step").user_id = self.user
        self._follow(4)
        self.assertEqual(self._told(self.case, "step"), ["desk"])

    def test_who_may_not_open_the_case_stands_in_for_nobody(self):
        other = self._user("stranger", "base.group_user")
        self._away(self.salesman, other, 0, 3)
        self._perform()
        self._follow()
        self.assertEqual(self._told(self.case, "step"), ["salesman"])

    def test_a_substitute_decides_where_they_have_the_authority_too(self):
        other = self._user("stand_in", "ar_collection.collection_group_user")
        self._authority(self.clerk)
        measure = self._propose()
        self._away(self.clerk, other, 0, 3)
        self._follow()
        self.assertEqual(self._told(measure), ["clerk"], "the other has none")
        tier = self.env["collection.measure.authority"].search([])
        tier.user_ids += other
        self._follow()
        self.assertEqual(self._told(measure), ["stand_in"])
        self._follow(4)
        self.assertEqual(self._told(measure), ["clerk", "stand_in"])

    def test_all_that_was_given_follows_the_case_to_its_new_owner(self):
        case, item = self.case.with_user(self.collector), self._item(self.old)
        promise = case._promise(100, self.today + timedelta(1), item)
        promise.sudo()._alert_broken(self.today)
        measure = self._propose()
        measure.with_user(self.boss).action_approve()
        self.assertEqual(self._told(self.case, "promise"), ["salesman"])
        self.case.sudo().user_id = self.collector
        self.assertEqual(self._told(self.case, "promise"), ["collector"])
        self.case.sudo().user_id = self.boss
        self.assertEqual(self._told(self.case, "promise"), ["boss"])
        self.assertEqual(self._told(measure), ["boss"])

    def test_collectors_inherit_what_is_about_debts_and_nothing_else(self):
        heirs = self.company._trade_heirs
        self.assertIn(self.collector, heirs(self.case))
        self.assertIn(self.collector, heirs(self.shop))
        self.assertFalse(heirs(self.company_data["default_journal_bank"]))

    def test_a_substitute_gets_no_right(self):
        measure = self._propose()
        measure.with_user(self.boss).action_approve()
        self.collector.write(
            {
                "trade_substitute_id": self.salesman.id,
                "trade_away_from": self.today,
                "trade_away_until": self.today,
            }
        )
        self._follow()
        self.assertEqual(self._told(measure), ["collector"])
        with self.assertRaises(AccessError):
            measure.with_user(self.salesman).action_carry_out()

    def test_users_say_themselves_who_stands_in(self):
        me = self.collector.with_user(self.collector)
        with Form(me, view="base.view_users_form_simple_modif") as form:
            form.trade_away_from = self.today
            form.trade_away_until = self.today
            form.trade_substitute_id = self.boss
        self.assertEqual(me.trade_substitute_id, self.boss)
        with self.assertRaisesRegex(UserError, "from when until when"):
            me.trade_away_until = self.today - timedelta(1)


@tagged("post_install", "-at_install")
class TestMany(WaitingCommon):
    """What waits is looked at batch by batch, however much it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["notice"].effect_ids = [Command.create({"code": "reason"})]
        for number in range(12):
            shop = cls._customer(f"Shop {number}")
            cls._invoice(50, late=2, customer=shop)
        cls._run(1)
        cls._perform()
        cls.cases = cls.env["collection.case"].search(
            [("partner_id.name", "like", "Shop %"), ("partner_id", "!=", cls.shop.id)]
        )

    def test_statements_do_not_grow_with_what_waits(self):
        self.assertEqual(len(self.cases), 12)
        self._counted(self.cases._follow_waits)
        few = self._counted(self.cases[:2]._follow_waits)
        self.assertEqual(self._counted(self.cases._follow_waits), few)
        with freeze_time(f"{self.today + timedelta(9)} 12:00:00"):
            self.cases._follow_waits()
            self.assertIn("boss", self._told(self.cases[0]))
            few = self._counted(self.cases[:2]._follow_waits)
            self.assertEqual(self._counted(self.cases._follow_waits), few)

    def test_statements_to_let_proposals_lapse_do_not_grow(self):
        measures = (
            self.env["collection.measure"]
            .sudo()
            ._propose(
                [
                    case._measure_values("legal_action", "Late", case.item_ids)
                    for case in self.cases.sudo()
                ]
            )
        )
        self.env.invalidate_all()
        few = self._counted(measures[:2]._whys_ended)
        self.assertEqual(self._counted(measures._whys_ended), few)

    def _counted(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def test_a_record_that_fails_is_reported_and_the_others_go_on(self):
        self.env["mail.activity"].sudo().search(
            [("trade_wait", "=", "reason")]
        ).unlink()
        kind, broken = type(self.env["collection.case"]), self.cases[5]
        words = kind._wait_words

        def failing(record, wait):
            if record == broken:
                raise UserError("Broken")
            return words(record, wait)

        with (
            patch.object(kind, "_wait_words", failing),
            self.assertLogs("odoo.addons.trade_credit_base", "ERROR") as logs,
        ):
            self._follow()
        self.assertEqual(len(logs.output), 1)
        told = [len(self._told(case, "reason")) for case in self.cases]
        self.assertEqual(told, [int(case != broken) for case in self.cases])

    def test_it_is_committed_batch_by_batch(self):
        batches = []
        with patch(f"{WAITING}.BATCH", 5):
            self.env["collection.case"].sudo()._follow_all_waits(
                self.company, lambda: batches.append(1)
            )
        self.assertGreaterEqual(len(batches), 4)


@tagged("post_install", "-at_install")
class TestReason(WaitingCommon):
    """At +1 the reason is found out for every customer, and key collections are
    followed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["notice"].effect_ids = [
            Command.create({"code": "reason", "sequence": 9})
        ]
        cls.remote = cls._customer("Far Away")
        cls.late = cls._invoice(50, late=2, customer=cls.remote)
        cls._run(1)
        cls._perform()
        cls.far = cls.env["collection.case"].search(
            [("partner_id", "=", cls.remote.id)]
        )

    def test_the_owner_is_asked_for_the_reason_until_it_is_written_down(self):
        self.assertEqual(self._told(self.far, "reason"), ["salesman"])
        self._follow(8)
        self.assertIn("boss", self._told(self.far, "reason"))
        reason = self.env.ref("ar_collection.reason_cash")
        self.far.with_user(self.collector)._talk("call", "No money", reason=reason)
        self.assertFalse(self._told(self.far, "reason"))

    def test_paid_nobody_asks(self):
        self._pay(self.late)
        self._follow()
        self.assertFalse(self._told(self.far, "reason"))

    def test_a_key_collection_is_looked_at_on_its_target_day(self):
        day = self.today + timedelta(10)
        case = self.case.with_user(self.collector)
        with Form(case) as form:
            form.is_key = True
            form.key_department = "Service"
            form.key_user_id = self.user
            form.key_target_on = day
            form.key_agreed = "Half at once"
        self.assertEqual(self._told(case, "key"), ["desk"])
        activity = case.sudo().activity_ids.filtered(
            lambda each: each.trade_wait == "key"
        )
        self.assertEqual(activity.date_deadline, day)
        self.assertIn("Half at once", activity.summary)
        case.key_target_on = day + timedelta(1)
        self._follow()
        activity = case.sudo().activity_ids.filtered(
            lambda each: each.trade_wait == "key"
        )
        self.assertEqual(activity.date_deadline, day + timedelta(1))
        case.is_key = False
        self.assertFalse(self._told(case, "key"))
