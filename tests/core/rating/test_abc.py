"""Laws of the ABC classes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.abc import classify

cents = st.integers(-100_000, 10_000_000).map(lambda amount: Decimal(amount) / 100)
books = st.dictionaries(st.integers(0, 99), cents, min_size=1)
shares = st.tuples(st.integers(1, 100), st.integers(1, 100)).map(
    lambda pair: tuple(Decimal(part) / 100 for part in sorted(pair))
)
amounts = st.tuples(st.integers(1, 100_000), st.integers(1, 100_000)).map(
    lambda pair: tuple(sorted(pair, reverse=True))
)
cuts = st.tuples(st.just("share"), shares) | st.tuples(st.just("amount"), amounts)


def letters(means, method, a, b):
    lines = classify(means, method, a, b)
    return {line.customer: line.abc_class for line in lines}


@given(books, cuts)
def test_who_buys_more_is_never_in_a_worse_class(means, cut):
    found = letters(means, cut[0], *cut[1])
    for one in means:
        for other in means:
            if means[one] >= means[other]:
                assert found[one] <= found[other]


@given(books, cuts, st.randoms(use_true_random=False))
def test_the_order_of_the_customers_does_not_matter(means, cut, random):
    shuffled = list(means)
    random.shuffle(shuffled)
    again = {customer: means[customer] for customer in shuffled}
    one, other = classify(means, cut[0], *cut[1]), classify(again, cut[0], *cut[1])
    assert sorted(one) == sorted(other)


@given(books, cuts)
def test_everybody_is_classified_once_and_cumulated_shares_rise_to_one(means, cut):
    lines = classify(means, cut[0], *cut[1])
    assert sorted(line.customer for line in lines) == sorted(means)
    shares = [line.cumulated for line in lines]
    assert shares == sorted(shares)
    assert shares[-1] == (1 if any(mean > 0 for mean in means.values()) else 0)


@given(books, cuts)
def test_who_buys_nothing_is_c(means, cut):
    found = letters(means, cut[0], *cut[1])
    assert all(found[who] == "C" for who, mean in means.items() if mean <= 0)


@given(books, shares, st.integers(2, 1000))
def test_shares_do_not_depend_on_the_currency(means, cut, rate):
    dearer = {customer: mean * rate for customer, mean in means.items()}
    assert letters(means, "share", *cut) == letters(dearer, "share", *cut)


@given(books, shares)
def test_who_crosses_a_boundary_is_on_its_better_side(means, cut):
    """The A customers reach the boundary, and would not without the smallest."""
    lines = classify(means, "share", *cut)
    whole = sum(max(mean, 0) for mean in means.values())
    best = [line for line in lines if line.abc_class == "A" and line.mean > 0]
    if whole:
        assert max(line.cumulated for line in best) >= cut[0] or len(best) == sum(
            mean > 0 for mean in means.values()
        )
        smallest = min(line.mean for line in best)
        others = sum(line.mean for line in best if line.mean > smallest)
        assert others < cut[0] * whole


def test_who_starts_exactly_on_a_boundary_is_in_the_next_class():
    means = {"w": 80, "x": 15, "y": 5}
    assert letters(means, "share", 0.8, 0.95) == {"w": "A", "x": "B", "y": "C"}


def test_one_who_is_all_the_sales_is_a():
    assert letters({"x": 1}, "share", 0.1, 0.2) == {"x": "A"}


def test_returns_take_nothing_off_the_sales_of_others():
    """Else shares would exceed 1, and returns of one make another a C."""
    means = {"x": 80, "y": 20}
    found = letters(means, "share", 0.8, 0.95)
    assert found == {"x": "A", "y": "B"}
    assert letters(means | {"r": -50}, "share", 0.8, 0.95) == found | {"r": "C"}


def test_equal_sales_share_everything():
    lines = classify({"x": 50, "y": 25, "z": 25}, "share", 0.5, 0.7)
    assert [line.rank for line in lines] == [1, 2, 2]
    assert [line.abc_class for line in lines] == ["A", "B", "B"]


@pytest.mark.parametrize(
    ("method", "a", "b"),
    [
        ("amount", 10, 20),
        ("amount", 10, 0),
        ("share", 0.9, 0.8),
        ("share", 0, 0.5),
        ("share", 0.5, 1.1),
        ("guess", 0.5, 0.6),
    ],
)
def test_boundaries_that_contradict_each_other_are_refused(method, a, b):
    with pytest.raises(ValueError):
        classify({"x": 1}, method, a, b)
