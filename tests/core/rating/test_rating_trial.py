"""What past scores earn by other rules: laws over any rule and any past."""

import pytest
from dealer_rating.core.score import Step, least, points_of
from dealer_rating.core.trial import (
    ENTERED,
    MEASURED,
    NOTHING,
    OPEN,
    SCALED,
    STEPS,
    VIOLATIONS,
    WAIVED,
    Change,
    Past,
    Rule,
    changes,
    rescore,
)
from hypothesis import given
from hypothesis import strategies as st

points = st.integers(0, 10).map(lambda half: half / 2)
steps = st.dictionaries(
    st.integers(0, 9), st.integers(-5, 5), min_size=1, max_size=4
).map(lambda found: tuple(Step(*pair) for pair in found.items()))


@st.composite
def rules(draw, code="x"):
    method = draw(st.sampled_from([ENTERED, VIOLATIONS, MEASURED]))
    top = draw(st.sampled_from([5.0, 10.0]))  # no step earns more
    return Rule(
        code,
        method,
        top=top,
        weight=draw(st.sampled_from([0.5, 1.0, 2.0])),
        measure=draw(st.sampled_from(["on_time", "overdue"]))
        if method == MEASURED
        else None,
        steps=() if method == ENTERED else draw(steps),
        nothing=draw(st.none() | st.floats(0, top)) if method == MEASURED else None,
    )


@st.composite
def scored(draw, rule):
    """What a card says that was scored by a rule."""
    past = Past(rule.code, rule.method, 0.0, rule.top, rule.weight, rule.measure)
    if draw(st.booleans()):
        worst = least(rule.steps)
        worst = min(worst, 0) if rule.method == MEASURED else worst
        return past._replace(waived=True, points=worst)
    if rule.method == VIOLATIONS or rule.method == MEASURED and draw(st.booleans()):
        value = draw(st.integers(0, 12))
        return past._replace(value=value, points=points_of(value, rule.steps))
    if rule.nothing is not None and draw(st.booleans()):
        return past._replace(points=rule.nothing, given=False)
    return past._replace(points=draw(st.floats(0, rule.top)))


@given(rules(), st.data())
def test_its_own_rule_changes_nothing(rule, data):
    past = data.draw(scored(rule))
    assert rescore(rule, past).points == pytest.approx(past.points, abs=1e-6)


@given(rules(), rules(), st.data())
def test_new_points_lie_within_the_new_rule(rule, old, data):
    earned = rescore(rule, data.draw(scored(old))).points
    if earned is not None:
        assert min(least(rule.steps), 0.0) <= earned <= rule.top + 1e-6


@given(rules(), rules(), st.data())
def test_open_has_no_points_and_nothing_else_is_open(rule, old, data):
    found = rescore(rule, data.draw(st.none() | scored(old)))
    assert (found.points is None) == (found.how == OPEN)


@given(rules(), rules(), st.data())
def test_waiving_earns_no_more_than_a_value_does(rule, old, data):
    past = data.draw(scored(old))
    waived = rescore(rule, past._replace(waived=True))
    other = rescore(rule, past._replace(waived=False))
    assert waived.how == WAIVED
    if other.how == STEPS:
        assert waived.points <= other.points


@given(rules())
def test_an_indicator_of_which_the_past_knows_nothing(rule):
    found = rescore(rule)
    if rule.method == MEASURED and rule.nothing is not None:
        assert found == (rule.nothing, NOTHING)
    else:
        assert found == (None, OPEN)


@pytest.mark.parametrize(
    "rule, past, expected",
    [
        # a count goes through the new steps
        ((VIOLATIONS, None), (VIOLATIONS, None, 1.0), (2, STEPS)),
        # what was measured as well, if the same was measured
        ((MEASURED, "on_time"), (MEASURED, "on_time", 1.0), (2, STEPS)),
        ((MEASURED, "on_time"), (MEASURED, "overdue", 1.0), (8.0, SCALED)),
        # what somebody entered because there was nothing to measure
        ((MEASURED, "on_time"), (MEASURED, "on_time", None), (8.0, SCALED)),
        # points tell no count
        ((VIOLATIONS, None), (ENTERED, None, None), (None, OPEN)),
        # entered now, whatever it was
        ((ENTERED, None), (VIOLATIONS, None, 1.0), (8.0, SCALED)),
        ((ENTERED, None), (ENTERED, None, None), (8.0, SCALED)),
    ],
)
def test_what_the_new_rule_can_use(rule, past, expected):
    method, measure = rule
    table = () if method == ENTERED else (Step(0, 5), Step(1, 2))
    rule = Rule("x", method, top=10.0, measure=measure, steps=table)
    method, measure, value = past
    assert rescore(rule, Past("x", method, 4.0, measure=measure, value=value)) == (
        expected
    )


def test_points_below_zero_are_zero_where_they_are_entered():
    assert rescore(Rule("x", ENTERED), Past("x", VIOLATIONS, -5.0, value=3)) == (
        0.0,
        SCALED,
    )


cards = st.lists(st.dictionaries(st.sampled_from("abcd"), points), max_size=3)


@given(cards, cards, st.integers(1, 3))
def test_changes_explain_the_whole_difference(before, after, count):
    found = changes(before, after, count)
    expected = sum(sum(card.values()) for card in after) - sum(
        sum(card.values()) for card in before
    )
    told = sum((c.after or 0) - (c.before or 0) for c in found)
    assert told == pytest.approx(expected / count, abs=1e-4)
    assert [c.size for c in found] == sorted((c.size for c in found), reverse=True)


@given(cards)
def test_the_same_cards_change_nothing(same):
    assert changes(same, same, 3) == ()


def test_what_is_dropped_and_what_is_new_is_told():
    assert changes([{"old": 4}], [{"new": 3}], 1) == (
        Change("old", 4.0, None),
        Change("new", None, 3.0),
    )
