from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestPromise(SupplyCommon):
    """What would cure a held order is promised from its decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "ar_collection.collection_group_user,credit_control.credit_group_user"
        for name in groups.split(","):
            cls.salesman.group_ids += cls.env.ref(name)
        cls.invoice = cls._invoice(900, late=3)
        cls.policy.rule_ids = [Command.clear(), cls._rule("limit", 100)]

    def _held(self, amount=300):
        order = self._order(amount)
        order.action_confirm()
        decision = self._decision(order)
        self.assertEqual(decision.state, "held")
        return decision

    def _wizard(self, decision, user=None):
        decision = decision.with_user(user or self.salesman)
        context = decision.action_collection_promise()["context"]
        return Form(decision.env["credit.decision.promise"].with_context(**context))

    def test_the_promise_comes_filled_in_with_the_cure(self):
        decision = self._held()
        self.assertEqual(decision.collection_pay_amount, 200)
        form = self._wizard(decision)
        self.assertEqual(form.amount, 200)
        self.assertEqual(form.date, self.today + timedelta(days=7))

    def test_taking_it_pauses_the_items_it_is_about_and_says_so(self):
        decision = self._held()
        other = self._invoice(10, late=-20)
        action = self._wizard(decision).save().action_promise()
        case = self.env["collection.case"].browse(action["res_id"])
        promise = case.promise_ids
        self.assertEqual((promise.amount, promise.state), (200, "open"))
        self.assertEqual(promise.user_id, self.salesman)
        self.assertIn(decision.order_name, promise.note)
        self.assertEqual(promise.item_ids.move_id, self.invoice)
        self.assertNotIn(other, promise.item_ids.move_id)
        self.assertEqual(promise.item_ids.paused_amount, 200)
        notes = decision.order_id.message_ids.mapped("body")
        self.assertIn("Promised", str(notes))
        self.assertEqual(decision.state, "held", "a promise is no money")

    def test_paying_as_promised_lets_the_order_go(self):
        decision = self._held()
        self._wizard(decision).save().action_promise()
        self._pay(self.invoice)
        decision.sudo()._retake()
        self.assertEqual(decision.state, "cured")

    def test_a_case_is_opened_where_nothing_is_late_yet(self):
        self._pay(self.invoice)
        self._invoice(900, late=-5)
        self._follow()
        self.assertFalse(self.file.collection_case_id)
        self._wizard(self._held()).save().action_promise()
        self.file.invalidate_recordset()
        self.assertEqual(self.file.collection_case_id.promise_ids.amount, 200)

    def test_what_is_held_for_another_reason_offers_no_promise(self):
        self.policy.rule_ids = [Command.clear(), self._rule("hold")]
        self.file._stop_supply("manual", "Cheque returned")
        decision = self._held()
        self.assertFalse(decision.collection_pay_amount)
        with self.assertRaises(UserError):
            self._wizard(decision, self.env.user).save().action_promise()

    def test_an_order_that_waits_no_longer_takes_no_promise(self):
        decision = self._held()
        wizard = self._wizard(decision).save()
        self._pay(self.invoice)
        decision.sudo()._retake()
        with self.assertRaises(UserError):
            wizard.action_promise()

    def test_whoever_does_not_work_on_the_case_takes_no_promise(self):
        decision = self._held()
        groups = "ar_collection.collection_group_user,credit_control.credit_group_user"
        stranger = self._user("stranger", groups)
        wizard = self._wizard(decision).save()
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).sudo(False).action_promise()
