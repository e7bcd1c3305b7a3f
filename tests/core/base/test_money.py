"""Payable amounts stay as they are, rounding moves by less than a unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trade_credit_base.core import money

roundings = st.sampled_from([0.01, 0.05, 1.0, 0.001])


@given(st.integers(-(10**9), 10**9), st.sampled_from([0.01, 0.05, 1.0]))
def test_payable_amounts_stay_as_they_are(units, rounding):
    amount = units * rounding
    for rounded in (money.up, money.nearest, money.down):
        assert rounded(amount, rounding) == pytest.approx(amount, abs=1e-6)


@given(st.floats(-1e9, 1e9), st.sampled_from([0.01, 0.05, 1.0]))
def test_rounding_moves_by_less_than_a_unit(amount, rounding):
    dust = 1e-5 * rounding + abs(amount) * 1e-12
    assert -dust <= money.up(amount, rounding) - amount < rounding + dust
    assert -dust <= amount - money.down(amount, rounding) < rounding + dust


@given(st.integers(-(10**11), 10**11), roundings)
def test_rounding_twice_changes_nothing(units, rounding):
    for rounded in (money.up, money.nearest, money.down):
        once = rounded(units / 100, rounding)
        assert rounded(once, rounding) == once


@given(st.integers(-(10**12), 10**12))
def test_cents_survive_the_way_through_a_float(units):
    assert money.exact(units / 100) == Decimal(units) / 100


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(1.15 * 0.7, 81), (-1.15 * 0.7, -81), (0.145, 15), (0.144, 14)],
)
def test_half_a_cent_is_a_whole_one_whatever_the_floats_come_to(amount, cents):
    """1.15 × 0.7 is a little less than 0.805 as a float."""
    assert money.exact(amount) * 100 == cents
