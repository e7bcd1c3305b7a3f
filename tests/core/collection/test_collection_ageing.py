"""Ages, rolls and provisions: whatever the items, nothing gets lost between buckets."""

from datetime import date, timedelta
from decimal import Decimal
from math import prod

import pytest
from ar_collection_figures.core import ageing, provision
from ar_collection_figures.core.metrics import NoBase
from hypothesis import given
from hypothesis import strategies as st
from reference.ageing import age, closing, rolls

DAY = date(2026, 3, 31)
NEXT = date(2026, 4, 30)

cents = st.integers(1, 10**8).map(lambda units: Decimal(units) / 100)
dues = st.integers(-120, 400).map(lambda late: DAY - timedelta(days=late))
ledgers = st.dictionaries(st.integers(1, 30), st.tuples(dues, cents))
some_bounds = st.sets(st.integers(1, 365), min_size=1, max_size=6).map(sorted)
rates = st.floats(0, 1)


@st.composite
def months(draw):
    """Two ledgers of the same items, some paid in part, whole or not, some lost."""
    before = draw(ledgers)
    after = {
        key: (due, min(owed, draw(cents)))
        for key, (due, owed) in before.items()
        if draw(st.booleans())
    }
    new = draw(ledgers)
    after |= {key + 100: item for key, item in new.items()}
    lost = {key: draw(cents) for key in before if draw(st.booleans())}
    return before, after, lost


# === Ageing === #


@given(ledgers, some_bounds)
def test_buckets_add_up_to_the_receivables(items, bounds):
    buckets = age(items, DAY, bounds)
    assert sum(buckets) == sum(owed for _due, owed in items.values())
    assert len(buckets) == len(ageing.ranges(bounds))


@given(st.integers(-500, 500), some_bounds)
def test_an_item_is_in_the_one_bucket_whose_range_it_is_in(late, bounds):
    holding = [
        number
        for number, (first, last) in enumerate(ageing.ranges(bounds))
        if (first is None or first <= late) and (last is None or late <= last)
    ]
    assert holding == [ageing.bucket(late, bounds)]


@given(ledgers, some_bounds)
def test_order_of_items_does_not_matter(items, bounds):
    turned = dict(reversed(items.items()))
    assert age(items, DAY, bounds) == age(turned, DAY, bounds)


@pytest.mark.parametrize(
    ("late", "number"), [(-9, 0), (0, 0), (1, 1), (30, 1), (31, 2), (90, 3), (91, 4)]
)
def test_an_item_is_late_from_the_day_after_its_due_date(late, number):
    assert ageing.bucket(late) == number


def test_credits_age_with_the_items():
    items = {1: (DAY, 100), 2: (DAY - timedelta(days=40), -30)}
    assert age(items, DAY) == (100, 0, -30, 0, 0)


# === Rolls === #


def _rolls(*months, **options):
    return ageing.Rolls(*rolls(*months, **options))


@given(months(), some_bounds)
def test_rolls_conserve(month, bounds):
    before, after, lost = month
    rolled = _rolls(before, after, (DAY, NEXT), bounds, lost)
    assert rolled.opening == age(before, DAY, bounds)
    assert closing(rolled) == age(after, NEXT, bounds)
    gone = sum(rolled.collected) + sum(rolled.lost)
    assert sum(rolled.opening) + sum(rolled.added) - gone == sum(closing(rolled))


@given(months(), some_bounds)
def test_time_makes_nothing_younger_and_rates_are_shares(month, bounds):
    before, after, lost = month
    rolled = _rolls(before, after, (DAY, NEXT), bounds, lost)
    for number, row in enumerate(rolled.moved):
        assert not any(row[:number])
    assert all(rate is None or 0 <= rate <= 1 for rate in rolled.rates)
    assert len(rolled.rates) == len(rolled.opening) - 1


def test_a_roll_as_one_would_write_it_down():
    """100 three days late, 60 of it paid; 50 not due; 40 very late, 30 written off."""
    before = {
        "a": (DAY - timedelta(days=3), 100),
        "b": (NEXT, 50),
        "c": (DAY - timedelta(days=99), 40),
    }
    after = {"a": (DAY - timedelta(days=3), 40), "b": (NEXT, 50), "d": (NEXT, 7)}
    rolled = _rolls(before, after, (DAY, NEXT), lost={"c": 30})
    assert rolled.moved[1] == (0, 0, 40, 0, 0)
    assert rolled.moved[0] == (50, 0, 0, 0, 0)
    assert rolled.collected == (0, 60, 0, 0, 10)
    assert rolled.lost == (0, 0, 0, 0, 30)
    assert rolled.added == (7, 0, 0, 0, 0)
    assert rolled.rates == (0.0, 0.4, None, None)


