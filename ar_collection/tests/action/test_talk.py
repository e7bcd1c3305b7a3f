from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..promise.test_promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestTalk(PromiseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {"name": "Bookkeeper", "parent_id": cls.shop.id}
        )
        cls.reason = cls.env.ref("ar_collection.reason_cash")
        cls.user = cls._user("desk", "ar_collection.collection_group_user")

    def _talk(self, kind="call", note="Pays on Friday", user=None, **options):
        case = self.case.with_user(user or self.collector)
        return case._talk(kind, note, **options).sudo()

    def test_what_was_said_is_an_action_with_the_items_as_they_stood(self):
        action = self._talk(
            contact=self.person, reason=self.reason, items=self.items[1]
        )
        self.assertRecordValues(
            action,
            [
                {
                    "case_id": self.case.id,
                    "kind": "call",
                    "state": "done",
                    "date": self.today,
                    "contact_id": self.person.id,
                    "reason_id": self.reason.id,
                    "note": "Pays on Friday",
                    "user_id": self.collector.id,
                    "amount": 60,
                }
            ],
        )
        self._pay(self.second)
        self._judge()
        self.assertEqual(self.items[1].residual, 0)
        self.assertRecordValues(
            action.line_ids,
            [{"number": self.second.name, "residual": 60, "days_late": 3}],
        )
        self.assertEqual(self.case.reason_id, self.reason)

    def test_talking_about_an_item_takes_no_stage(self):
        self._talk(items=self.items)
        self._talk(items=self.items)
        steps = self._steps(self._run())
        self.assertEqual(steps[self.first.name]["warning"], "due")
        self.assertEqual(steps[self.second.name]["notice"], "due")

    def test_nothing_is_said_ahead_or_to_strangers_or_without_words(self):
        stranger = self._customer("Mill")
        for options in (
            {"note": " "},
            {"note": False},
            {"date": self._day(1)},
            {"contact": stranger},
            {"kind": "procedure"},
        ):
            with self.subTest(options), self.assertRaises(UserError):
                self._talk(**options)
        self.assertEqual(self._talk(date=self._day(-2)).date, self._day(-2))

    def test_owners_and_collectors_talk(self):
        with self.assertRaises(AccessError):
            self._talk(user=self.user)
        self.case.user_id = self.user
        self.assertEqual(self._talk(user=self.user).user_id, self.user)
        self.case.user_id = False
        self.assertTrue(self._talk(user=self.user))

    def test_a_call_is_written_down_in_one_dialog_with_its_promise(self):
        self._invoice(40, late=-30)
        self.env["collection.case"]._ensure(self.shop, self.company)
        self.case.next_step = "Call the bookkeeper"
        dialogs = self.env["collection.talk"].with_user(self.collector)
        with Form(dialogs.with_context(default_case_id=self.case.id)) as form:
            self.assertEqual(form.date, self.today)
            self.assertFalse(form.next_step)
            form.note = "Pays all that is late on Friday"
            form.reason_id = self.reason
            form.next_step = "Look whether it came"
            form.next_step_on = self._day(4)
            form.is_promised = True
            self.assertEqual(form.promise_amount, 160)
            form.promise_date = self._day(3)
        form.record.action_done()
        self.assertEqual(self.case.promise_ids.amount, 160)
        self.assertEqual(self.case.promise_ids.item_ids, self.items)
        self.assertEqual(self.case.action_ids.note, "Pays all that is late on Friday")
        self.assertRecordValues(
            self.case,
            [
                {
                    "next_step": "Look whether it came",
                    "next_step_on": self._day(4),
                    "reason_id": self.reason.id,
                    "promised": 160,
                    "owed": 200,
                    "item_count": 3,
                }
            ],
        )
        dialogs = dialogs.with_context(default_case_id=self.case.id)
        with Form(dialogs.with_context(default_kind="note")) as form:
            self.assertEqual(form.next_step, "Look whether it came")
            form.note = "Read the contract"

    def test_a_refused_dialog_leaves_nothing_behind(self):
        dialog = (
            self.env["collection.talk"]
            .with_user(self.collector)
            .create(
                {
                    "case_id": self.case.id,
                    "kind": "call",
                    "note": "Pays",
                    "is_promised": True,
                    "promise_amount": 1000,
                    "promise_date": self._day(1),
                }
            )
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            dialog.action_done()
        self.assertFalse(self.case.action_ids)

    def test_the_promise_dialog_warns_when_it_is_for_a_part(self):
        dialogs = self.env["collection.promise.make"].with_user(self.collector)
        with Form(dialogs.with_context(default_case_id=self.case.id)) as form:
            self.assertEqual(form.amount, 160)
            self.assertFalse(form.is_part)
            form.amount = 100
            self.assertTrue(form.is_part)
            form.item_ids.remove(id=self.items[1].id)
            self.assertEqual(form.amount, 100)
            self.assertFalse(form.is_part)
            form.date = self._day(2)
        form.record.action_promise()
        self.assertEqual(self.case.promise_ids.item_ids, self.items[0])

    def test_the_timeline_has_all_that_was_said_and_done_in_order(self):
        other = self._user("other", "ar_collection.collection_group_collector")
        self._talk(date=self._day(-2), contact=self.person)
        self._run()
        self._run(1)
        self._perform()
        promise = self._promise(60, days=2, items=self.items[1])
        dispute = self.case.with_user(other)._dispute(
            self.items[0], self.env.ref("ar_collection.reason_price")
        )
        dispute.with_user(self.collector)._decide(True, "As in the offer")
        seen = Markup("Seen the <b>offer</b>")
        self.case.message_post(body=seen, message_type="comment")
        self._judge(3)
        self.env.flush_all()
        moments = self.case.with_user(self.user).timeline_ids
        self.assertEqual(
            moments.sorted(lambda moment: (moment.date, moment.moment)).mapped("kind")[
                0
            ],
            "call",
        )
        kinds = set(moments.mapped("kind"))
        self.assertLessEqual(
            {"call", "procedure", "promised", "broken", "disputed", "valid", "message"},
            kinds,
        )
        self.assertEqual(moments[0].kind, "broken")
        self.assertEqual(moments[0].action_open()["res_id"], promise.id)
        said = moments.filtered(lambda moment: moment.kind == "message")
        self.assertIn("offer", said[0].note)
        self.assertNotIn("<", said[0].note)
        self.assertEqual(len(set(moments.ids)), len(moments))

    def test_the_timeline_of_one_case_does_not_read_all_the_others(self):
        """Asked for one case, or for some rows, the database is to look that up in
        each source."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        timeline = self.env["collection.timeline"]
        for domain in [("case_id", "=", 1)], [("id", "in", [32, 65, 98])]:
            query = timeline._search(domain).select()
            plan = "\n".join(
                row for (row,) in self.env.execute_query(SQL("EXPLAIN %s", query))
            )
            with self.subTest(domain):
                for table in "action", "letter", "promise", "dispute":
                    self.assertNotIn(f"Seq Scan on collection_{table}", plan)
                self.assertNotIn("Seq Scan on mail_message", plan)
                if domain[0][0] == "id":
                    self.assertIn("id = ANY ('{1,2,3}'::integer[])", plan)

    def test_rows_of_the_timeline_are_read_by_their_ids(self):
        self._talk()
        self.case.message_post(body="He called back")
        moments = self.case.with_user(self.user).timeline_ids
        kinds = moments.mapped("kind")
        self.assertLessEqual({"call", "message"}, set(kinds))
        self.env.invalidate_all()
        self.assertEqual(moments.mapped("kind"), kinds)
