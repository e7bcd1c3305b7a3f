from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..promise.test_promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestDispute(PromiseCommon):
    """The shop contests the invoice of 60; two collectors, a manager, a desk user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("ar_collection.reason_quality")
        cls.other = cls._user("other", "ar_collection.collection_group_collector")
        cls.manager = cls._user("boss", "ar_collection.collection_group_manager")
        cls.user = cls._user("desk", "ar_collection.collection_group_user")
        cls.item = cls.items[1]

    def _dispute(self, user=None, items=None, **options):
        case = self.case.with_user(user or self.other)
        return case._dispute(items or self.item, self.reason, **options).sudo()

    def test_only_a_valid_one_stops_its_items(self):
        dispute = self._dispute()
        self._judge(0)
        self.assertFalse(self.item.paused_since)
        dispute.with_user(self.collector)._decide(True, "Broken on arrival")
        self.assertEqual(self.item.paused_since, self.today)
        self.assertFalse(self.items[0].paused_since)
        self._judge(9)
        self.assertEqual(self.item.paused_since, self.today)
        self.assertEqual(dispute.judged_by_id, self.collector)

    def test_a_credit_pays_what_is_not_contested_first(self):
        """The first item of 100 is contested; 60 came on account."""
        dispute = self._dispute(items=self.items[0])
        self._receive(60)
        self._judge(0)
        self.assertEqual(self.items.mapped("residual"), [40, 60])
        dispute.with_user(self.collector)._decide(True)
        self._judge(0)
        self.assertEqual(self.items.mapped("residual"), [100, 0])
        self._receive(30)
        self._judge(1)
        self.assertEqual(self.items.mapped("residual"), [70, 0])
        dispute.with_user(self.collector)._resolve("rejected")
        self._judge(1)
        self.assertEqual(self.items.mapped("residual"), [10, 60])

    def test_a_credit_for_the_contested_item_is_matched_with_it(self):
        dispute = self._dispute(items=self.items[0])
        dispute.with_user(self.collector)._decide(True)
        self._receive(60, self.first)
        self._judge(0)
        self.assertEqual(self.items.mapped("residual"), [40, 60])

    def test_one_that_is_not_valid_stops_nothing_and_is_over(self):
        dispute = self._dispute()
        dispute.with_user(self.collector)._decide(False)
        self._judge(1)
        self.assertFalse(self.item.paused_since)
        with self.assertRaises(UserError):
            dispute.with_user(self.collector)._decide(True)
        with self.assertRaises(UserError):
            dispute.with_user(self.collector)._resolve("withdrawn")

    def test_a_resolved_one_resumes_its_items_where_they_stood(self):
        dispute = self._dispute()
        dispute.with_user(self.collector)._decide(True)
        self.item.sudo().paused_since = self._day(-4)
        dispute.with_user(self.collector)._resolve("rejected", note="Signed for")
        self.assertFalse(self.item.paused_since)
        self.assertEqual(self.item.paused_days, 4)
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "resolved",
                    "resolution": "rejected",
                    "resolved_by_id": self.collector.id,
                    "resolved_on": self.today,
                }
            ],
        )

    def test_an_open_promise_stops_an_item_longer_than_its_dispute(self):
        dispute = self._dispute()
        dispute.with_user(self.collector)._decide(True)
        self._promise(60, days=3, items=self.item)
        dispute.with_user(self.collector)._resolve("rejected")
        self.assertEqual(self.item.paused_since, self.today)
        self._judge(4)
        self.assertFalse(self.item.paused_since)

    def test_nobody_decides_on_what_he_raised(self):
        for user in self.collector, self.manager:
            dispute = self._dispute(user)
            with self.assertRaises(AccessError):
                dispute.with_user(user)._decide(True)
            with self.assertRaises(AccessError):
                dispute.with_user(user).sudo()._decide(True)
            dispute.with_user(self.other)._decide(True)
            with self.assertRaises(AccessError):
                dispute.with_user(user)._resolve("rejected")
            dispute.with_user(user).action_withdraw()
            self.assertEqual(dispute.resolution, "withdrawn")

    def test_users_raise_on_their_own_cases_and_decide_nothing(self):
        with self.assertRaises(AccessError):
            self._dispute(self.user)
        self.case.user_id = self.user
        dispute = self._dispute(self.user)
        for decide in (
            lambda: dispute.with_user(self.salesman)._decide(True),
            lambda: dispute.with_user(self.user)._decide(True),
            lambda: self._dispute(self.other).with_user(self.user)._decide(True),
            lambda: (
                self._dispute(self.other).with_user(self.user)._resolve("withdrawn")
            ),
        ):
            with self.assertRaises(AccessError):
                decide()

    def test_a_credit_note_resolves_only_what_it_is_for(self):
        dispute = self._dispute()
        dispute.with_user(self.collector)._decide(True)
        foreign = self._invoice(-60, customer=self._customer("Mill"))
        draft = self._invoice(-60)
        draft.button_draft()
        wizard = self.env["collection.dispute.resolve"].with_user(self.collector)
        for number in foreign.name, draft.name, self.first.name, "", "No such":
            dialog = wizard.create(
                {
                    "dispute_id": dispute.id,
                    "resolution": "credit_note",
                    "credit_note": number,
                }
            )
            with self.subTest(number=number), self.assertRaises(UserError):
                dialog.action_decide()
        note = self._invoice(-60)
        dialog = wizard.create({"dispute_id": dispute.id, "resolution": "credit_note"})
        self.assertEqual(dialog.credit_note, note.name)
        dialog.action_decide()
        self.assertEqual(dispute.credit_note_id, note)

    def test_evidence_is_a_copy_of_what_the_user_may_read(self):
        picture = (
            self.env["ir.attachment"]
            .with_user(self.other)
            .create({"name": "Box.txt", "raw": b"broken"})
        )
        dispute = self._dispute(evidence=picture)
        picture.raw = b"whole"
        self.assertEqual(dispute.evidence_ids.raw, b"broken")
        self.assertEqual(dispute.with_user(self.user).evidence_ids.name, "Box.txt")
        secret = self.env["ir.attachment"].create(
            {
                "name": "Secret",
                "raw": b"secret",
                "res_model": "ir.cron",
                "res_id": self.env.ref("ar_collection.collection_cron").id,
            }
        )
        with self.assertRaises(AccessError):
            self._dispute(evidence=secret.with_user(self.other))

    def test_it_is_about_open_items_and_not_more_than_they_come_to(self):
        for amount in 0, -1, 60.01:
            with self.subTest(amount=amount), self.assertRaises(UserError):
                self._dispute(amount=amount)
        self.assertEqual(self._dispute(amount=20).amount, 20)
        self.assertEqual(self._dispute().amount, 60)
        self._pay(self.second)
        with self.assertRaises(UserError):
            self._dispute()

    def test_the_companys_collector_is_asked_to_decide_until_he_did(self):
        dispute = self._dispute()
        activity = self.case.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        dispute.with_user(self.manager)._decide(True)
        self.assertFalse(self.case.activity_ids)
        self._dispute(self.collector)
        asked = self.case.activity_ids.user_id
        self.assertIn(self.manager, asked, "who raised it decides nothing")
        self.assertNotIn(self.collector, asked)

    def test_nobody_edits_or_deletes_one(self):
        dispute = self._dispute()
        for values in {"state": "valid"}, {"item_ids": [Command.clear()]}:
            with self.assertRaises(AccessError):
                dispute.with_user(self.manager).write(values)
        with self.assertRaises(UserError):
            dispute.unlink()
