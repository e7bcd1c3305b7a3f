"""The company's figures: worked ones, and laws that hold whatever the balances."""

from decimal import Decimal
from itertools import pairwise

import pytest
from ar_collection_figures.core import metrics
from ar_collection_figures.core.metrics import NoBase
from hypothesis import given
from hypothesis import strategies as st

cents = st.integers(0, 10**9).map(lambda units: Decimal(units) / 100)
sales = cents.filter(bool)
days = st.integers(1, 366)
periods = st.lists(st.tuples(st.integers(28, 31), cents), max_size=15)


# === Days === #


@given(closing=cents, current=cents, sales=sales, days=days)
def test_dso_is_the_best_possible_and_the_days_delinquent(
    closing, current, sales, days
):
    closing += current
    dso = metrics.dso(closing, sales, days)
    best = metrics.best_possible_dso(current, sales, days)
    late = metrics.days_delinquent(closing - current, sales, days)
    assert dso == pytest.approx(best + late)
    assert best <= dso


@pytest.mark.parametrize("number", [int, float, Decimal])
def test_whatever_type_the_amounts_have(number):
    assert metrics.dso(number(100), number(400), 30) == 7.5
    assert metrics.cei(*map(number, (100, 300, 100, 50))) == pytest.approx(600 / 7)
    assert metrics.count_back_dso(number(150), [(30, number(100))] * 2).days == 45


def test_a_figure_without_a_base_is_not_a_zero():
    for nothing in (0, -5):
        with pytest.raises(NoBase):
            metrics.dso(100, nothing, 30)
    with pytest.raises(NoBase):
        metrics.cei(0, 100, 100, 100)
    with pytest.raises(NoBase):
        metrics.promises([("open", 5)]).rate  # noqa: B018
    found = metrics.figures(100, 0, 60, 60, 30)
    assert found == (None, None, None, 100)


def test_counting_back_as_it_is_taught():
    """100,000, 80,000 and 70,000 sold in months of 30 days and 212,000 open."""
    sold = [(30, 100_000), (30, 80_000), (30, 70_000)]
    found = metrics.count_back_dso(212_000, sold)
    assert round(found.days, 1) == 73.7
    assert found.rest == 0


def test_a_month_of_credit_notes_uses_up_nothing():
    found = metrics.count_back_dso(150, [(31, -40), (30, 100), (31, 0), (30, 100)])
    assert found.days == 31 + 30 + 31 + 15


@given(cents, periods)
def test_counting_back_explains_all_or_says_how_much_not(receivables, periods):
    found = metrics.count_back_dso(receivables, periods)
    explained = min(receivables, sum((sold for _days, sold in periods), Decimal(0)))
    assert found.rest == pytest.approx(float(receivables - explained))
    assert 0 <= found.days <= sum(days for days, _sold in periods) + 1e-9


@given(st.lists(cents, min_size=2), periods)
def test_more_receivables_never_count_back_fewer_days(receivables, periods):
    counted = [metrics.count_back_dso(r, periods).days for r in sorted(receivables)]
    assert all(few <= many + 1e-9 for few, many in pairwise(counted))


@given(receivables=cents, daily=sales, lengths=st.lists(days, min_size=1))
def test_with_the_same_sales_every_day_both_methods_agree(receivables, daily, lengths):
    found = metrics.count_back_dso(receivables, [(n, daily * n) for n in lengths])
    if not found.rest:
        assert found.days == pytest.approx(metrics.dso(receivables, daily, 1))


def test_credits_beyond_the_receivables_count_no_days():
    assert metrics.count_back_dso(-5, [(30, 100)]) == (0, 0)


# === Effectiveness === #


@given(opening=cents, sales=sales, current=cents, late=cents)
def test_effectiveness_falls_as_more_is_past_due(opening, sales, current, late):
    current = min(current, sales / 2)
    late = min(late, opening + sales - current)
    found = metrics.cei(opening, sales, current + late, current)
    assert 0 <= found <= 100
    assert (found == 100) == (not late)


# === Promises === #


@given(
    st.lists(st.tuples(st.sampled_from(["kept", "broken", "open", "cancelled"]), cents))
)
def test_only_promises_that_ended_count(made):
    found = metrics.promises(made)
    ended = [(s, amount) for s, amount in made if s in ("kept", "broken")]
    assert found == metrics.promises(reversed(made)) == metrics.promises(ended)
    assert found.kept + found.broken == len(ended)
    assert found.amount_kept + found.amount_broken == sum(a for _s, a in ended)
    if ended:
        assert found.rate == found.kept / len(ended)


# === Cost === #


@pytest.mark.parametrize(
    ("money", "days", "cost"), [(83_000, 30, "1383.33"), (116_000, 60, "3866.67")]
)
def test_money_tied_up_costs_what_the_marginal_analysis_says(money, days, cost):
    assert round(metrics.cost_of_money([(money, days)], 0.2), 2) == Decimal(cost)


@given(cents, days, days)
def test_a_balance_that_stands_longer_costs_the_sum(balance, one, other):
    whole = metrics.cost_of_money([(balance, one + other)], 0.06)
    parts = metrics.cost_of_money([(balance, one), (balance, other)], 0.06)
    assert whole == pytest.approx(parts)
