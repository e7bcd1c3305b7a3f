"""What one statement says of all customers is what is said of them one by one."""

from datetime import date, timedelta

from reference.ageing import rolls
from reference.assessment import Item, fair, owed
from reference.holdout import arm, compare

from odoo.tests import tagged

from odoo.addons.ar_collection_assessment.tests.assessment.assessment_common import (
    LAST,
    AssessmentCommon,
)
from odoo.addons.ar_collection_figures.core.ageing import Rolls
from odoo.addons.ar_collection_figures.tests.ageing.test_ageing import (
    DECEMBER,
    FEBRUARY,
    JANUARY,
    MARCH,
    AgeingCommon,
)
from odoo.addons.ar_collection_figures.tests.holdout.test_holdout import HoldoutCommon


@tagged("post_install", "-at_install")
class TestAgeingLaw(AgeingCommon):
    """The receivables' buckets, from month to month."""

    def test_rolls_are_those_of_the_items_one_by_one(self):
        self._close()
        buckets = self.env["collection.ageing.bucket"]._of(self.company)
        lost = {(FEBRUARY, MARCH): {self._line(self.gone).id: 300}}
        for days in (DECEMBER, JANUARY), (JANUARY, FEBRUARY), (FEBRUARY, MARCH):
            before, after = map(self._standing, days)
            wanted = Rolls(*rolls(before, after, days, lost=lost.get(days)))
            [found] = self.rolls._history(self.company, buckets, days[1], 1)
            with self.subTest(days[1]):
                self.assertTrue(sum(wanted.opening))
                for part, amounts in wanted._asdict().items():
                    self.assertEqual(
                        self._flat(getattr(found, part)), self._flat(amounts)
                    )
                rows = self.rows.search(
                    [
                        ("company_id", "=", self.company.id),
                        ("date", "=", days[1]),
                        ("bucket_id", "in", buckets.ids),
                    ]
                )
                self.assertEqual(rows.mapped("opening"), self._flat(wanted.opening))
                self.assertEqual(rows.mapped("rolled"), self._flat(wanted.worse))
                for row, rate in zip(rows, wanted.rates, strict=False):
                    self.assertAlmostEqual(row.roll_rate, rate or 0)

    def _flat(self, amounts):
        if isinstance(amounts, tuple):
            return [each for part in amounts for each in self._flat(part)]
        return [float(amounts)]

    def _line(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _standing(self, day):
        """:return: {line: (due, net)} of what is owed, as the reference wants it"""
        receivables = self.env["collection.receivable"].with_context(trade_day=day)
        return {
            self._line(each.move_id).id: (each.date_due, each.net)
            for each in receivables.search([("net", ">", 0)])
        }


@tagged("post_install", "-at_install")
class TestHoldoutLaw(HoldoutCommon):
    """What a step brings."""

    def _arm(self, state, days):
        return arm(
            (len(invoices), int(paid_after <= days))
            for invoices, paid_after in self.sides[state]
        )

    def test_the_report_is_that_of_the_customers_one_by_one(self):
        rows = self._rows()
        self.assertEqual(set(rows), {7, 14, 30})
        for days, row in rows.items():
            treated, held = self._arm("due", days), self._arm("held_out", days)
            wanted = compare(treated, held)
            with self.subTest(days):
                self.assertEqual(row.treated_customers, treated.customers)
                self.assertEqual(row.treated_items, treated.items)
                self.assertEqual(row.treated_amount, 100 * treated.items)
                self.assertEqual(row.held_items, held.items)
                self.assertAlmostEqual(row.treated_rate, treated.rate)
                self.assertAlmostEqual(row.held_rate, held.rate)
                self.assertAlmostEqual(row.treated_amount_rate, treated.rate)
                self.assertAlmostEqual(row.difference, wanted.difference)
                self.assertAlmostEqual(row.low, wanted.low)
                self.assertAlmostEqual(row.high, wanted.high)
                self.assertEqual(row.verdict, wanted.verdict)
        self.assertEqual(rows[7].verdict, "more")


@tagged("post_install", "-at_install")
class TestAssessmentLaw(AssessmentCommon):
    """What counts against no salesperson."""

    def test_items_apart_are_those_that_the_method_excuses(self):
        """Each item by itself, whatever comes together."""
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
        self._disputed(plain, on=date(2024, 4, 1))
        self._disputed(plain, "invalid")
        resolved = {"resolution": "credit_note", "resolved_on": LAST}
        self._disputed(plain, "resolved", **resolved)
        settled = self._sold(300, date(2024, 3, 1), date(2024, 3, 15))
        resolved = {"resolution": "credit_note", "resolved_on": date(2024, 4, 1)}
        self._disputed(settled, "resolved", **resolved)
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
                Item(
                    move.id,
                    move.amount_residual,
                    move.invoice_date_due,
                    disputed=move in disputed + settled,
                    inherited=taken if taken and move.date <= taken else None,
                    released=move in released + after,
                )
            )
        self.assertIn(before, moves)
        found = fair(items, LAST, self.company.collection_inherited_days)
        apart = {
            (item.move_id.id, item.reason, item.amount) for item in account.item_ids
        }
        self.assertEqual(
            apart, {(item.key, why[0], item.amount) for item, why in found.apart}
        )
        receivables, overdue = owed(found.counted, LAST)
        self.assertEqual(account.receivables, float(receivables))
        self.assertEqual(account.line_ids.part, float(overdue))
        self.assertEqual(account.apart, sum(item.amount for item, _why in found.apart))
