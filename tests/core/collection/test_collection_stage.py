"""Each item gets the step that its clock has reached, once, never an earlier one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import stage
from reference.stage import Item, Stage, due_stage

DUE = date(2026, 3, 1)
SHIPPED = (
    Stage("reminder", -7, letter=True),
    Stage("check", 0),
    Stage("visit", 1, region="same"),
    Stage("notice", 1, region="other", letter=True),
    Stage("notice2", 7, letter=True),
    Stage("warning", 15, letter=True),
    Stage("measures", 30, letter=True, measures=True),
)

procedures = st.lists(
    st.builds(
        Stage,
        st.text("abc", min_size=1),
        st.integers(-10, 60),
        region=st.sampled_from(["any", "same", "other"]),
        amount_from=st.sampled_from([None, 0, 50]),
        amount_to=st.sampled_from([None, 0, 100]),
        company_level=st.booleans(),
        letter=st.booleans(),
        measures=st.booleans(),
    ),
    max_size=8,
)
items = st.builds(
    Item,
    st.just(DUE),
    st.sampled_from([0, 49.99, 50, 99.99, 100]),
    same_region=st.booleans(),
    company_level=st.booleans(),
    paused_days=st.integers(0, 20),
    paused_since=st.none(),
    reached=st.none() | st.integers(-10, 60),
    seen=st.none(),
    behind=st.integers(0, 20),
)


def _on(day):
    return DUE + timedelta(days=day)


def _played(item, stages, first, last, entry=None):
    """Return {day: code} of what happens when the run runs every day."""
    happened = {}
    for day in range(first, last + 1):
        due = due_stage(item, _on(day), stages, entry)
        if due:
            happened[day] = due.stage.code
            item = stage.done(item, due)
    return happened


# === The shipped procedure === #


@pytest.mark.parametrize(("same", "first"), [(True, "visit"), (False, "notice")])
def test_the_procedure_day_by_day(same, first):
    assert _played(Item(DUE, same_region=same), SHIPPED, -20, 60) == {
        -7: "reminder",
        0: "check",
        1: first,
        7: "notice2",
        15: "warning",
        30: "measures",
    }


@pytest.mark.parametrize(
    ("entry", "first"),
    [(-7, "reminder"), (0, "check"), (1, "notice"), (7, "notice2"), (15, "warning")],
)
def test_an_invoice_a_hundred_days_late_enters_where_the_company_says(entry, first):
    """And goes on by the days between the stages, as one that was seen in time."""
    plain = _played(Item(DUE), SHIPPED, -20, 60)
    assert plain[entry] == first
    late = _played(Item(DUE, seen=100), SHIPPED, 100, 200, entry)
    assert late == {
        100 + day - entry: code for day, code in plain.items() if day >= entry
    }


def test_whom_the_entry_stage_is_not_for_gets_the_letter_before_it():
    without = [each for each in SHIPPED if each.code != "warning"]
    late = _played(Item(DUE, seen=60), without, 60, 100, 15)
    assert late == {60: "notice2", 83: "measures"}


@given(procedures, items, st.integers(0, 90), st.integers(-10, 60))
def test_nobody_enters_at_measures_whom_a_letter_is_for(stages, item, age, entry):
    item = item._replace(reached=None, seen=age)
    due = due_stage(item, _on(age), stages, entry)
    letters = [
        each
        for each in stages
        if each.letter
        and not each.measures
        and stage.applies(each, item)
        and 0 < each.day <= stage.clock(item, _on(age))
    ]
    if age >= entry and letters:
        assert not due.stage.measures
        assert due.stage.day <= max(each.day for each in letters)


def test_a_customer_nearby_is_visited_first_however_old_the_invoice():
    late = _played(Item(DUE, same_region=True, seen=60), SHIPPED, 60, 100, 1)
    assert late == {60: "visit", 66: "notice2", 74: "warning", 89: "measures"}


def test_after_two_weeks_without_a_run_the_next_letter_comes_and_no_later_one():
    item = Item(DUE, reached=1, seen=-20)
    assert _played(item, SHIPPED, 21, 60, 1) == {
        21: "notice2",
        29: "warning",
        44: "measures",
    }


def test_a_weekend_moves_no_later_stage():
    item = Item(DUE, reached=0, seen=-20)
    assert _played(item, SHIPPED, 3, 20, 1) == {
        3: "notice",
        7: "notice2",
        15: "warning",
    }


def test_what_was_done_is_not_skipped_nor_done_again():
    item = Item(DUE, reached=-7)
    due = due_stage(item, _on(5), SHIPPED)
    assert (due.stage.code, [each.code for each in due.skipped]) == (
        "notice",
        ["check"],
    )
    assert due_stage(stage.done(item, due), _on(5), SHIPPED) is None


def test_nothing_is_due_before_the_first_stage():
    assert due_stage(Item(DUE), _on(-8), SHIPPED) is None


# === Conditions === #


@pytest.mark.parametrize(
    ("amount", "codes"),
    [(99.99, {"small"}), (100, {"middle"}), (999.99, {"middle"}), (1000, {"large"})],
)
def test_bands_of_amounts_join_without_a_hole(amount, codes):
    bands = (
        Stage("small", 30, amount_to=100),
        Stage("middle", 30, amount_from=100, amount_to=1000),
        Stage("large", 30, amount_from=1000),
    )
    item = Item(DUE, amount)
    assert {each.code for each in bands if stage.applies(each, item)} == codes


def test_a_class_of_customers_has_steps_of_its_own():
    own = Stage("call", 3, categories=frozenset({"key", "chain"}))
    assert stage.applies(own, Item(DUE, categories=frozenset({"key", "north"})))
    assert not stage.applies(own, Item(DUE, categories=frozenset({"north"})))
    assert not stage.applies(own, Item(DUE))


def test_a_step_of_the_company_waits_until_it_has_the_case():
    lawyer = Stage("lawyer", 20, company_level=True)
    assert not stage.applies(lawyer, Item(DUE))
    assert stage.applies(lawyer, Item(DUE, company_level=True))


def test_of_several_stages_on_a_day_the_first_given_is_done_and_none_skipped():
    special = Stage("visit", 1, region="same")
    due = due_stage(Item(DUE, same_region=True), _on(1), (special, Stage("mail", 1)))
    assert due == (special, (), 0)


# === Laws === #


@given(items, procedures, st.integers(-20, 80), st.integers(0, 40))
def test_stage_never_goes_backwards_when_days_pass(item, stages, day, more):
    now, later = (due_stage(item, _on(n), stages) for n in (day, day + more))
    if now:
        assert later.stage.day >= now.stage.day
        assert set(now.skipped) <= set(later.skipped)
        after = due_stage(stage.done(item, now), _on(day + more), stages)
        assert after is None or after.stage.day > now.stage.day


@given(items, procedures, st.integers(-12, 70), st.integers(0, 40))
def test_a_pause_of_n_days_delays_each_stage_by_exactly_n_days(
    item, stages, start, length
):
    """Before the pause all is the same, in it nothing is due, after it all is later."""
    plain = _played(item, stages, -20, 90)
    before = {day: code for day, code in plain.items() if day < start}
    for day in before:
        item = stage.done(item, due_stage(item, _on(day), stages))
    stopped = stage.paused(item, _on(start))
    assert not _played(stopped, stages, start, start + length - 1)
    resumed = stage.resumed(stopped, _on(start + length))
    after = _played(resumed, stages, start + length, 90 + length)
    assert after == {
        day + length: code for day, code in plain.items() if day not in before
    }


@given(items, st.integers(-20, 40), st.lists(st.integers(0, 9), max_size=5))
def test_while_the_clock_stands_it_shows_the_same(item, start, waits):
    stopped = stage.paused(item, _on(start))
    shown = stage.clock(item, _on(start))
    for wait in waits:
        assert stage.clock(stopped, _on(start + wait)) == shown
        going_on = stage.resumed(stopped, _on(start + wait))
        assert stage.clock(going_on, _on(start + wait)) == shown
        assert stage.paused(stopped, _on(start + wait)) == stopped


@given(items, procedures, st.integers(-20, 80), st.randoms())
def test_order_of_stages_does_not_matter_where_their_days_differ(
    item, stages, day, random
):
    stages = list({each.day: each for each in stages}.values())
    found = due_stage(item, _on(day), stages)
    random.shuffle(stages)
    assert due_stage(item, _on(day), stages) == found


@given(items, st.integers(-10, 60))
def test_a_stage_is_reached_on_the_day_that_is_named(item, day):
    item, each = item._replace(reached=None), Stage("any", day)
    named = stage.reached_on(item, each)
    assert due_stage(item, named, [each]) == (each, (), 0)
    assert due_stage(item, named - timedelta(days=1), [each]) is None


def test_a_clock_that_stands_reaches_nothing():
    item = stage.paused(Item(DUE), _on(3))
    assert stage.reached_on(item, SHIPPED[-1]) is None
    assert due_stage(item, _on(400), SHIPPED) is None


@given(items, procedures, st.integers(-10, 60), st.integers(-20, 80))
def test_no_letter_is_passed_over_and_each_stage_after_it_waits_for_its_day(
    item, stages, seen, entry
):
    item = item._replace(seen=seen, behind=0)
    fitting = [each for each in stages if stage.applies(each, item)]
    taken = []
    for day in range(seen, 200):
        due = due_stage(item, _on(day), stages, entry)
        if due:
            taken.append(due.stage.day)
            item = stage.done(item, due)
            later = [each.day for each in fitting if each.day > due.stage.day]
            if due.behind or due.stage.letter and due.stage.day > 0:
                assert min(later, default=999) > stage.clock(item, _on(day))
    letters = {each.day for each in fitting if each.letter and each.day > 0}
    assert {day for day in letters if taken and day >= taken[0]} <= set(taken)


def test_a_pause_that_begins_later_stops_nothing_yet():
    item = stage.paused(Item(DUE, reached=1), _on(10))
    assert due_stage(item, _on(7), SHIPPED).stage.code == "notice2"
    assert stage.clock(item, _on(12)) == 10


def test_resuming_what_was_not_paused_changes_nothing():
    assert stage.resumed(Item(DUE), _on(9)) == Item(DUE)
