from datetime import timedelta

from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class PromiseCommon(CollectionCommon):
    """The corner shop owes 100, 20 days late, and 60, 3 days late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(100, late=20)
        cls.second = cls._invoice(60, late=3)
        cls.case = cls.env["collection.case"]._ensure(cls.shop, cls.company)
        cls.items = cls.case.item_ids.sorted("date_due")

    @classmethod
    def _promise(cls, amount, days=10, case=None, **options):
        case = (case or cls.case).with_user(cls.collector)
        return case._promise(amount, cls._day(days), **options).sudo()

    @classmethod
    def _day(cls, days):
        return cls.today + timedelta(days)

    @classmethod
    def _judge(cls, days=0):
        """Do what a day's run does before it plans."""
        day = cls._day(days)
        cls.env["collection.item"]._sync(cls.company, day)
        settled = cls.env["collection.promise"]._judge(cls.company, day)
        cls.env["collection.item"]._update_pauses(cls.company, day)
        return settled

    @classmethod
    def _receive(cls, amount, invoice=None):
        """Money comes: for an invoice, or allocated to none."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": cls.shop.id,
                "amount": amount,
                "date": cls.today,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        lines = (payment.move_id + (invoice or payment.move_id)).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        if invoice:
            lines.reconcile()
        return lines

    def _item(self, move):
        return self.env["collection.item"].search([("move_id", "=", move.id)])


@tagged("post_install", "-at_install")
class TestPromise(PromiseCommon):
    def test_it_stops_its_items_at_once_and_until_it_is_settled(self):
        self._promise(100, items=self.items[0])
        self.assertEqual(self.items[0].paused_since, self.today)
        self.assertFalse(self.items[1].paused_since)
        for days in 1, 5, 10:
            self.assertFalse(self._judge(days))
            self.assertEqual(self.items[0].paused_since, self.today)

    def test_it_is_kept_when_the_money_comes_allocated_or_not(self):
        for invoice in None, self.first, self.second:
            with self.subTest(invoice=invoice), self.env.cr.savepoint() as savepoint:
                promise = self._promise(60)
                self._receive(59.99, invoice)
                self.assertFalse(self._judge(1))
                self.assertAlmostEqual(promise.received, 59.99)
                self._receive(0.01, invoice)
                self.assertEqual(self._judge(2), promise)
                self.assertRecordValues(
                    promise,
                    [{"state": "kept", "received": 60, "settled_on": self._day(2)}],
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_it_is_broken_the_day_after_its_day_and_somebody_is_told(self):
        promise = self._promise(60)
        self._receive(20)
        self.assertFalse(self._judge(10))
        self.assertEqual(self._judge(11), promise)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(promise.received, 20)
        activity = self.case.activity_ids
        self.assertEqual(activity.user_id, self.salesman)
        self.assertIn("20", activity.summary)
        self.assertFalse(self._judge(11))
        self.assertEqual(len(self.case.activity_ids), 1)

    def test_what_came_before_is_not_what_was_promised(self):
        self._receive(70)
        promise = self._promise(60)
        self._judge(1)
        self.assertFalse(promise.received)

    def test_a_broken_promise_resumes_its_items_where_they_stood(self):
        """The days on which the promise paused them do not count, whatever they are."""
        item = self.items[1]
        self._promise(60, days=4, items=item)
        for days in range(12):
            self._judge(days)
            since, rested = (self.today, 0) if days < 5 else (False, 5)
            self.assertEqual((item.paused_since, item.paused_days), (since, rested))

    def test_the_procedure_leaves_promised_items_alone_and_goes_on_after(self):
        self.first.button_draft()
        promise = self._promise(60, days=4)
        self._run()
        self.assertFalse(self._run(4))
        self._judge(5)
        self.assertEqual(promise.state, "broken")
        actions = self._run(5)
        self.assertEqual(
            self._steps(actions),
            {self.second.name: {"reminder": "skipped", "notice": "due"}},
        )

    def test_two_pauses_end_with_the_last_one(self):
        item = self.items[1]
        self._promise(40, days=2, items=item)
        self.assertEqual((item.paused_since, item.paused_amount), (False, 40))
        self._promise(20, days=5, items=item)
        self.assertEqual((item.paused_since, item.paused_amount), (self.today, 0))
        self._judge(3)
        self.assertEqual((item.paused_since, item.paused_amount), (False, 20))
        self._judge(6)
        self.assertEqual((item.paused_since, item.paused_amount), (False, 0))
        self.assertEqual(item.paused_days, 3)

    def test_a_promise_of_a_part_stops_no_more_than_was_promised(self):
        """Promised are 120 of 100 and 60: of the second one 40 are asked for."""
        self._promise(120)
        first, second = self.items
        self.assertEqual((first.paused_since, first.paused_amount), (self.today, 0))
        self.assertEqual((second.paused_since, second.paused_amount), (False, 20))
        actions = self._run(8)
        self.assertEqual(actions.amount, 40)
        self.assertEqual(actions.line_ids.item_id, second)
        actions.stage_id.letter_kind = "notice2"
        letter = self.env["collection.letter"].sudo()._build(actions)
        self.assertEqual(letter.amount, 40)
        self.assertEqual(letter.line_ids.residual_currency, 40)

    def test_what_came_of_a_promise_is_not_on_hold_any_more(self):
        promise = self._promise(120)
        self._receive(100, self.first)
        self._judge(1)
        self.assertEqual((promise.state, promise.received), ("open", 100))
        self.assertEqual(self.items[1].paused_amount, 20)
        self._receive(20, self.second)
        self._judge(2)
        self.assertEqual(promise.state, "kept")
        self.assertFalse(self.items[1].paused_amount)

    def test_all_days_go_on_once_a_part_is_not_kept(self):
        promise = self._promise(120)
        self._judge(11)
        self.assertEqual(promise.state, "broken")
        self.assertFalse(any(self.items.mapped("paused_since")))
        self.assertFalse(any(self.items.mapped("paused_amount")))
        self.assertEqual(self.items[0].paused_days, 11)

    def test_no_promise_is_broken_by_a_cent(self):
        self.procedure.small_amount = 10
        promise = self._promise(60)
        self._receive(59.99)
        self.assertEqual(self._judge(11), promise)
        self.assertEqual((promise.state, promise.received), ("kept", 59.99))

    def test_a_small_promise_is_kept_in_full(self):
        self.procedure.small_amount = 10
        promise = self._promise(8)
        self._receive(7.99)
        self._judge(11)
        self.assertEqual(promise.state, "broken")

    def test_money_counts_for_one_promise_only(self):
        """Three instalments: whatever comes, no more is kept than came."""
        promises = [
            self._promise(amount, days) for amount, days in ((50, 4), (50, 2), (60, 6))
        ]
        second, first, third = promises
        self._receive(50)
        self.assertEqual(self._judge(1), first)
        self._receive(30, self.second)
        self.assertFalse(self._judge(2))
        self.assertEqual((second.received, third.received), (30, 0))
        self.assertEqual(self._judge(5), second)
        self.assertEqual(second.state, "broken")
        self._receive(60)
        self.assertEqual(self._judge(6), third)
        self.assertEqual(third.state, "kept")

    def test_a_later_promise_has_what_an_earlier_one_had_not_before_it(self):
        first = self._promise(50, days=5)
        self._receive(40)
        self._judge(0)
        second = self._promise(60, days=8)
        self._receive(70)
        self.assertEqual(self._judge(1), first + second)
        self.assertEqual((first + second).mapped("state"), ["kept", "kept"])

    def test_an_invoice_taken_back_is_no_money(self):
        both = self._promise(160)
        self.first.button_draft()
        self.assertFalse(self._judge(1))
        self.assertFalse(both.received)
        self._receive(60)
        self.assertEqual(self._judge(2), both)
        self.assertEqual(both.state, "kept")

    def test_a_promise_about_nothing_any_more_is_cancelled(self):
        promise = self._promise(60, items=self.items[1])
        self.second.button_draft()
        self.assertEqual(self._judge(1), promise)
        self.assertEqual(promise.state, "cancelled")

    def test_money_that_goes_back_before_the_day_was_not_received(self):
        promise = self._promise(100)
        self._receive(40, self.first)
        self._judge(1)
        self.assertEqual(promise.received, 40)
        self.first.line_ids.remove_move_reconcile()
        self.env["account.payment"].search(
            [("partner_id", "=", self.shop.id)]
        ).action_draft()
        self._judge(2)
        self.assertEqual(promise.received, 0)

    def test_judging_takes_the_same_statements_for_any_number(self):
        costs = []
        for count in 1, 12:
            for number in range(count):
                shop = self._customer(f"Shop {count}-{number}")
                self._invoice(50, late=5, customer=shop)
                self._promise(50, days=2, case=self.case._ensure(shop, self.company))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._judge(1)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])

    def test_a_case_stays_open_while_a_promise_is(self):
        """Also where nothing is late yet; what is paid closes it."""
        shop = self._customer("Mill")
        invoice = self._invoice(50, late=-5, customer=shop)
        case = self.case._ensure(shop, self.company)
        promise = self._promise(50, days=2, case=case)
        self._run()
        self.assertEqual((case.state, promise.state), ("open", "open"))
        self._pay(invoice)
        self._run(1)
        self.assertEqual((case.state, promise.state), ("closed", "kept"))

    def test_the_run_judges_before_it_plans(self):
        """Broken on the morning of the next step: the step is taken that morning."""
        self._run()
        self._perform()
        promise = self._promise(60, days=3, items=self.items[1])
        for days in range(1, 9):
            actions = self._run(days)
            steps = self._steps(actions).get(self.second.name)
            self.assertEqual(steps, {"notice2": "due"} if days == 8 else None)
        self.assertEqual(promise.state, "broken")

    def test_a_write_off_is_no_money(self):
        company = self.company
        company.collection_bad_debt_account_id = self.env["account.account"].create(
            {"name": "Bad debts", "code": "669900", "account_type": "expense"}
        )
        company.collection_bad_debt_journal_id = self.company_data[
            "default_journal_misc"
        ]
        promise = self._promise(100, items=self.items[0])
        boss = self._user("boss", "ar_collection.collection_group_manager")
        case = self.case.with_user(self.collector)
        measure = case._propose_measure("write_off", "Insolvent", self.items[0])
        measure.with_user(boss).action_approve()
        measure.with_user(boss).action_carry_out()
        self._judge(1)
        self.assertEqual(promise.state, "cancelled")
        self.assertFalse(promise.received)
