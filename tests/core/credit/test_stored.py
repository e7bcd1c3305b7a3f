"""A decision that was stored can be replayed, also by a later version of the core."""

import json
from datetime import date

import pytest
from cases import DAY, facts, owing, rules
from credit_control.core.decision import decide
from credit_control.core.facts import (
    Cure,
    Facts,
    Finding,
    Further,
    Item,
    Level,
    Listing,
    Rule,
    Verdict,
)
from credit_control.core.stored import dump, load
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(max_size=9)
amounts = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.none() | st.integers(1, 10**9)
items = st.builds(Item, st.dates(), amounts, texts, numbers)
levels = st.builds(
    Level,
    numbers,
    texts,
    st.none() | amounts,
    amounts,
    amounts,
    texts,
    st.booleans(),
    amounts,
)
listings = st.builds(
    Listing, texts, texts, texts, st.none() | st.dates(), st.booleans()
)
anything_known = st.builds(
    Facts,
    day=st.dates(),
    asked=amounts,
    total=amounts,
    cash=texts,
    customer=texts,
    levels=st.lists(levels, max_size=3).map(tuple),
    receivable=amounts,
    overdue=amounts,
    oldest_due=st.none() | st.dates(),
    items=st.lists(items, max_size=3).map(tuple),
    missing_rates=st.lists(texts, max_size=2).map(tuple),
    further=st.lists(
        st.builds(Further, texts, st.none() | amounts, texts), max_size=2
    ).map(tuple),
    rounding=amounts,
    listings=st.lists(listings, max_size=2).map(tuple),
)
any_rule = st.builds(Rule, texts, amounts, texts, st.booleans(), texts, amounts)


def _kept(value):
    """What a JSON column gives back of it."""
    return load(type(value), json.loads(json.dumps(dump(value))))


@given(anything_known)
def test_facts_come_back_as_they_were(known):
    assert _kept(known) == known


@given(any_rule)
def test_rules_come_back_as_they_were(rule):
    assert _kept(rule) == rule


@given(facts(), rules())
def test_verdicts_come_back_as_they_were_down_to_the_types(known, policy):
    verdict = decide(known, policy)
    kept = _kept(verdict)
    assert kept == verdict
    assert all(isinstance(finding, Finding) for finding in kept.findings)
    assert all(isinstance(cure, Cure) for cure in kept.cures)
    assert all(isinstance(item, Item) for cure in kept.cures for item in cure.items)


@given(facts(), rules())
def test_what_was_stored_gives_the_same_verdict_for_ever(known, policy):
    again = decide(_kept(known), [_kept(rule) for rule in policy])
    assert dump(again) == dump(decide(known, policy))


def test_fields_that_came_later_get_their_defaults():
    old = {"day": "2026-03-01", "asked": 5.0, "total": 5.0, "levels": [{"file": 3}]}
    assert load(Facts, old) == Facts(DAY, 5.0, 5.0, levels=(Level(3),))
    assert load(Rule, {"kind": "hold"}) == Rule("hold")
    assert load(Verdict, {"action": "pass"}) == Verdict("pass")


def test_fields_that_are_gone_are_passed_over():
    known = owing((10.0, 5))
    stored = dump(known) | {"weather": "fair"}
    stored["items"][0]["colour"] = "red"
    assert load(Facts, stored) == known
    assert load(Rule, {"kind": "hold", "checkpoints": ["growth"]}) == Rule("hold")


def test_what_cannot_be_missing_is_missed():
    with pytest.raises(TypeError):
        load(Facts, {"asked": 5.0})


def test_a_date_is_a_date_again():
    cure = Cure("wait", 5.0, day=date(2026, 4, 1), heals=("limit",))
    assert _kept(cure) == cure
    assert _kept(cure._replace(day=None)).day is None
