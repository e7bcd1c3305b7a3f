"""To which day each claim can be sued for, and when somebody has to be told."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from ar_collection.core import limitation
from ar_collection.core.limitation import limitation as of
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

DUE = date(2026, 3, 31)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
years = st.integers(1, 10)
conventions = st.booleans()


@pytest.mark.parametrize(
    ("due", "years", "from_year_end", "until"),
    [
        (date(2026, 3, 31), 3, False, date(2029, 3, 31)),
        (date(2026, 3, 31), 3, True, date(2029, 12, 31)),
        (date(2026, 12, 31), 3, True, date(2029, 12, 31)),
        (date(2024, 2, 29), 3, False, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, False, date(2028, 2, 29)),
    ],
)
def test_the_first_period(due, years, from_year_end, until):
    found = of(due, years=years, from_year_end=from_year_end)
    assert found.until == until
    assert not found.late


def test_each_demand_in_time_starts_three_years_anew():
    served = [date(2028, 1, 10), date(2030, 12, 1)]
    found = of(DUE, served)
    assert (found.until, found.since) == (date(2033, 12, 1), date(2030, 12, 1))


def test_the_last_day_is_in_time_and_the_next_one_is_not():
    last = date(2029, 3, 31)
    assert of(DUE, [last]).until == date(2032, 3, 31)
    late = last + timedelta(days=1)
    assert of(DUE, [late]) == (last, DUE, (late,))


def test_before_the_end_of_the_year_there_is_nothing_to_start_anew():
    found = of(DUE, [date(2026, 6, 1)], from_year_end=True)
    assert found.until == date(2029, 12, 31)
    found = of(DUE, [date(2027, 6, 1)], from_year_end=True)
    assert found.until == date(2030, 6, 1)


@given(days, st.lists(days), years, conventions)
def test_nothing_that_is_served_shortens_a_claim(due, served, years, year_end):
    options = {"years": years, "from_year_end": year_end}
    until = of(due, served, **options).until
    assert until >= of(due, served[1:], **options).until
    assert until >= of(due, **options).until
    assert until >= due + relativedelta(years=years)


@given(days, st.lists(days), years, conventions)
def test_order_does_not_matter_and_what_was_late_changed_nothing(
    due, served, years, year_end
):
    options = {"years": years, "from_year_end": year_end}
    found = of(due, served, **options)
    assert of(due, reversed(served), **options) == found
    in_time = [day for day in served if day not in found.late]
    assert of(due, in_time, **options) == found._replace(late=())
    assert all(day > found.until for day in found.late)
    assert found.until == found.since + relativedelta(years=years)


# === Alarms === #

befores = st.sets(st.integers(1, 400), max_size=4)


@given(days, befores, st.integers(-500, 30))
def test_an_alarm_comes_on_its_day_and_only_gets_more_pressing(until, before, start):
    rest = [
        limitation.alarm(until, until + timedelta(days=start + n), before)
        for n in range(40)
    ]
    ranks = [float("inf") if found is None else found for found in rest]
    assert all(earlier >= later for earlier, later in pairwise(ranks))
    for days_before in before:
        day = until - timedelta(days=days_before)
        assert limitation.alarm(until, day, before) == days_before


def test_on_its_last_day_a_claim_can_still_be_sued_for():
    assert limitation.alarm(DUE, DUE, (30, 90)) == 30
    assert limitation.alarm(DUE, DUE + timedelta(days=1), (30, 90)) == 0


@given(days, befores)
def test_there_is_no_alarm_before_the_first_and_zero_after_the_end(until, before):
    quiet = until - timedelta(days=max(before, default=0) + 1)
    if before:
        assert limitation.alarm(until, quiet, before) is None
    assert limitation.alarm(until, until + timedelta(days=1), before) == 0
