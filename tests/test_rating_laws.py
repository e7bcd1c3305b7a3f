"""What is said of dealers by one statement is what is said of them one by one."""

import random
from datetime import date

from dateutil.relativedelta import relativedelta
from reference.abc import classify
from reference.migration import moves

from odoo.tests import tagged

from odoo.addons.dealer_rating.core.migration import migration
from odoo.addons.dealer_rating.tests.abc.abc_common import DAY, AbcCommon
from odoo.addons.dealer_rating.tests.common import ORDER
from odoo.addons.dealer_rating.tests.validation.validation_common import (
    Q1,
    Q2,
    Q3,
    ValidationCommon,
)


@tagged("post_install", "-at_install")
class TestAbcLaw(AbcCommon):
    """Customers' classes, on books in which sales are equal and boundaries are hit."""

    def test_the_statement_classes_as_one_by_one(self):
        rng = random.Random(19)
        customers = self._customers(*(f"Shop {number}" for number in range(25)))
        # Few different amounts, so that some are equal and shares hit boundaries
        sizes = [-300, -40.01, 0, 9.99, 100, 100, 300, 300, 1200, 2000.05]
        sales = [
            (who, date(2026, rng.randint(1, 6), rng.randint(1, 28)), rng.choice(sizes))
            for who in customers
            for _invoice in range(rng.randint(0, 3))
        ]
        moves = self._sell(*(sale for sale in sales if sale[2]))
        letters = set()
        for months in 1, 3, 5:
            means = self._booked(moves, months)
            for method, a, b in (
                ("amount", 100, 33.33),
                ("amount", 400, 100),
                ("share", 0.5, 0.8),
                ("share", 0.8, 0.95),
                ("share", 1, 1),
            ):
                with self.subTest(months=months, method=method, a=a, b=b):
                    names = ("a_from", "b_from") if method == "amount" else None
                    cut = dict(zip(names or ("a_to", "b_to"), (a, b), strict=True))
                    found = self._classification(months=months, method=method, **cut)
                    letters |= set(found.line_ids.mapped("abc_class"))
                    self.assertAlike(found.line_ids, classify(means, method, a, b))
        self.assertEqual(letters, {"A", "B", "C"})

    def _booked(self, moves, months):
        """Return each customer's mean, added up in Python."""
        start = DAY.replace(day=1) - relativedelta(months=months)
        means = {}
        for move in moves:
            if move.invoice_date < DAY.replace(day=1):
                counts = move.invoice_date >= start
                means.setdefault(move.partner_id.id, 0)
                means[move.partner_id.id] += move.amount_untaxed_signed * counts
        return {
            who: self.company.currency_id.round(m / months) for who, m in means.items()
        }

    def assertAlike(self, lines, expected):
        self.assertEqual(len(lines), len(expected))
        found = {line.partner_id.id: line for line in lines}
        for each in expected:
            line = found[each.customer]
            self.assertAlmostEqual(line.mean, float(each.mean), 2)
            self.assertEqual((line.rank, line.abc_class), (each.rank, each.abc_class))
            self.assertAlmostEqual(line.cumulated, float(each.cumulated), 5)


@tagged("post_install", "-at_install")
class TestMovesLaw(ValidationCommon):
    """Dealers who rise, fall, stay, leave, come late or have a gap."""

    DEALERS = 24

    def test_moves_are_counted_as_they_happened_one_by_one(self):
        rows = self._random_quarters(random.Random(5))
        report = self._report()
        expected = migration(moves(rows, [Q1, Q2, Q3]), ORDER)
        found = {
            (line.grade_id.name, line.next_grade_id.name or None): line.dealers
            for line in report.move_ids
        }
        self.assertEqual(found, expected.counts)
        for line in report.move_ids:
            shares = expected.shares()[line.grade_id.name]
            stayed = expected.shares(leavers=False).get(line.grade_id.name, {})
            then = line.next_grade_id.name or None
            self.assertAlmostEqual(line.share, shares[then], 3)
            self.assertAlmostEqual(line.stayed_share, stayed.get(then, 0), 3)
        directions = expected.directions()
        for name in directions._fields:
            self.assertEqual(report[f"{name}_count"], getattr(directions, name), name)
            self.assertTrue(report[f"{name}_count"], name)

    def _random_quarters(self, lot):
        """Confirm quarters, entered in no order of their days.

        :return: list of (dealer, first day, letters)
        """
        dealers = [self._dealer(f"Shop {number}") for number in range(self.DEALERS)]
        rows = [
            (dealer, start, lot.choice(ORDER[::3]))
            for dealer in dealers
            for start in (Q1, Q2, Q3)
            if lot.random() < 0.8
        ]
        lot.shuffle(rows)
        for dealer, start, letters in rows:
            self._past(dealer, letters, lot.randint(10, 90), start)
        return rows
