"""Hold-outs: the interval is that of customers, and the lot has no side."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference import holdout

customers = st.integers(1, 6).flatmap(
    lambda items: st.tuples(st.just(items), st.integers(0, items))
)
sides = st.lists(customers, min_size=2, max_size=60)


@given(sides)
def test_the_variance_is_that_of_residuals_around_the_share(side):
    found = holdout.arm(side)
    rate = sum(paid for _n, paid in side) / sum(n for n, _paid in side)
    spread = sum((paid - rate * n) ** 2 for n, paid in side)
    wanted = len(side) / (len(side) - 1) * spread / sum(n for n, _paid in side) ** 2
    assert found.rate == pytest.approx(rate)
    assert found.variance == pytest.approx(wanted, abs=1e-9)


@given(st.lists(st.integers(0, 1), min_size=2, max_size=60))
def test_one_item_each_is_the_textbook_share(paid):
    side = holdout.arm((1, each) for each in paid)
    share = sum(paid) / len(paid)
    assert side.variance == pytest.approx(share * (1 - share) / (len(paid) - 1))


@given(sides, sides)
def test_sides_change_places_with_their_difference(treated, held_out):
    there = holdout.compare(holdout.arm(treated), holdout.arm(held_out))
    back = holdout.compare(holdout.arm(held_out), holdout.arm(treated))
    assert there.difference == -back.difference
    assert there.low == pytest.approx(-back.high)
    turned = {holdout.MORE: holdout.LESS, holdout.LESS: holdout.MORE}
    assert back.verdict == turned.get(there.verdict, there.verdict)


@given(sides, sides)
def test_more_of_the_same_customers_narrow_the_interval(treated, held_out):
    once = holdout.compare(holdout.arm(treated), holdout.arm(held_out))
    often = holdout.compare(holdout.arm(treated * 4), holdout.arm(held_out * 4))
    assume(once.high > once.low)
    assert often.difference == pytest.approx(once.difference)
    assert often.high - often.low < once.high - once.low


@given(customers, customers, st.integers(2, 29))
def test_below_thirty_customers_nothing_is_claimed(one, other, count):
    few, many = holdout.arm([one] * count), holdout.arm([other] * 99)
    assert holdout.compare(few, many).verdict == holdout.FEW
    assert holdout.compare(many, few).verdict == holdout.FEW


def test_a_side_of_one_customer_has_no_interval():
    with pytest.raises(ValueError):
        holdout.compare(holdout.arm([(1, 1)]), holdout.arm([(1, 0)] * 40))
    with pytest.raises(ValueError):
        _rate = holdout.arm([]).rate
