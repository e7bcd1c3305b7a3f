from odoo.fields import Command
from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestOvertaken(CollectionCommon):
    """The task of a later step ends the earlier ones that it overtakes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._does("reminder", "activity", responsible="salesperson")
        cls._does("notice", "reason")
        cls._does("notice2")
        cls._does("warning", "hand_over", "activity", responsible="collector")

    @classmethod
    def _does(cls, code, *effects, **values):
        cls.stages[code].effect_ids = [
            Command.clear(),
            *(
                Command.create({"code": effect, "sequence": place, **values})
                for place, effect in enumerate(effects)
            ),
        ]

    def _tasks(self):
        """:return: {what is waited for: whose}, of the customer and the cases"""
        found = self.env["mail.activity"].sudo().search([("trade_wait", "!=", False)])
        return sorted(
            (each.summary.split()[0], each.user_id.login)
            for each in found
            if each.trade_wait in ("step", "reason")
        )

    def _days(self, *days):
        for day in days:
            self._run(day)
            self._perform()

    def _case(self):
        return self.env["collection.case"].search([("partner_id", "=", self.shop.id)])

    def _record(self):
        return " ".join(self._case().message_ids.mapped("body"))

    def test_a_later_task_ends_the_earlier_one_and_the_record_says_so(self):
        self._invoice(100, late=-7)
        self._days(0)
        self.assertEqual(self._tasks(), [("Reminder", "salesman")])
        self._days(8)
        self.assertEqual(self._tasks(), [("Ask", "salesman")])
        self.assertIn("Not answered before", self._record())
        self._days(14)
        self.assertEqual(self._tasks(), [("Ask", "salesman")], "no task came later")
        self._days(22)
        self.assertEqual(self._case().user_id, self.collector)
        self.assertEqual(self._tasks(), [("Warning", "collector")])
        asked = self.env["collection.effect"].sudo().search([("code", "=", "reason")])
        self.assertIn("Warning", asked.outcome)
        self._case()._follow_all_waits(self.company)
        self.assertEqual(self._tasks(), [("Warning", "collector")], "asked no more")

    def test_what_is_about_another_item_stays(self):
        self._invoice(100, late=0)
        self._days(1)
        self._invoice(70, late=-9)
        self._days(2)
        self.assertEqual(self._tasks(), [("Ask", "salesman"), ("Reminder", "salesman")])
        self._days(8, 10, 15)
        self.assertEqual(
            self._tasks(), [("Ask", "collector"), ("Warning", "collector")]
        )

    def test_a_task_for_two_items_ends_with_the_second(self):
        self._does("notice2", "activity")
        self._invoice(100, late=-6)
        self._invoice(70, late=-7)
        self._days(0)
        self._days(1)
        self.assertEqual(len(self._tasks()), 1)
        self._days(7)  # the one is late a day
        self.assertIn(("Reminder", "salesman"), self._tasks())
        self._days(8)
        self.assertNotIn(("Reminder", "salesman"), self._tasks())

    def test_what_was_answered_is_no_gap_in_the_record(self):
        self._invoice(100, late=0)
        self._days(1)
        reason = self.env.ref("ar_collection.reason_cash")
        self._case().with_user(self.collector)._talk("call", "No", reason=reason)
        self._days(8, 15)
        self.assertNotIn("Not answered", self._record())

    def test_statements_do_not_grow_with_the_customers(self):
        counts = []
        for many in 3, 30:
            for number in range(many):
                self._invoice(50, -1, self._customer(f"Shop {many} {number}"))
            self._days(0 if many == 3 else 20)
            actions = self._run(2 if many == 3 else 22)
            effects = actions._effects_to_do()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            effects._overtaken_sql() and self.env.execute_query(
                effects._overtaken_sql()
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_the_owner_shown_is_who_gets_it(self):
        self.shop.user_id = False
        self._invoice(100, late=2)
        self._does("notice", "activity")
        action = self._run()
        self.assertEqual(action.user_id, self.collector)
        self._perform()
        self.assertEqual(self._tasks(), [("Notice", "collector")])
        self._invoice(100, late=0)
        self.env["collection.item"]._sync(self.company, self.today)
        rows = self.env["collection.preview"].search([])
        self.assertEqual(rows.user_id, self.collector)
        self.company.collection_collector_id = False
        boss = self.company._trade_able("ar_collection.collection_group_manager")
        rows.invalidate_recordset()
        self.assertEqual(self.env["collection.preview"].search([]).user_id, boss[:1])
