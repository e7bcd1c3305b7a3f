"""A better grade, or more sales, never give a lower limit; a cap is never exceeded."""

from math import isclose

import pytest
from credit_control_dealer_rating.core.limit import (
    RAISE,
    SET,
    UNWORTHY,
    WEAK_NEW,
    Terms,
    direction,
    limit,
    refusal,
    rising,
)
from hypothesis import assume, given
from hypothesis import strategies as st

SHIPPED = 60, 50, 45, 40, 25, 20, 10, 5, 0

cents = st.integers(-(10**11), 10**11).map(lambda amount: amount / 100)
rates = st.integers(0, 20_000).map(lambda rate: rate / 100)
caps = st.just(0.0) | st.integers(1, 10**10).map(lambda cap: cap / 100)
terms = st.builds(Terms, rates, caps, st.booleans())
roundings = st.sampled_from([0.01, 0.05, 1.0, 0.001])
refusals = st.sampled_from(["", UNWORTHY, WEAK_NEW])


def _given(sales, each):
    return limit(sales, each, refusal(each, True)).amount


def test_the_printed_example():
    outcome = limit(181_500, Terms(45, 80_000))
    assert (outcome.computed, outcome.amount, outcome.capped) == (81_675, 80_000, True)


@pytest.mark.parametrize("rate", SHIPPED)
def test_every_shipped_rate_gives_its_share(rate):
    assert limit(1_000, Terms(rate)).amount == rate * 10


@given(cents, terms, refusals, roundings)
def test_a_limit_is_never_negative_nor_above_its_cap(sales, each, refused, rounding):
    outcome = limit(sales, each, refused, rounding)
    assert 0 <= outcome.amount <= each.ceiling
    assert not (refused and outcome.amount)
    assert outcome.capped == (not refused and outcome.computed > each.ceiling)


@given(cents, cents, terms)
def test_more_sales_never_give_less(some, more, each):
    some, more = sorted((some, more))
    assert _given(some, each) <= _given(more, each)


@given(cents, st.lists(terms, min_size=2, max_size=9))
def test_terms_that_are_in_order_never_give_a_worse_grade_more(sales, rows):
    assume(not rising(rows))
    amounts = [_given(sales, each) for each in rows]
    assert amounts == sorted(amounts, reverse=True)


@given(st.lists(rates, min_size=2, max_size=9))
def test_rates_are_refused_exactly_where_they_rise(rows):
    found = rising([Terms(rate) for rate in rows])
    if found:
        _what, better, worse = found
        assert rows[worse] > rows[better]
    else:
        assert rows == sorted(rows, reverse=True)


@given(cents, rates, roundings)
def test_a_limit_is_a_whole_number_of_the_smallest_coins(sales, rate, rounding):
    computed = limit(sales, Terms(rate), "", rounding).computed
    steps = computed / rounding
    assert isclose(steps, round(steps), rel_tol=1e-9, abs_tol=1e-3)
    assert abs(computed - sales * rate / 100) <= rounding * 0.5001 + 1e-4


@given(cents.map(abs), st.none() | cents.map(abs))
def test_only_what_raises_needs_approval(amount, present):
    expected = RAISE if amount > (present or 0) else SET
    assert direction(amount, present) == expected
