import importlib.util
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_path

from .test_waiting import WaitingCommon


@tagged("post_install", "-at_install")
class TestActivitiesBefore(WaitingCommon):
    """Activities that were given before they were linked end with their reasons."""

    def _update(self, name="post-activities"):
        path = file_path(f"ar_collection/migrations/19.0.1.2.0/{name}.py")
        spec = importlib.util.spec_from_file_location("post_activities", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def _forget(self):
        """Let all activities be as they were given before."""
        self.env.flush_all()
        for table, column in (
            ("collection_delivery", "activity_id"),
            ("collection_effect", "activity_id"),
            ("collection_item", "limitation_activity_id"),
            ("collection_promise", "activity_id"),
            ("mail_activity", "trade_wait"),
        ):
            self.env.cr.execute(f"UPDATE {table} SET {column} = NULL")  # noqa: S608
        self.env.invalidate_all()

    def test_steps_promises_and_limitations_are_linked_again(self):
        self._perform()
        case, item = self.case.with_user(self.collector), self._item(self.old)
        promise = case._promise(100, self.today, item).sudo()
        promise.write({"state": "broken", "settled_on": self.today})
        promise._alert_broken(self.today)
        values = item.sudo()._limitation_activity(self.case.sudo(), self.today)
        activities = self.env["mail.activity"].sudo()
        item.sudo().limitation_activity_id = activities.create(values)
        item.sudo().limitation_alarm = 30
        step = self.case.sudo().activity_ids.filtered(
            lambda each: each.trade_wait == "step"
        )
        given = {
            "promise": promise.activity_id,
            "limitation": item.limitation_activity_id,
            "step": step,
        }
        older = step.copy({"summary": step.summary})
        other = step.copy({"summary": "Call them"})
        newest = step.copy({"summary": step.summary})
        self._forget()
        self._update()
        self.assertFalse((step + older).exists())
        self.assertFalse(other.trade_wait)
        self.assertEqual(newest.trade_wait, "step")
        self.assertEqual(promise.activity_id, given["promise"])
        self.assertEqual(item.limitation_activity_id, given["limitation"])
        self._pay(self.old + self.new)
        self._follow()
        self.assertEqual(self.case.sudo().activity_ids, other)

    def test_copies_of_the_procedure_ask_for_the_reason_too(self):
        standard = self.env.ref("ar_collection.procedure_standard").sudo()
        other = self.env["res.company"].create({"name": "Further"})
        standard._set_up(other)
        stages = (
            self.env["collection.stage"]
            .sudo()
            .search([("procedure_id.company_id", "=", other.id)])
        )
        asked = stages.effect_ids.filtered(lambda each: each.code == "reason")
        stage = asked.stage_id
        asked.unlink()
        for _again in range(2):
            self._update("post-reason")
            self.assertEqual(stage.effect_ids.mapped("code").count("reason"), 1)

    def test_a_bounce_is_no_step(self):
        notice = self.stages["notice"]
        notice.write(
            {
                "letter_kind": "notice",
                "effect_ids": [
                    Command.clear(),
                    Command.create({"code": "mail", "sequence": 1}),
                    Command.create({"code": "activity", "sequence": 2}),
                ],
            }
        )
        shop = self._customer("By Mail", email="shop@example.com")
        self._invoice(70, late=2, customer=shop)
        self._run(1)
        self._perform()
        delivery = self.env["collection.delivery"].sudo()
        delivery = delivery.search([("partner_id", "=", shop.id)])
        delivery.write({"state": "bounced", "recipient": "shop@example.com"})
        delivery._tell_bounce()
        bounce = delivery.activity_id
        bounce.date_deadline = self.today + timedelta(1)
        step = delivery.action_id.effect_ids.activity_id
        self._forget()
        self._update()
        self.assertEqual(delivery.activity_id, bounce)
        self.assertEqual(bounce.trade_wait, "bounced")
        self.assertEqual(delivery.action_id.effect_ids.activity_id, step)
