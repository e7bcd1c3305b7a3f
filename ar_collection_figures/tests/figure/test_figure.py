from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import FigureCommon

# Who may do what (create, read, write, delete); everybody else: nothing
LOOK = {"user": "r", "collector": "r", "finance": "r", "manager": "r"}
FINANCE = {"finance": "crwd", "manager": "crwd"}
RIGHTS = {
    "collection.figure": LOOK,
    "collection.ageing": LOOK,
    "collection.ageing.roll": LOOK,
    "collection.ageing.bucket": {**LOOK, "manager": "rw"},
    "collection.receivable": LOOK,
    "collection.holdout": LOOK,
    "collection.ageing.bound": {**LOOK, "manager": "rc", "salesman": "r"},
    "collection.provision": FINANCE,
    "collection.provision.line": dict.fromkeys(FINANCE, "rw"),
}
OPERATIONS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}


@tagged("post_install", "-at_install")
class TestFigure(FigureCommon):
    """The figures of a month from the books as they stood at its end."""

    def test_a_month_knows_nothing_of_later_payments(self):
        invoice = self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        self._sold(100, date(2024, 2, 5), date(2024, 3, 6))
        self._pay(invoice)  # today
        january, february = self._of(1), self._of(2)
        self.assertEqual((january["opening"], january["sales"]), (0, 300))
        self.assertEqual((january["receivables"], january["current"]), (300, 300))
        self.assertEqual((february["opening"], february["receivables"]), (300, 400))
        self.assertEqual((february["overdue"], february["current"]), (300, 100))
        self.assertAlmostEqual(february["dso"], 400 / 100 * 29)
        self.assertAlmostEqual(february["best_possible_dso"], 29)
        self.assertAlmostEqual(february["days_delinquent"], 300 / 100 * 29)

    def test_unallocated_credits_come_off_what_is_overdue_first(self):
        self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        self._sold(100, date(2024, 1, 10), date(2024, 3, 6))
        self._sold(-250, date(2024, 1, 25), date(2024, 1, 25))
        found = self._of(1)
        self.assertEqual((found["receivables"], found["overdue"]), (150, 50))

    def test_a_credit_of_one_customer_hides_nothing_of_another(self):
        self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        self._received(1000, date(2024, 1, 15), self._customer("Other Shop"))
        found = self._of(1)
        self.assertEqual((found["receivables"], found["overdue"]), (-700, 300))

    def test_what_a_branch_paid_for_another_customer_is_paid(self):
        """Matched across customers: nobody owes it any more, whoever paid."""
        invoice = self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        payment = self._received(300, date(2024, 1, 15), self._customer("Uncle"))
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        found = self._of(1)
        self.assertEqual((found["receivables"], found["overdue"]), (0, 0))

    def test_a_month_without_sales_has_no_days_of_sales(self):
        self._sold(300, date(2024, 1, 10), date(2024, 1, 20))
        found = self._of(2)
        self.assertEqual((found["sales"], found["dso"]), (0, None))
        self.assertFalse(found["has_sales"])

    def test_receivables_are_counted_back_over_the_sales_before(self):
        self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        self._sold(100, date(2024, 2, 5), date(2024, 3, 6))
        self._paid(self._sold(50, date(2024, 3, 5), date(2024, 4, 4)), date(2024, 3, 6))
        # 400 owed at the end of March: its 50, the 100 of February, 250 of January's
        found = self._of(3)
        self.assertAlmostEqual(found["count_back_dso"], 31 + 29 + 31 * 250 / 300)
        self.assertEqual(found["count_back_rest"], 0)
        self.assertAlmostEqual(self._of(1)["count_back_dso"], 31)

    def test_what_no_sales_explain_is_said(self):
        """An opening balance is older than the first sale."""
        journal = self.company_data["default_journal_misc"]
        receivable = self.company_data["default_account_receivable"]
        revenue = self.company_data["default_account_revenue"]
        lines = [
            {"account_id": receivable.id, "partner_id": self.shop.id, "debit": 500},
            {"account_id": revenue.id, "credit": 500},
        ]
        self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": date(2023, 12, 31),
                "line_ids": [(0, 0, line) for line in lines],
            }
        ).action_post()
        self._sold(100, date(2024, 1, 10), date(2024, 2, 9))
        found = self._of(1)
        self.assertEqual(found["count_back_dso"], 31)
        self.assertEqual(found["count_back_rest"], 500)

    def test_money_costs_by_the_days_for_which_it_is_tied_up(self):
        self.company.collection_money_rate = 20
        invoice = self._sold(83_000, date(2023, 12, 31), date(2024, 1, 30))
        self._sold(3100, date(2024, 1, 22), date(2024, 2, 9))
        self._paid(invoice, date(2024, 1, 31))
        found = self._of(1)
        # 30 days at 83 000, of them nine at 3 100 more, and one day at 3 100
        balances = 83_000 * 30 + 3100 * 10
        self.assertAlmostEqual(found["average_receivables"], balances / 31, places=6)
        self.assertAlmostEqual(
            float(found["cost_of_money"]), balances * 0.2 / 360, places=6
        )

    def test_promises_of_a_month_are_kept_by_their_amount(self):
        case = self._case()
        for amount, day, state in (
            (100, date(2024, 1, 31), "kept"),
            (300, date(2024, 1, 1), "broken"),
            (500, date(2024, 1, 15), "open"),
            (500, date(2024, 1, 15), "cancelled"),
            (900, date(2024, 2, 1), "kept"),
        ):
            self.env["collection.promise"].sudo().create(
                {
                    "case_id": case.id,
                    "partner_id": self.shop.id,
                    "company_id": self.company.id,
                    "user_id": self.salesman.id,
                    "amount": amount,
                    "made_on": date(2024, 1, 1),
                    "date": day,
                    "state": state,
                }
            )
        january = self._of(1)
        self.assertEqual((january["promised"], january["promises_kept"]), (400, 0.25))
        self.assertEqual(self._of(2)["promises_kept"], 1)
        self.assertIsNone(self._of(3)["promises_kept"])

    def test_months_that_ended_are_kept_once(self):
        self.company.collection_figure_days = 0
        kept = self.figures._close_months(self.company, date(2024, 6, 15))
        self.assertEqual(len(kept), 12)
        self.assertEqual(kept[-1].date, date(2024, 5, 31))
        self.assertFalse(self.figures._close_months(self.company, date(2024, 6, 30)))
        [june] = self.figures._close_months(self.company, date(2024, 7, 1))
        self.assertEqual(june.date, date(2024, 6, 30))

    def test_a_month_stays_open_some_days_for_what_is_still_booked(self):
        self.company.collection_figure_days = 5
        self.figures._close_months(self.company, date(2024, 6, 6))
        self.assertFalse(self.figures._close_months(self.company, date(2024, 7, 5)))
        self._sold(100, date(2024, 6, 30), date(2024, 7, 30))
        [june] = self.figures._close_months(self.company, date(2024, 7, 6))
        self.assertEqual((june.date, june.sales), (date(2024, 6, 30), 100))

    def test_figures_that_were_kept_stay_whatever_is_booked_later(self):
        [*_others, may] = self.figures._close_months(self.company, date(2024, 6, 6))
        self._sold(100, date(2024, 5, 31), date(2024, 6, 30))
        self.assertEqual(may.receivables, 0)
        with self.assertRaises(UserError):
            may.unlink()

    def test_nobody_has_more_rights_than_he_needs(self):
        people = {
            kind: self._user(f"{kind}_1", f"ar_collection.collection_group_{kind}")
            for kind in ("user", "collector", "finance", "manager")
        }
        people["salesman"] = self.salesman
        for model, rights in RIGHTS.items():
            for kind, user in people.items():
                records = self.env[model].with_user(user)
                granted = {
                    letter
                    for operation, letter in OPERATIONS.items()
                    if records.has_access(operation)
                }
                with self.subTest(model=model, who=kind):
                    self.assertEqual(granted, set(rights.get(kind, "")))

    def test_what_is_owed_today_is_what_is_collected(self):
        """Two ways to net: from the matches of any day, and from Odoo's residuals."""
        other = self._customer("Other Shop")
        paid = self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        self._paid(paid, date(2024, 3, 1), 120)
        for amount, customer in (100, self.shop), (70, other), (-30, other):
            self._sold(amount, date(2024, 1, 20), date(2024, 1, 25), customer)
        self._received(150, date(2024, 3, 5))
        self._paid(self._sold(60, date(2024, 2, 1), date(2024, 3, 1)), self.today)
        items = self.env["collection.item"].sudo()
        items._sync(self.company, self.today)
        own = [("company_id", "=", self.company.id), ("residual", ">", 0)]
        collected = {item.number: item.residual for item in items.search(own)}
        owed = self.env["collection.receivable"].search([("net", ">", 0)])
        self.assertEqual(len(collected), 2)
        self.assertEqual({each.number: each.net for each in owed}, collected)

    def test_every_figure_leads_to_what_it_is_computed_from(self):
        paid = self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        self._sold(100, date(2024, 1, 20), date(2024, 1, 25))
        self._pay(paid)
        self.figures._close_months(self.company, date(2024, 2, 20))
        january = self.figures.search([("date", "=", date(2024, 1, 31))])
        own = [("company_id", "=", self.company.id)]
        for method, field, model, total in (
            ("action_open_receivables", "receivables", "collection.receivable", "net"),
            ("action_open_overdue", "overdue", "collection.receivable", "net"),
            ("action_open_sales", "sales", "account.move", "amount_total_signed"),
            ("action_open_ageing", "receivables", "collection.ageing", "amount"),
        ):
            action = getattr(january, method)()
            with self.subTest(method):
                self.assertEqual(action["res_model"], model)
                day = action["context"].get("search_default_day")
                records = self.env[model].with_context(trade_day=day)
                found = records.search(action["domain"] + own)
                self.assertEqual(sum(found.mapped(total)), january[field])

    def test_figures_cost_two_statements_for_any_number_of_months(self):
        self._sold(300, date(2024, 1, 10), date(2024, 2, 9))
        for months in 1, 12:
            first, last = date(2024, 13 - months, 1), date(2024, 12, 31)
            self._of(1)
            self.env.flush_all()
            with self.assertQueryCount(2):
                found = self.figures._of_months(self.company, first, last)
            self.assertEqual(len(found), months)
