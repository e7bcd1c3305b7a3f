from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import assessment as core
from .common import CollectionCommon

LAST = date(2024, 3, 31)
# One figure earns 1 %, three earn 0.5 %, one is at its benchmark, one costs 4 %
WORKED = {
    "collection_period": (75, (None, 0.01), (-10, 0.0), (10, -0.01)),
    "collection_rate": (0.85, (None, -0.01), (0, 0.005)),
    "receivables_share": (0.3, (None, 0.005), (0, -0.005)),
    "bad_debts_to_receivables": (0.02, (None, 0.0), (0.02, -0.04)),
    "bad_debts_to_sales": (0.01, (None, 0.005), (0, 0.0)),
    "discounts_taken": (0.2, (None, 0.0), (0.05, 0.005)),
}


class AssessmentCommon(CollectionCommon):
    """March 2024: one salesperson and what the books say about the customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls._user("finance", "ar_collection.collection_group_finance")
        cls.boss = cls._user("boss", "ar_collection.collection_group_manager")
        cls._benchmarks(overdue_ratio=(0.1, (None, 0.01), (0, -0.02)))
        cls.accounts = cls.env["collection.assessment"].sudo()

    @classmethod
    def _benchmarks(cls, **scales):
        own = cls.env["collection.benchmark"].search(
            [("company_id", "=", cls.company.id)]
        )
        own.unlink()
        cls.env["collection.benchmark"].create(
            [
                {
                    "company_id": cls.company.id,
                    "code": code,
                    "benchmark": benchmark,
                    "band_ids": [
                        Command.create(
                            {
                                "is_lowest": start is None,
                                "start": start or 0,
                                "rate": rate,
                            }
                        )
                        for start, rate in bands
                    ],
                }
                for code, (benchmark, *bands) in scales.items()
            ]
        )

    @classmethod
    def _sold(cls, amount, on, due, customer=None, **values):
        return cls._invoice(
            amount, customer=customer, invoice_date=on, invoice_date_due=due, **values
        )

    @classmethod
    def _paid(cls, moves, on, **values):
        context = {"active_model": "account.move", "active_ids": moves.ids}
        wizard = cls.env["account.payment.register"].with_context(**context)
        wizard.create({"payment_date": on, **values}).action_create_payments()

    @classmethod
    def _lost(cls, amount, on, customer=None):
        """A write-off that was carried out."""
        customer = customer or cls.shop
        values = {
            "case_id": cls.env["collection.case"]._ensure(customer, cls.company).id,
            "company_id": cls.company.id,
            "partner_id": customer.id,
            "kind": "write_off",
            "reason": "Insolvent",
            "state": "done",
            "proposed_by_id": cls.salesman.id,
            "decided_by_id": cls.env.uid,
            "decided_on": on,
            "proposed_on": on,
            "done_on": on,
            "amount": amount,
            "written_off": amount,
        }
        return cls.env["collection.measure"].sudo().create(values)

    @classmethod
    def _handed_over(cls, customer, on, to, giver=None):
        """A hand-over that was confirmed."""
        handover = (
            cls.env["collection.handover"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "date": on,
                    "state": "done",
                    "from_id": (giver or customer.user_id).id,
                    "to_id": to.id,
                    "line_ids": [
                        Command.create(
                            {"company_id": cls.company.id, "partner_id": customer.id}
                        )
                    ],
                }
            )
        )
        customer.user_id = to
        return handover

    @classmethod
    def _disputed(cls, invoice, state="valid"):
        customer = invoice.commercial_partner_id
        case = cls.env["collection.case"].sudo()._ensure(customer, cls.company)
        items = case.item_ids.filtered(lambda item: item.move_id == invoice)
        return case.env["collection.dispute"].create(
            {
                "case_id": case.id,
                "company_id": cls.company.id,
                "partner_id": customer.id,
                "state": state,
                "item_ids": items.ids,
                "amount": sum(items.mapped("residual")),
                "reason_id": cls.env["collection.reason"].search([], limit=1).id,
                "raised_by_id": cls.salesman.id,
                "raised_on": cls.today,
                "judged_by_id": cls.env.uid,
                "judged_on": cls.today,
            }
        )

    @classmethod
    def _objected(cls, on, state="overruled", **values):
        return (
            cls.env["collection.objection"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "user_id": cls.salesman.id,
                    "reason": "They do not pay.",
                    "entered_on": on,
                    "state": state,
                    **values,
                }
            )
        )

    def _opened(self, user=None):
        """:return: the account of March of a salesperson"""
        accounts = self.accounts._open(self.company, LAST)
        return accounts.filtered(lambda each: each.user_id == (user or self.salesman))


@tagged("post_install", "-at_install")
class TestAssessment(AssessmentCommon):
    def test_worked_example_comes_to_minus_150(self):
        """10,000 × (1 % + 3 × 0.5 % + 0 − 4 %) = −150, from invoices and payments."""
        self._benchmarks(**WORKED)
        paid = self._sold(45_500, date(2023, 5, 1), date(2023, 6, 1))
        self._paid(paid, date(2023, 6, 1))
        self._lost(600, date(2023, 12, 31))
        late = self._sold(1_400, date(2023, 12, 1), date(2024, 2, 1))
        self._paid(late, date(2024, 3, 15))
        part = self._sold(3_800, date(2024, 2, 10), date(2024, 3, 10))
        self._paid(part, date(2024, 3, 20), amount=2_800)
        self._sold(8_100, date(2024, 3, 20), date(2024, 4, 20))
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10, N/30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "nb_days": 30})],
            }
        )
        for number in range(12):
            offered = self._sold(
                100,
                date(2024, 3, 1),
                False,
                self._customer(f"Shop {number}"),
                invoice_payment_term_id=term.id,
            )
            if number < 3:
                self._paid(offered, date(2024, 3, 5))
        colleague = self._user("colleague", "base.group_user")
        other = self._customer("Elsewhere", user_id=colleague.id)
        self._sold(30_000, date(2024, 1, 5), date(2024, 4, 5), other)

        account = self._opened()
        base = self.accounts._bases(self.company, LAST, "user_id")[self.salesman.id]
        self.assertEqual(
            [float(number) for number in base],
            [10_000, 60_000, 4_500, 5_000, 40_000, 600, 3, 12, 1_000],
        )
        self.assertRecordValues(
            account,
            [{"receivables": 10_000, "rate": -0.015, "amount": -150, "apart": 0}],
        )
        self.assertEqual(
            account.line_ids.mapped("rate"), [0.01, 0.005, 0.005, -0.04, 0.0, 0.005]
        )
        self.assertEqual(account.line_ids.mapped("amount"), [100, 50, 50, -400, 0, 50])

    def test_receivables_of_all_accounts_are_those_of_the_company(self):
        """What is counted, set apart or nobody's is all there is."""
        colleague = self._user("colleague", "base.group_user")
        mine = self._sold(700, date(2024, 1, 1), date(2024, 1, 31))
        self._sold(200.55, date(2024, 2, 1), date(2024, 4, 1))
        self._sold(-50, date(2024, 3, 1), date(2024, 3, 1))
        theirs = self._customer("Theirs", user_id=colleague.id)
        self._sold(300.30, date(2024, 3, 1), date(2024, 3, 30), theirs)
        self._paid(mine, date(2024, 4, 5))
        self._sold(90, date(2024, 4, 1), date(2024, 4, 1))
        nobody = self._customer("Nobody's", user_id=False)
        self._sold(10, date(2024, 3, 1), date(2024, 3, 30), nobody)
        self._disputed(self._sold(40, date(2024, 3, 1), date(2024, 3, 30), theirs))
        accounts = self.accounts._open(self.company, LAST)
        [figure] = self.env["collection.figure"]._of_months(
            self.company, date(2024, 3, 1), LAST
        )
        counted = sum(accounts.mapped("receivables"))
        self.assertAlmostEqual(
            counted + sum(accounts.mapped("apart")) + 10, figure["receivables"]
        )
        self.assertEqual(accounts.user_id, self.salesman + colleague)
        mine = accounts.filtered(lambda each: each.user_id == self.salesman)
        self.assertAlmostEqual(mine.receivables, 850.55)
        self.assertAlmostEqual(mine.line_ids.part, 650, msg="credits: oldest first")

    def test_items_apart_are_those_that_the_method_excuses(self):
        """The statement and ``core.assessment.fair`` agree, whatever comes together."""
        giver = self._user("giver", "base.group_user")
        taken_on = {}
        for number, days in enumerate((59, 60, 61)):
            customer = self._customer(f"Taken {number}", user_id=giver.id)
            self._sold(10, LAST - timedelta(80), LAST - timedelta(70), customer)
            self._sold(20, LAST - timedelta(days), LAST - timedelta(days), customer)
            self._sold(30, LAST - timedelta(days - 1), LAST, customer)
            self._handed_over(customer, LAST - timedelta(days), self.salesman)
            taken_on[customer] = LAST - timedelta(days)
        plain = self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        disputed = self._sold(200, date(2024, 3, 1), date(2024, 3, 15))
        self._disputed(disputed)
        self._disputed(plain, "open")
        released = self._sold(400, date(2024, 3, 1), date(2024, 3, 15))
        self._objected(date(2024, 2, 28), move_id=released.id)
        self._objected(date(2024, 2, 28), state="accepted", move_id=plain.id)
        risky = self._customer("Risky")
        before = self._sold(800, date(2024, 3, 9), date(2024, 3, 15), risky)
        after = self._sold(1600, date(2024, 3, 10), date(2024, 3, 15), risky)
        self._objected(date(2024, 3, 10), partner_id=risky.id)
        later = self._customer("Later")
        self._objected(date(2024, 4, 1), partner_id=later.id)
        self._sold(3200, date(2024, 3, 10), date(2024, 3, 15), later)
        account = self._opened()
        moves = self.env["account.move"].search(
            [("partner_id.user_id", "=", self.salesman.id), ("date", "<=", LAST)]
        )
        items = []
        for move in moves:
            taken = taken_on.get(move.partner_id)
            items.append(
                core.Item(
                    move.id,
                    move.amount_residual,
                    move.invoice_date_due,
                    disputed=move == disputed,
                    inherited=taken if taken and move.date <= taken else None,
                    released=move in released + after,
                )
            )
        self.assertIn(before, moves)
        fair = core.fair(items, LAST, self.company.collection_inherited_days)
        apart = {
            (item.move_id.id, item.reason, item.amount) for item in account.item_ids
        }
        self.assertEqual(
            apart, {(item.key, why[0], item.amount) for item, why in fair.apart}
        )
        owed, overdue = core.owed(fair.counted, LAST)
        self.assertEqual(account.receivables, float(owed))
        self.assertEqual(account.line_ids.part, float(overdue))
        self.assertEqual(account.apart, sum(item.amount for item, _why in fair.apart))

    def test_what_is_set_apart_was_neither_due_nor_collected(self):
        invoice = self._sold(100, date(2024, 2, 1), date(2024, 3, 1))
        self._paid(invoice, date(2024, 3, 20), amount=60)
        other = self._sold(50, date(2024, 2, 1), date(2024, 3, 1))
        self._paid(other, date(2024, 3, 20), amount=20)
        self._disputed(invoice)
        self._benchmarks(collection_rate=(0.9, (None, 0)))
        account = self._opened()
        self.assertRecordValues(account.line_ids, [{"part": 20, "whole": 50}])
        self.assertRecordValues(
            account.item_ids, [{"amount": 40, "contracted": 100, "collected": 60}]
        )

    def test_only_money_of_the_month_is_collected(self):
        early = self._sold(100, date(2024, 2, 1), date(2024, 3, 10))
        self._paid(early, date(2024, 2, 29))
        credited = self._sold(200, date(2024, 2, 1), date(2024, 3, 10))
        credit = self._sold(-80, date(2024, 3, 5), date(2024, 3, 5))
        lines = (credited + credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        late = self._sold(400, date(2024, 2, 1), date(2024, 3, 10))
        self._paid(late, date(2024, 4, 1))
        base = self.accounts._bases(self.company, LAST, "user_id")[self.salesman.id]
        self.assertEqual((base.collected, base.contracted), (0, 100 + 120 + 400))

    def test_a_customer_given_away_later_is_still_the_givers_in_the_month(self):
        heir = self._user("heir", "base.group_user")
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        self._handed_over(self.shop, date(2024, 4, 2), heir)
        self._handed_over(
            self.shop, date(2024, 5, 2), self._user("last", "base.group_user")
        )
        accounts = self.accounts._open(self.company, LAST)
        self.assertRecordValues(
            accounts, [{"user_id": self.salesman.id, "receivables": 100}]
        )

    def test_bad_debts_of_a_predecessor_or_over_an_objection_do_not_count(self):
        self._sold(100, date(2023, 3, 31), date(2024, 3, 15))
        for on in (date(2023, 3, 31), date(2024, 4, 1)):
            self._lost(1, on)  # not in the twelve months
        self._lost(2, date(2023, 4, 1))
        giver = self._user("giver", "base.group_user")
        taken = self._customer("Taken", user_id=giver.id)
        self._sold(50, date(2023, 12, 1), date(2024, 3, 15), taken)
        self._handed_over(taken, date(2023, 12, 31), self.salesman)
        self._lost(4, date(2024, 2, 28), taken)
        self._lost(8, date(2024, 2, 29), taken)  # 60 days later
        risky = self._customer("Risky")
        self._sold(50, date(2023, 12, 1), date(2024, 3, 15), risky)
        self._objected(date(2024, 1, 1), partner_id=risky.id)
        self._lost(16, date(2023, 12, 31), risky)
        self._lost(32, date(2024, 1, 1), risky)
        base = self.accounts._bases(self.company, LAST, "user_id")[self.salesman.id]
        self.assertEqual(base.bad_debts, 2 + 8 + 16)

    def test_accounts_by_region_are_those_of_the_customers_states(self):
        self.company.collection_assessed_by = "region"
        state = self.env.ref("base.state_us_5")
        self.shop.state_id = state
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        self._sold(70, date(2024, 3, 1), date(2024, 3, 15), self._customer("No state"))
        self._handed_over(self.shop, date(2024, 3, 20), self.collector)
        accounts = self.accounts._open(self.company, LAST)
        self.assertRecordValues(
            accounts,
            [{"region_id": state.id, "user_id": False, "receivables": 100}],
        )
        self.assertFalse(accounts.item_ids, "a region inherits nothing")

    def test_contacts_branches_archived_and_foreign_currency_count(self):
        contact = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.shop.id, "user_id": False}
        )
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15), contact)
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 0.5)])
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15), currency_id=euro.id)
        self.shop.active = False
        self.salesman.active = False
        self.assertEqual(self._opened().receivables, 100 + 200)

    def test_amounts_of_the_figures_add_up_to_the_cent(self):
        self._benchmarks(
            overdue_ratio=(0.1, (None, 0.0001), (0, 0.0037)),
            receivables_share=(0.1, (None, 0.0001), (0, 0.0011)),
            collection_rate=(0.1, (None, 0.0011), (0, 0.0001)),
        )
        for amount in (33.33, 0.01, 1234.56):
            with self.subTest(amount):
                self._sold(amount, date(2024, 3, 1), date(2024, 3, 15))
                account = self.accounts.search([]) or self._opened()
                account._fill()
                self.assertAlmostEqual(
                    sum(account.line_ids.mapped("amount")), account.amount, 2
                )

    def test_a_figure_without_a_base_gives_nothing_and_says_so(self):
        self._benchmarks(discounts_taken=(0.2, (None, -0.01)))
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        line = self._opened().line_ids
        self.assertFalse(line.has_value)
        self.assertEqual((line.rate, line.value_text), (0, ""))
        self.assertEqual(line.band_text, "no base")

    def test_many_salespeople_cost_as_many_statements_as_one(self):
        def opened(month):
            self.env.invalidate_all()
            with self.assertQueryCount(15):
                return self.accounts._open(self.company, month)

        self._sold(100, date(2024, 1, 1), date(2024, 1, 15))
        self.assertEqual(len(opened(date(2024, 1, 31))), 1)
        for number in range(8):
            user = self._user(f"seller{number}", "base.group_user")
            customer = self._customer(f"Shop {number}", user_id=user.id)
            self._sold(100, date(2024, 3, 1), date(2024, 3, 15), customer)
        accounts = opened(LAST)
        self.assertEqual(len(accounts), 9)
        self.assertEqual(len(accounts.line_ids), 9)

    def test_an_account_is_drawn_up_once_a_month(self):
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        self.assertEqual(len(self._opened()), 1)
        self.assertFalse(self._opened())
        april = self.accounts._open(self.company, date(2024, 4, 15))
        self.assertEqual(april.month, date(2024, 4, 30))

    def test_without_benchmarks_no_account_is_drawn_up(self):
        self._benchmarks()
        self._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        with self.assertRaisesRegex(UserError, "Set benchmarks first"):
            self._opened()


