from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseTaking(PromiseCommon):
    """Who takes which promise, and that it stays as it was taken."""

    def test_a_promise_is_about_what_is_due_by_its_day(self):
        later = self._invoice(40, late=-30)
        promise = self._promise(160, days=10)
        self.assertEqual(promise.item_ids, self.items)
        self.assertEqual(promise.line_ids.mapped("residual"), [100, 60])
        self.assertFalse(self._item(later).paused_since)
        self.assertEqual(
            self._promise(40, days=30, items=self._item(later)).item_ids,
            self._item(later),
        )

    def test_more_than_is_open_and_not_promised_cannot_be_promised(self):
        self._promise(100)
        for amount, days in (61, 1), (0, 1), (-5, 1), (10, -1):
            with self.subTest(amount=amount), self.assertRaises(UserError):
                self._promise(amount, days)
        self._receive(30)
        self._promise(60)

    def test_foreign_and_settled_items_cannot_be_promised(self):
        foreign = self._invoice(10, late=5, customer=self._customer("Mill"))
        self.env["collection.case"]._ensure(foreign.partner_id, self.company)
        self._pay(self.first)
        for items in self._item(foreign), self.items[0], self.items[:0]:
            with self.subTest(items=items), self.assertRaises(UserError):
                self._promise(10, items=items)

    def test_only_owners_and_collectors_take_one(self):
        user = self._user("desk", "ar_collection.collection_group_user")
        for case in self.case, self.case.sudo():
            with self.assertRaises(AccessError):
                case.with_user(user).sudo(case.env.su)._promise(10, self.today)
        promise = self.case.with_user(self.salesman).sudo()._promise(10, self.today)
        self.assertEqual(promise.user_id, self.salesman)

    def test_nobody_edits_or_deletes_one_and_collectors_cancel(self):
        promise = self._promise(60)
        manager = self._user("boss", "ar_collection.collection_group_manager")
        for record in promise, promise.line_ids:
            with self.assertRaises(AccessError):
                record.with_user(manager).write({"company_id": self.company.id})
            with self.assertRaises(UserError):
                record.sudo().unlink()
        user = self._user("desk", "ar_collection.collection_group_user")
        with self.assertRaises(AccessError):
            promise.with_user(user).action_cancel()
        promise.with_user(self.collector).action_cancel()
        self.assertEqual(promise.cancelled_by_id, self.collector)
        self.assertFalse(self.items[0].paused_since)
        with self.assertRaises(UserError):
            promise.with_user(self.collector).action_cancel()

    def test_a_case_is_ensured_once_for_a_customer_and_its_contacts(self):
        person = self.env["res.partner"].create(
            {"name": "Bookkeeper", "parent_id": self.shop.id}
        )
        cases = self.env["collection.case"]
        self.assertEqual(cases._ensure(person, self.company), self.case)
        self.assertEqual(self.items.case_id, self.case)
        fresh = self._customer("Mill")
        case = cases._ensure(fresh, self.company)
        self.assertEqual((case.state, case.user_id), ("open", self.salesman))
        with self.assertRaises(UserError):
            self._promise(10, case=case)

    def test_taking_one_settles_what_the_money_settled_before(self):
        first = self._promise(60, items=self.items[1])
        self._receive(60, self.second)
        self._promise(100, items=self.items[0])
        self.assertEqual(first.state, "kept")
        self.assertFalse(self.items[1].paused_since)

    def test_a_closed_case_takes_no_promise(self):
        self._pay(self.first + self.second)
        self._run()
        self._invoice(30, late=-3)
        self.assertEqual(self.case.state, "closed")
        with self.assertRaisesRegex(UserError, "closed"):
            self._promise(30)

    def test_a_user_takes_over_what_nobody_owns(self):
        user = self._user("desk", "ar_collection.collection_group_user")
        with self.assertRaises(AccessError):
            self.case.with_user(user)._promise(10, self.today)
        self.case.with_user(user).action_take_over()
        self.assertEqual(self.case.user_id, self.salesman)
        self.case.user_id = False
        self.case.with_user(user).action_take_over()
        self.assertEqual(self.case.user_id, user)

    def test_only_a_manager_takes_a_promise_for_a_far_day(self):
        self.assertEqual(self.company.collection_promise_days, 30)
        mine = self.case.with_user(self.collector)
        with self.assertRaisesRegex(UserError, "ask a manager"):
            mine._promise(10, self._day(31))
        mine._promise(10, self._day(30))
        managed = self.case.with_user(self.env.user)
        self.assertTrue(managed._promise(10, self._day(31)))

    def test_promise_upon_promise_stops_the_days_no_longer_than_one(self):
        """Cancelled a day before, broken, or kept by a cent: the clock goes on."""
        self.company.collection_promise_days = 10
        item = self.items[0]
        mine = self.case.with_user(self.collector)
        for days in range(25):
            with freeze_time(self._day(days)):
                self._judge(days)
                promise = item.promise_ids.filtered(lambda each: each.state == "open")
                if promise.date == self._day(days + 1):
                    promise.with_user(self.collector).action_cancel()
                for ahead in range(10, -1, -1) if not item.paused_since else ():
                    with suppress(UserError), self.env.cr.savepoint():
                        day = self._day(days + ahead)
                        mine._promise(item.residual, day, items=item)
                        break
                self.assertEqual(bool(item.paused_since), days <= 10)
        # Its last day is over before the promise is broken
        self.assertEqual(item.paused_days, 10 + 1)
        managers = self.case.with_user(self.env.user)
        with freeze_time(self._day(25)):
            with self.assertRaisesRegex(UserError, "11 days already, .* 10 days in"):
                mine._promise(item.residual, self._day(25), items=item)
            self.assertTrue(managers._promise(item.residual, self._day(35), items=item))

    def test_promises_side_by_side_stop_the_days_once(self):
        """Three instalments agreed upon on one day are no third, fourth and fifth."""
        for days in 10, 20, 30:
            self._promise(20, days, items=self.items[0])
