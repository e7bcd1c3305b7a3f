"""Credits count against the oldest items, to the cent; contacts keep their distance.

The references that statements are held equal to keep the laws themselves.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import contact, netting

DAY = date(2026, 3, 2)  # a Monday

cents = st.integers(0, 10**7).map(lambda units: Decimal(units) / 100)
days = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n))
items = st.dictionaries(st.integers(), st.tuples(days, cents), max_size=8)
credits = st.lists(cents, max_size=4)


# === Netting === #


@given(items, credits)
def test_residuals_add_up_to_what_is_owed_or_nothing(items, credits):
    found = netting.net(items, credits)
    balance = sum(owed for _due, owed in items.values()) - sum(credits)
    assert found.total == max(0, balance)
    assert found.left == max(0, -balance)


@given(items, credits)
def test_no_item_is_touched_while_an_older_one_is_open(items, credits):
    residuals = netting.net(items, credits).residuals
    assert residuals.keys() == items.keys()
    for key, (due, owed) in items.items():
        assert 0 <= residuals[key] <= owed
        if residuals[key] < owed:
            older = [other for other, (day, _owed) in items.items() if day < due]
            assert not any(residuals[other] for other in older)


@given(items, credits, st.randoms())
def test_order_of_items_and_credits_does_not_matter(items, credits, random):
    found = netting.net(items, credits)
    shuffled = list(items.items())
    random.shuffle(shuffled)
    random.shuffle(credits)
    assert netting.net(dict(shuffled), credits) == found


@given(items, credits)
def test_floats_come_to_the_same_cents(items, credits):
    floats = {key: (due, float(owed)) for key, (due, owed) in items.items()}
    found = netting.net(floats, map(float, credits))
    assert found == netting.net(items, credits)


def test_a_credit_note_that_covers_everything_leaves_nothing_to_chase():
    owed = {1: (DAY, 70.10), 2: (DAY, 29.90)}
    found = netting.net(owed, [100.0])
    assert not any(found.residuals.values())
    assert netting.is_small(found.residuals.values(), 0.01)


def test_of_items_due_on_one_day_the_lower_key_is_paid_first():
    for keys in ((1, 2), (2, 1)):
        owed = {key: (DAY, 10) for key in keys}
        assert netting.net(owed, [15]).residuals == {1: 0, 2: 5}


def test_a_currency_without_cents():
    found = netting.net({1: (DAY, 1000)}, [333], unit=1)
    assert found.residuals == {1: 667}


def test_neither_items_nor_credits_are_negative():
    with pytest.raises(ValueError):
        netting.net({1: (DAY, -1)}, [])
    with pytest.raises(ValueError):
        netting.net({}, [-1])


def test_who_owes_the_threshold_is_chased():
    assert netting.is_small([4.99], 5)
    assert not netting.is_small([2.50, 2.50], 5)


@pytest.mark.parametrize("threshold", [0, None, 0.0])
def test_without_a_threshold_nothing_is_small(threshold):
    assert not netting.is_small([0.01], threshold)


# === Contacts === #

weekdays = st.frozensets(st.integers(0, 6), max_size=6)
quiets = st.builds(contact.Quiet, weekdays, st.frozensets(days, max_size=9))
caps = st.sampled_from([None, 0, 1, 2, 3])


@given(days, st.frozensets(days, max_size=9), caps, quiets)
def test_nobody_is_contacted_on_a_quiet_day_or_twice_a_day(day, had, cap, quiet):
    allowed = contact.may_contact(day, had, cap, quiet)
    assert not (allowed and (day in had or quiet.covers(day)))
    if not cap:
        assert allowed or day in had or quiet.covers(day)


@given(st.integers(0, 60), st.integers(1, 7), quiets, st.randoms())
def test_no_seven_days_ever_see_more_than_the_cap(length, cap, quiet, lot):
    had = []
    for day in (DAY + timedelta(days=n) for n in range(length)):
        if lot.random() < 0.7 and contact.may_contact(day, had, cap, quiet):
            had.append(day)
    for start in range(length):
        week = {DAY + timedelta(days=start + n) for n in range(7)}
        assert len(week.intersection(had)) <= cap


@given(days, st.frozensets(days, max_size=9), st.integers(1, 5), quiets)
def test_a_larger_cap_never_refuses_more(day, had, cap, quiet):
    tight = contact.may_contact(day, had, cap, quiet)
    assert contact.may_contact(day, had, cap + 1, quiet) >= tight


def test_a_contact_counts_for_seven_days():
    for ago, allowed in ((6, False), (7, True)):
        had = [DAY - timedelta(days=ago)]
        assert contact.may_contact(DAY, had, per_week=1) == allowed


def test_the_weekend_and_holidays_are_quiet():
    monday = DAY + timedelta(days=7)
    assert contact.may_contact(monday)
    assert not contact.may_contact(DAY + timedelta(days=5))
    holidays = contact.WEEKEND._replace(days=frozenset({monday}))
    assert not contact.may_contact(monday, quiet=holidays)