@tagged("post_install", "-at_install")
class TestAssessmentStates(AssessmentCommon):
    """Draft, agreed by finance, closed by a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman.group_ids += cls.env.ref("ar_collection.collection_group_user")
        cls.invoice = cls._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        cls.account = cls.accounts._open(cls.company, LAST)

    def _as(self, user):
        return self.account.with_user(user)

    def test_only_a_draft_follows_the_books(self):
        self._sold(50, date(2024, 3, 2), date(2024, 3, 15))
        self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 150)
        self._as(self.finance).action_agree()
        self._sold(25, date(2024, 3, 2), date(2024, 3, 15))
        with self.assertRaises(UserError):
            self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 150)
        self._as(self.boss).action_back_to_draft()
        self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 175)

    def test_finance_agrees_and_a_manager_closes(self):
        for user in self.salesman, self.collector:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(user).action_agree()
        with self.assertRaises(UserError):
            self._as(self.boss).action_close()
        self._as(self.finance).action_agree()
        with self.assertRaises(AccessError):
            self._as(self.finance).action_close()
        self._as(self.boss).action_close()
        with self.assertRaises(UserError):
            self._as(self.boss).action_back_to_draft()
        self.assertRecordValues(
            self.account,
            [
                {
                    "state": "closed",
                    "agreed_by_id": self.finance.id,
                    "closed_by_id": self.boss.id,
                    "closed_on": self.today,
                }
            ],
        )

    def test_nobody_passes_the_own_account(self):
        self.salesman.group_ids += self.env.ref(
            "ar_collection.collection_group_manager"
        )
        with self.assertRaises(AccessError):
            self._as(self.salesman).action_agree()
        self._as(self.finance).action_agree()
        with self.assertRaises(AccessError):
            self._as(self.salesman).action_close()

    def test_nobody_writes_or_deletes_an_account(self):
        self._disputed(self.invoice)
        self._as(self.finance).action_compute()
        for record in self.account, self.account.line_ids, self.account.item_ids:
            mine = record.with_user(self.boss)
            self.assertTrue(record)
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.write({"amount": 1})
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.create({"company_id": self.company.id})
            with self.subTest(record._name), self.assertRaises(UserError):
                record.sudo().unlink()

    def test_a_salesperson_sees_the_own_account_and_finance_all(self):
        rival = self._user("rival", "ar_collection.collection_group_user")
        for user, count in (
            (self.salesman, 1),
            (rival, 0),
            (self.collector, 0),
            (self.finance, 1),
            (self.boss, 1),
        ):
            with self.subTest(user.login):
                for model in self.account, self.account.line_ids:
                    seen = model.with_user(user).search([("id", "in", model.ids)])
                    self.assertEqual(len(seen), count)

    def test_objections_are_entered_in_ones_own_name_and_decided_by_another(self):
        mine = self.env["collection.objection"].with_user(self.salesman)
        reason = {"reason": "They never pay.", "company_id": self.company.id}
        for forged in (
            {"state": "overruled"},
            {"user_id": self.collector.id},
            {"entered_on": date(2024, 1, 1)},
        ):
            with self.subTest(forged), self.assertRaises(AccessError):
                mine.create({**reason, "partner_id": self.shop.id, **forged})
        objection = mine.create({**reason, "partner_id": self.shop.id})
        self.assertRecordValues(
            objection,
            [
                {
                    "user_id": self.salesman.id,
                    "entered_on": self.today,
                    "state": "open",
                    "whole_customer": True,
                }
            ],
        )
        with self.assertRaises(AccessError):
            objection.write({"reason": "Never mind."})
        with self.assertRaises(AccessError):
            objection.with_user(self.finance).action_overrule()
        self.salesman.group_ids += self.env.ref(
            "ar_collection.collection_group_manager"
        )
        with self.assertRaises(AccessError):
            objection.action_overrule()
        objection.with_user(self.boss).action_overrule()
        self.assertEqual(objection.sudo().decided_by_id, self.boss)
        objection.with_user(self.boss).action_accept()
        self.assertEqual(objection.state, "overruled", "decided once")
