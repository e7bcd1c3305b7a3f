"""The salesperson's account: seven figures, their bands, and what counts for nobody."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from ar_collection_assessment.core import assessment
from ar_collection_assessment.core.assessment import Band, Base, Scale
from hypothesis import given
from hypothesis import strategies as st
from reference.assessment import Item, fair, owed

DAY = date(2026, 3, 31)
BASE = Base(
    receivables=10_000,
    sales=60_000,
    collected=4_500,
    contracted=5_000,
    company_receivables=40_000,
    bad_debts=600,
    discounts_taken=3,
    discounts_offered=12,
    overdue=1_000,
)

cents = st.integers(0, 10**8).map(lambda units: Decimal(units) / 100)
rates = st.integers(-1000, 1000).map(lambda points: Decimal(points) / 10_000)


def _scale(benchmark, *bands):
    return Scale(benchmark, tuple(Band(*band) for band in bands))


# One figure earns 1 %, three earn 0.5 %, one is at its benchmark, one costs 4 %.
WORKED = {
    "collection_period": _scale(75, (None, 0.01), (-10, 0.0), (10, -0.01)),
    "collection_rate": _scale(0.85, (None, -0.01), (0, 0.005)),
    "receivables_share": _scale(0.3, (None, 0.005), (0, -0.005)),
    "bad_debts_to_receivables": _scale(0.02, (None, 0.0), (0.02, -0.04)),
    "bad_debts_to_sales": _scale(0.01, (None, 0.005), (0, 0.0)),
    "discounts_taken": _scale(0.2, (None, 0.0), (0.05, 0.005)),
}


# === The worked example === #


def test_worked_example_comes_to_minus_150():
    """10,000 × (1 % + 3 × 0.5 % + 0 − 4 %) = −150"""
    found = assessment.assess(BASE, WORKED)
    assert [line.rate for line in found.lines] == [
        *(Decimal("0.01"), Decimal("0.005"), Decimal("0.005")),
        *(Decimal("-0.04"), 0, Decimal("0.005")),
    ]
    assert found.rate == Decimal("-0.015")
    assert found.amount == Decimal("-150.00")


def test_the_seven_figures_of_one_month():
    assert assessment.figures(BASE) == {
        "collection_period": 60,
        "collection_rate": 0.9,
        "receivables_share": 0.25,
        "bad_debts_to_receivables": 0.06,
        "bad_debts_to_sales": 0.01,
        "discounts_taken": 0.25,
        "overdue_ratio": 0.1,
    }


def test_a_figure_without_a_base_gives_nothing_and_costs_nothing():
    found = assessment.assess(Base(receivables=100), WORKED)
    lines = {line.code: line for line in found.lines}
    missing = lines["collection_rate"]
    assert (missing.value, missing.band, missing.rate) == (None, None, 0)
    assert lines["bad_debts_to_receivables"].value == 0


def test_a_figure_that_finance_has_not_set_is_not_assessed():
    found = assessment.assess(BASE, {"overdue_ratio": _scale(0.2, (None, 0.01))})
    assert [line.code for line in found.lines] == ["overdue_ratio"]
    assert found.amount == 100


# === Bands === #


@pytest.mark.parametrize(
    ("value", "band"), [(0.19, 0), (0.2, 1), (0.3, 2), (0.4, 3), (5, 3), (-5, 0)]
)
def test_a_band_holds_its_start_whatever_the_floats_come_to(value, band):
    """0.3 − 0.2 is a little less than 0.1 as a float."""
    scale = _scale(0.2, (None, 0), (0, 1), (0.1, 2), (0.2, 3))
    assert assessment.line("overdue_ratio", value, scale).band == band


@pytest.mark.parametrize(
    "bands", [(), [(0, 1)], [(None, 1), (5, 1), (5, 2)], [(None, 1), (5, 1), (4, 2)]]
)
def test_bands_that_do_not_rise_are_refused(bands):
    with pytest.raises(ValueError):
        assessment.line("overdue_ratio", 0.1, _scale(0, *bands))


@given(cents, st.lists(rates, max_size=7))
def test_amount_is_receivables_times_the_sum_of_the_rates(receivables, rates):
    found = assessment.amount(receivables, rates)
    assert abs(found - receivables * sum(rates)) <= Decimal("0.005")
    assert found == assessment.amount(receivables, reversed(rates))
    assert found == -assessment.amount(receivables, [-rate for rate in rates])


def test_nobody_is_paid_for_owing_customers_money():
    assert assessment.amount(-500, [-0.04]) == 0


# === Fairness === #

items = st.lists(
    st.builds(
        Item,
        st.integers(),
        cents,
        st.just(DAY),
        disputed=st.booleans(),
        inherited=st.none() | st.integers(0, 90).map(lambda n: DAY - timedelta(days=n)),
        released=st.booleans(),
    )
)


@given(items, st.integers(0, 60))
def test_what_is_set_apart_is_not_lost(items, days):
    found = fair(items, DAY, days)
    apart = [item for item, _reasons in found.apart]
    assert sorted([*found.counted, *apart], key=repr) == sorted(items, key=repr)
    whole, counted, rest = (
        owed(some, DAY)[0] for some in (items, found.counted, apart)
    )
    assert counted + rest == whole


@given(items, st.integers(0, 60))
def test_each_item_set_apart_says_why_and_no_other_has_a_reason(items, days):
    found = fair(items, DAY, days)
    assert all(reasons for _item, reasons in found.apart)
    assert not any(item.disputed or item.released for item in found.counted)


@pytest.mark.parametrize(("ago", "counts"), [(0, False), (59, False), (60, True)])
def test_an_inherited_item_counts_from_the_day_on_that_was_agreed(ago, counts):
    item = Item("A", 100, DAY, inherited=DAY - timedelta(days=ago))
    assert bool(fair([item], DAY, 60).counted) == counts


def test_all_reasons_are_named():
    item = Item("A", 100, DAY, disputed=True, inherited=DAY, released=True)
    ((_item, reasons),) = fair([item], DAY, 60).apart
    assert reasons == ("dispute", "inherited", "released")


def test_what_falls_due_today_is_not_overdue():
    late = Item("A", 30, DAY - timedelta(days=1))
    assert owed([late, Item("B", 70, DAY)], DAY) == (100, 30)
