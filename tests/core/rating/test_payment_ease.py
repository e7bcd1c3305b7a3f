"""Which of two payment terms is easier: the same whoever is asked first."""

import pytest
from credit_control_dealer_rating.core.payment import (
    EASIER,
    EQUAL,
    OTHER,
    STRICTER,
    Part,
    Payment,
    average,
    ease,
)
from hypothesis import given
from hypothesis import strategies as st

delays = st.sampled_from(
    [
        "days_after",
        "days_after_end_of_month",
        "days_after_end_of_next_month",
        "days_end_of_month_on_the",
    ]
)
days = st.integers(0, 120)
whole = st.builds(Part, st.just(100.0), days, delays, st.integers(0, 31))
halves = st.builds(
    lambda share, one, two: (Part(share, one), Part(100 - share, two)),
    st.integers(1, 99),
    days,
    days,
)
parts = whole.map(lambda part: (part,)) | halves
payments = st.builds(
    Payment, parts, st.sampled_from([0, 0, 1, 2.5]), st.integers(1, 30)
)
MIRRORED = {EASIER: STRICTER, STRICTER: EASIER, EQUAL: EQUAL, OTHER: OTHER}


def _days(number, delay="days_after", on_day=0):
    return Payment((Part(100.0, number, delay, on_day),))


@pytest.mark.parametrize(
    ("asked", "grants", "outcome"),
    [
        (_days(60), _days(30), EASIER),
        (Payment(), _days(30), STRICTER),
        (_days(30), Payment((Part(50, 0), Part(50, 60))), EQUAL),
        (Payment((Part(30, 0), Part(70, 60))), _days(30), EASIER),
        (Payment(_days(30).parts, 2, 10), _days(30), EASIER),
        (Payment(_days(30).parts, 2, 10), Payment(_days(30).parts, 3, 10), STRICTER),
        (Payment(_days(30).parts, 2, 10), Payment(_days(30).parts, 3, 5), OTHER),
        (Payment(_days(30).parts, 2, 10), _days(60), OTHER),
        (_days(0, "days_after_end_of_month"), _days(15), OTHER),
        (_days(0, "days_after_end_of_month"), _days(0), EASIER),
        (_days(0, "days_after_end_of_month"), _days(30), STRICTER),
        (_days(0, "days_end_of_month_on_the", 15), _days(10), EASIER),
        (Payment((Part(None, 0), Part(100, 30))), _days(30), OTHER),
        (Payment((Part(None, 30),)), _days(30), EQUAL),
    ],
)
def test_terms_side_by_side(asked, grants, outcome):
    assert ease(asked, grants) == outcome


@given(payments)
def test_a_term_is_equal_to_itself(one):
    assert ease(one, one) == EQUAL


@given(payments, payments)
def test_what_is_easier_one_way_is_stricter_the_other(one, two):
    assert ease(two, one) == MIRRORED[ease(one, two)]


@given(payments, payments, payments)
def test_easier_than_the_easier_is_easier(one, two, three):
    if ease(one, two) == ease(two, three) == EASIER:
        assert ease(one, three) == EASIER


@given(payments, st.integers(1, 60))
def test_more_days_are_easier(one, more):
    later = one._replace(
        parts=tuple(part._replace(days=part.days + more) for part in one.parts)
    )
    assert ease(later, one) == EASIER


@given(payments)
def test_the_least_days_are_not_more_than_the_most(one):
    least, most = average(one)
    assert 0 <= least <= most