def test_an_item_that_grew_is_new_by_what_it_grew():
    rolled = _rolls({1: (NEXT, 30)}, {1: (NEXT, 50)}, (DAY, NEXT))
    assert rolled.moved[0][0] == 30
    assert rolled.added[0] == 20


# === Loss rates === #


def _month(worse, collected, lost):
    """A month in which ``worse[i]`` rolled from bucket i to the next one."""
    size = len(collected)
    moved = tuple(
        tuple(worse[i] if j == i + 1 else 0 for j in range(size)) for i in range(size)
    )
    return ageing.Rolls(moved, collected, lost, (0,) * size)


@given(
    st.lists(st.tuples(cents, cents), min_size=1, max_size=5),
    st.tuples(cents, cents),
)
def test_loss_rates_are_the_product_of_the_roll_rates(buckets, last):
    worse = [rolled for rolled, _paid in buckets] + [Decimal(0)]
    collected = tuple(paid for _rolled, paid in (*buckets, last))
    month = _month(worse, collected, (0,) * len(buckets) + (last[0],))
    steps = [float(rolled / (rolled + paid)) for rolled, paid in (*buckets, last)]
    found = provision.loss_rates([month])
    for number, rate in enumerate(found):
        assert rate == pytest.approx(prod(steps[number:]))


def test_months_weigh_by_their_amounts():
    small = _month((1, 0), (0, 0), (0, 1))
    large = _month((0, 0), (99, 0), (0, 0))
    assert provision.loss_rates([small, large]) == (0.01, 1.0)


def test_what_stayed_in_a_bucket_is_not_decided_yet():
    stays = ageing.Rolls(((90, 5), (0, 90)), (5, 0), (0, 10), (0, 0))
    assert provision.loss_rates([stays]) == (0.5, 1.0)


def test_a_bucket_that_nothing_ever_left_has_no_rate_of_its_own():
    month = _month((1, 0), (3, 0), (0, 0))
    with pytest.raises(NoBase):
        provision.loss_rates([month])
    assert provision.loss_rates([month], unknown=(0.3, 0.8)) == (0.2, 0.8)
    with pytest.raises(NoBase):
        provision.loss_rates([])
    assert provision.loss_rates([], unknown=(0.3, 0.8)) == (0.3, 0.8)


@given(months(), some_bounds)
def test_no_loss_rate_is_outside_0_and_1(month, bounds):
    before, after, lost = month
    rolled = _rolls(before, after, (DAY, NEXT), bounds, lost)
    unknown = (0.5,) * len(rolled.lost)
    found = provision.loss_rates([rolled], unknown)
    assert all(0 <= rate <= 1 for rate in found)
    assert len(found) == len(unknown)


# === Provision === #

buckets = st.lists(st.tuples(cents, rates, rates), min_size=1, max_size=7)


@given(buckets, st.floats(0, 3))
def test_a_higher_loss_rate_never_lowers_the_provision(rows, factor):
    amounts = [amount for amount, _one, _other in rows]
    low = provision.matrix(amounts, [min(row[1:]) for row in rows], factor)
    high = provision.matrix(amounts, [max(row[1:]) for row in rows], factor)
    assert low.total <= high.total
    for less, more in zip(low.rows, high.rows, strict=True):
        assert less.provision <= more.provision


@given(buckets, st.floats(0, 3))
def test_rows_add_up_and_nobody_loses_more_than_is_owed(rows, factor):
    found = provision.matrix([r[0] for r in rows], [r[1] for r in rows], factor)
    assert found.total == sum(row.provision for row in found.rows)
    assert all(0 <= row.provision <= row.amount for row in found.rows)


def test_forward_looking_factor_and_its_cap():
    found = provision.matrix((1000, 1000), (0.02, 0.9), factor=1.25)
    assert [row.provision for row in found.rows] == [25, 1000]
    assert [row.rate for row in found.rows] == [0.025, 1]


def test_a_bucket_in_credit_is_expected_to_lose_nothing():
    found = provision.matrix((-500, 100), (0.5, 0.5))
    assert [row.provision for row in found.rows] == [0, 50]


@pytest.mark.parametrize(
    ("rates", "factor"), [((0.1,), 1), ((0.1, -0.1), 1), ((0.1, 0.1), -1)]
)
def test_rates_that_miss_or_are_negative_are_refused(rates, factor):
    with pytest.raises(ValueError):
        provision.matrix((1, 1), rates, factor)
