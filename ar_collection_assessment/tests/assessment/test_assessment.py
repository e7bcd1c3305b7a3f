from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged, warmup

from .assessment_common import LAST, AssessmentCommon

# One figure earns 1 %, three earn 0.5 %, one is at its benchmark, one costs 4 %
WORKED = {
    "collection_period": (75, (None, 0.01), (-10, 0.0), (10, -0.01)),
    "collection_rate": (0.85, (None, -0.01), (0, 0.005)),
    "receivables_share": (0.3, (None, 0.005), (0, -0.005)),
    "bad_debts_to_receivables": (0.02, (None, 0.0), (0.02, -0.04)),
    "bad_debts_to_sales": (0.01, (None, 0.005), (0, 0.0)),
    "discounts_taken": (0.2, (None, 0.0), (0.05, 0.005)),
}


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
        reader = self.env["trade.receivable"]
        owed = self.env.execute_query_dict(
            reader._open_sql(reader._of_company(self.company), [LAST])
        )
        counted = sum(accounts.mapped("receivables"))
        self.assertAlmostEqual(
            counted + sum(accounts.mapped("apart")) + 10,
            sum(row["amount"] for row in owed),
        )
        self.assertEqual(accounts.user_id, self.salesman + colleague)
        mine = accounts.filtered(lambda each: each.user_id == self.salesman)
        self.assertAlmostEqual(mine.receivables, 850.55)
        self.assertAlmostEqual(mine.line_ids.part, 650, msg="credits: oldest first")

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
        released = self._sold(100, date(2023, 6, 1), date(2023, 7, 1))
        self._objected(date(2023, 5, 30), move_id=released.id)
        self._lost(64, date(2024, 1, 1), invoice=released)
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

    @warmup
    def test_many_salespeople_cost_as_many_statements_as_one(self):
        self._sold(100, date(2024, 1, 1), date(2024, 1, 15))
        for number in range(8):
            user = self._user(f"seller{number}", "base.group_user")
            customer = self._customer(f"Shop {number}", user_id=user.id)
            self._sold(100, date(2024, 3, 1), date(2024, 3, 15), customer)
        for month, many in (date(2024, 1, 31), 1), (LAST, 9):
            self.env.invalidate_all()
            with self.subTest(many), self.assertQueryCount(15):
                accounts = self.accounts._open(self.company, month)
            self.assertEqual(len(accounts), many)
            self.assertEqual(len(accounts.line_ids), many)

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
