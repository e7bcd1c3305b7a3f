import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.trade_credit_base.tests.sizes import sized

from .measure_common import MeasureCommon

SEEDS = range(sized(2, 12))


@tagged("post_install", "-at_install")
class TestLaws(MeasureCommon):
    """Books at random, drawn anew from fixed seeds."""

    CODES = ("on_time", "collection", "overdue", "days_late")

    def _books(self, seed):
        """A year of invoices, credit notes and money of two shops, half of it matched
        with something, whenever."""
        draw = random.Random(seed)
        for partner in (self.shop, self.other):
            debits, settled = [], []
            for _number in range(12):
                day = date(2024, 1, 1) + timedelta(days=draw.randrange(200))
                due = day + timedelta(days=draw.choice([0, 15, 30, 60]))
                amount = draw.randrange(1, 50) * 10
                kind = draw.choice(["invoice", "opening", "note", "money", "money"])
                if kind == "invoice":
                    debits.append(self._invoice(amount, day, due, partner=partner))
                elif kind == "opening":
                    debits.append(self._entry(amount, day, due, partner=partner))
                elif kind == "note":
                    settled.append(self._invoice(-amount, day, partner=partner))
                else:
                    settled.append(self._entry(-amount, day, partner=partner))
            for debit, credit in zip(debits, settled, strict=False):
                if draw.random() < 0.6:
                    self._match(debit, credit)

    def _all(self, month, months=1):
        first = date(2024, month - months + 1, 1)
        last = date(2024, month + 1, 1) - timedelta(days=1)
        return {code: self._measured(code, first, last) for code in self.CODES}

    def test_values_lie_where_they_can_lie(self):
        for seed in SEEDS:
            self._books(seed)
            for month in range(3, 10):
                found = self._all(month, 3)
                for code in ("on_time", "collection", "overdue"):
                    for row in found[code].values():
                        self.assertTrue(0 <= row["value"] <= 1, (seed, month, code))
                        self.assertGreater(row["whole"], 0)

    def test_to_leave_out_what_was_settled_long_ago_changes_nothing(self):
        settlement = type(self.env["trade.settlement"])
        for seed in SEEDS:
            self._books(seed)
            for month in (3, 5, 8):
                short = self._all(month, 2)
                with patch.object(settlement, "_since_sql", lambda *_: SQL("TRUE")):
                    self.assertEqual(self._all(month, 2), short, (seed, month))

    def test_what_is_open_is_what_the_books_say_is_owed(self):
        for seed in SEEDS:
            self._books(seed)
            for month in (2, 4, 6, 8):
                last = date(2024, month + 1, 1) - timedelta(days=1)
                overdue = self._measured("overdue", last, last)
                for partner in (self.shop, self.other):
                    lines = self.env["account.move.line"].search(
                        [
                            ("partner_id", "=", partner.id),
                            ("account_type", "=", "asset_receivable"),
                            ("parent_state", "=", "posted"),
                            ("date", "<=", last),
                        ]
                    )
                    owed = max(sum(lines.mapped("balance")), 0)
                    whole = overdue.get(partner, {}).get("whole", 0)
                    self.assertAlmostEqual(whole, owed, 2, (seed, month))

    def test_one_customer_alone_measures_what_it_does_among_all(self):
        self._books(7)
        measure = self.env["rating.measure"]
        for code in self.CODES:
            among = self._measured(code, date(2024, 3, 1), date(2024, 7, 31))
            rows = getattr(measure, f"_rows_{code}")
            for partner in (self.shop, self.other):
                alone = self.env.execute_query(
                    SQL(
                        "SELECT SUM(part)::float, SUM(whole)::float FROM (%s) AS row",
                        rows(
                            self.company,
                            date(2024, 3, 1),
                            date(2024, 7, 31),
                            partner.id,
                        ),
                    )
                )
                found = among.get(partner, {"part": None, "whole": None})
                self.assertEqual(alone, [(found["part"], found["whole"])])
