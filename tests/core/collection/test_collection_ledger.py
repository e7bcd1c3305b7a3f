"""The figures of a real ledger are those that are known of it.

The ledger is not ours: where it is absent, or another one is named, this is skipped.
"""

import csv
import os
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from ar_collection_figures.core import metrics
from reference import ageing

ROOT = Path(__file__).resolve().parents[3]
LEDGER = Path(
    os.environ.get("CREDIT_LEDGER", ROOT.parent / "shared" / "data" / "ibm_ar.csv")
)
FEBRUARY, MARCH = date(2012, 2, 29), date(2012, 3, 31)


class Invoice(NamedTuple):
    day: date
    due: date
    settled: date
    amount: Decimal

    def is_open(self, day):
        return self.day <= day < self.settled


def _day(text):
    return datetime.strptime(text, "%m/%d/%Y").date()


@pytest.fixture(scope="module")
def invoices():
    """:return: {number: Invoice}"""
    if not LEDGER.is_file():
        pytest.skip(f"there is no ledger {LEDGER}; CREDIT_LEDGER names another")
    with LEDGER.open(newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != 2466 or "DaysToSettle" not in rows[0]:
        pytest.skip(f"{LEDGER} is not the ledger whose figures are known")
    return {
        row["invoiceNumber"]: Invoice(
            *(_day(row[name]) for name in ("InvoiceDate", "DueDate", "SettledDate")),
            Decimal(row["InvoiceAmount"]),
        )
        for row in rows
    }


def _open(invoices, day):
    return {
        number: (invoice.due, invoice.amount)
        for number, invoice in invoices.items()
        if invoice.is_open(day)
    }


def _sales(invoices, after, until):
    sold = (i.amount for i in invoices.values() if after < i.day <= until)
    return sum(sold, Decimal(0))


def _month_ends():
    starts = [date(2012 + n // 12, n % 12 + 1, 1) for n in range(1, 26)]
    return [start - timedelta(days=1) for start in starts]


def _figures(invoices, before, end):
    opening, closing = (
        sum(ageing.age(_open(invoices, day), day)) for day in (before, end)
    )
    current = ageing.age(_open(invoices, end), end)[ageing.CURRENT]
    sales = _sales(invoices, before, end)
    days = (end - before).days
    return opening, sales, closing, current, days


# === What is known of it === #


def test_march_2012_to_the_cent_and_the_second_decimal(invoices):
    bases = _figures(invoices, FEBRUARY, MARCH)
    known = ("6015.31", "6730.54", "6183.10", "5613.87")
    assert bases == (*map(Decimal, known), 31)
    found = metrics.figures(*bases)
    assert [round(figure, 2) for figure in found] == [28.48, 25.86, 2.62, 92.02]


def test_totals_of_the_whole_ledger(invoices):
    total = sum(invoice.amount for invoice in invoices.values())
    assert (len(invoices), total) == (2466, Decimal("147703.18"))
    late = [max(0, (i.settled - i.due).days) for i in invoices.values()]
    share = metrics.share(sum(days > 0 for days in late), len(late))
    assert round(share, 4) == 0.3556
    took = sum((i.settled - i.day).days for i in invoices.values())
    assert round(took / len(invoices), 4) == 26.4448
    buckets = Counter(ageing.bucket(days, (14, 30)) for days in late)
    assert [buckets[number] for number in range(4)] == [1589, 681, 188, 8]


# === What holds in every month === #


def test_in_every_month_the_figures_fit_together(invoices):
    ends = _month_ends()
    for before, end in zip(ends, ends[1:], strict=False):
        bases = _figures(invoices, before, end)
        found = metrics.figures(*bases)
        if found.dso is None:
            continue
        assert found.dso == pytest.approx(
            found.best_possible_dso + found.days_delinquent
        )
        assert 0 <= found.cei <= 100
        back = metrics.count_back_dso(bases[2], [(bases[-1], bases[1])])
        assert back.rest or back.days == pytest.approx(found.dso)


def test_from_month_to_month_the_ledger_rolls_without_a_cent_lost(invoices):
    ends = _month_ends()
    for days in zip(ends, ends[1:], strict=False):
        before, after = (_open(invoices, day) for day in days)
        rolled = ageing.rolls(before, after, days, (15, 30))
        assert ageing.closing(rolled) == ageing.age(after, days[1], (15, 30))
        collected = sum(
            invoice.amount
            for number, invoice in invoices.items()
            if number in before and number not in after
        )
        assert sum(rolled[1]) == collected
