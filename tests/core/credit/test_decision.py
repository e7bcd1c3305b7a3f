"""What a verdict depends on, which way, and where exactly it turns."""

from datetime import date

import pytest
from cases import DAY, STANDING, ago, facts, money, owing, rules
from credit_control.core.cure import applied
from credit_control.core.decision import decide
from credit_control.core.facts import (
    ACTIONS,
    HOLD,
    Cure,
    Facts,
    Further,
    Level,
    Listing,
    Rule,
)
from credit_control.core.stored import load
from hypothesis import given
from hypothesis import strategies as st
from trade_credit_base.core.money import down

LIMIT = Rule("limit", 100)


def _strictness(known, policy):
    return ACTIONS.index(decide(known, policy).action)


def _kinds(known, *policy):
    return [finding.kind for finding in decide(known, policy).findings]


def _at_levels(known, change):
    return known._replace(
        levels=tuple(level._replace(**change(level)) for level in known.levels)
    )


# === Laws === #


@given(facts(), st.data())
def test_the_order_of_the_rules_does_not_matter(known, data):
    policy = data.draw(rules())
    shuffled = data.draw(st.permutations(policy))
    assert decide(known, shuffled) == decide(known, policy)


@given(facts(), rules())
def test_the_action_is_that_of_the_strictest_finding(known, policy):
    verdict = decide(known, policy)
    actions = [ACTIONS.index(finding.action) for finding in verdict.findings]
    assert actions == sorted(actions, reverse=True)
    assert verdict.action == ACTIONS[max(actions, default=0)]
    assert not verdict.cures or verdict.action == HOLD


@given(facts(), rules(), money(0.01))
def test_more_limit_is_never_stricter(known, policy, more):
    """Where there is a limit already: a first one may be the first to be exceeded."""
    grown = _at_levels(
        known, lambda lv: {"limit": lv.limit if lv.limit is None else lv.limit + more}
    )
    assert _strictness(grown, policy) <= _strictness(known, policy)


@given(facts(), rules(), money(0.01))
def test_less_exposure_is_never_stricter(known, policy, less):
    lighter = _at_levels(known, lambda lv: {"exposure": lv.exposure - less})
    assert _strictness(lighter, policy) <= _strictness(known, policy)


@given(facts(), rules(), st.floats(0, 1))
def test_paying_is_never_stricter(known, policy, share):
    amount = down(sum(item.amount for item in known.items) * share, known.rounding)
    paid = applied(known, Cure("pay", amount))
    assert _strictness(paid, policy) <= _strictness(known, policy)


@given(facts(), rules(), money(0.01))
def test_asking_for_more_is_never_laxer(known, policy, more):
    grown = known._replace(asked=known.asked + more, total=known.total + more)
    assert _strictness(grown, policy) >= _strictness(known, policy)


@given(facts(), rules(), st.data())
def test_one_rule_more_is_never_laxer(known, policy, data):
    fewer = policy[: data.draw(st.integers(0, len(policy)))]
    assert _strictness(known, policy) >= _strictness(known, fewer)


@given(facts(), rules(), st.sampled_from([1e-9, -1e-9]))
def test_float_dust_never_decides(known, policy, dust):
    dusty = _at_levels(known, lambda lv: {"exposure": lv.exposure + dust})._replace(
        asked=known.asked + dust,
        total=known.total - dust,
        overdue=known.overdue + dust,
        receivable=known.receivable - dust,
    )
    clean = decide(known, policy)
    assert [f[:2] for f in decide(dusty, policy).findings] == [
        f[:2] for f in clean.findings
    ]


@given(facts())
def test_without_rules_everything_goes(known):
    assert decide(known, ()) == ("pass", (), ())


# === Where exactly it turns === #


@pytest.mark.parametrize("owed, held", [(900.0, False), (900.01, True)])
def test_the_limit_may_be_used_to_the_last_cent(owed, held):
    known = owing(more=owed, limit=1000.0)
    assert _kinds(known, LIMIT) == ["limit"] * held


def test_who_is_held_at_the_limit_need_not_hear_of_the_mark_before_it():
    known = owing(more=950.0, limit=1000.0)
    policy = [Rule("limit", 80, "tell"), Rule("limit", 90, "warn"), LIMIT]
    (finding,) = decide(known, policy).findings
    assert (finding.action, finding.threshold) == (HOLD, 1000.0)


@pytest.mark.parametrize("owed, told", [(700.0, False), (700.01, True)])
def test_a_percentage_of_the_limit_is_a_mark_before_it(owed, told):
    known = owing(more=owed, limit=1000.0)
    assert _kinds(known, Rule("limit", 80, "tell")) == ["limit"] * told


@pytest.mark.parametrize("days, late", [(0, False), (30, False), (31, True)])
def test_thirty_days_are_tolerated_and_no_more(days, late):
    known = owing((10.0, days), limit=1000.0)
    assert _kinds(known, Rule("overdue_days", 30)) == ["overdue_days"] * late


def test_what_falls_due_today_is_not_late():
    assert not _kinds(owing((10.0, 0)), Rule("overdue_days", 0))
    assert _kinds(owing((10.0, 1)), Rule("overdue_days", 0))


@pytest.mark.parametrize("overdue, late", [(50.0, False), (50.01, True)])
def test_an_overdue_amount_is_tolerated(overdue, late):
    known = owing((overdue, 5))
    assert _kinds(known, Rule("overdue_amount", 50)) == ["overdue_amount"] * late


@pytest.mark.parametrize("overdue, late", [(25.0, False), (25.01, True)])
def test_an_overdue_share_is_tolerated(overdue, late):
    known = owing((overdue, 5), (100.0 - overdue, -5))
    assert _kinds(known, Rule("overdue_share", 25)) == ["overdue_share"] * late


def test_who_has_paid_ahead_has_nothing_overdue():
    """The share of a negative receivable is no share: zero is more than minus 125."""
    known = owing(receivable=-500.0)
    assert not _kinds(known, Rule("overdue_share", 25))


@pytest.mark.parametrize("total, large", [(500.0, False), (500.01, True)])
def test_a_single_order_has_a_maximum_whatever_of_it_is_paid(total, large):
    known = owing(asked=10.0, total=total)
    assert _kinds(known, Rule("order_max", 500)) == ["order_max"] * large


# === Limits === #


def test_a_limit_of_zero_is_a_limit_and_none_is_none():
    policy = LIMIT, Rule("no_limit")
    assert _kinds(owing(limit=0.0), *policy) == ["limit"]
    assert _kinds(owing(limit=None), *policy) == ["no_limit"]


def test_nobody_needs_a_limit_who_owes_nothing_with_the_order():
    assert not _kinds(owing(more=-100.0), Rule("no_limit"))
    assert _kinds(owing(more=-99.99), Rule("no_limit"))


def test_a_member_without_a_limit_lives_on_the_groups():
    own, group = Level(1, "Shop"), Level(2, "Group", limit=100.0, exposure=50.0)
    known = Facts(DAY, 50.0, 50.0, levels=(own, group))
    assert not _kinds(known, LIMIT, Rule("no_limit"))
    too_much = known._replace(asked=50.01)
    (finding,) = decide(too_much, [LIMIT, Rule("no_limit")]).findings
    assert (finding.kind, finding.file) == ("limit", 2)


def test_collateral_comes_on_top_of_the_limit():
    level = Level(1, "Shop", limit=100.0, collateral=50.0)
    assert not _kinds(Facts(DAY, 150.0, 150.0, levels=(level,)), LIMIT)
    assert _kinds(Facts(DAY, 150.01, 150.01, levels=(level,)), LIMIT)


def test_what_is_set_off_comes_on_top_of_the_limit():
    level = Level(1, "Shop", limit=100.0, set_off=50.0)
    known = owing(asked=150.0)._replace(levels=(level,))
    assert not _kinds(known, Rule("limit", 100))
    assert _kinds(known._replace(asked=150.01), Rule("limit", 100)) == ["limit"]
    bare = known._replace(levels=(level._replace(limit=None),))
    assert not _kinds(bare._replace(asked=50.0), Rule("no_limit"))


def test_lists_go_before_rules_and_always_hold_before_never_check():
    late = owing((100.0, 90), asked=10.0)
    policy = (*STANDING, Rule("overdue_days", 30))
    never, always = Listing("never_check"), Listing("always_hold", until=DAY)
    for listings, kinds in (
        ((), ["overdue_days"]),
        ((never,), ["never_check"]),
        ((never._replace(owes=False),), ["overdue_days"]),
        ((always,), ["always_hold", "overdue_days"]),
        ((never, always._replace(owes=False)), ["always_hold", "overdue_days"]),
    ):
        known = late._replace(listings=listings)
        assert sorted(_kinds(known, *policy)) == kinds
    assert decide(late._replace(listings=(never,)), policy).action == "pass"
    paid = late._replace(cash="prepaid", listings=(always,))
    assert _kinds(paid, *policy) == ["always_hold"]


def test_who_orders_but_is_not_billed_counts_with_a_hold_alone():
    billed = Level(1, "Bank", limit=1000.0)
    orders = Level(2, "Shop", limit=0.0, exposure=9.0, hold="bankrupt", carries=False)
    known = Facts(DAY, 100.0, 100.0, levels=(billed, orders))
    assert _kinds(known, LIMIT, Rule("no_limit"), Rule("hold")) == ["hold"]


# === Cash, files, rates === #


@pytest.mark.parametrize("cash", ["prepaid", "immediate", "nothing"])
def test_an_order_that_needs_no_credit_meets_only_the_rules_for_cash(cash):
    known = owing((10.0, 90), limit=0.0, cash=cash)
    assert not _kinds(known, LIMIT, Rule("overdue_days", 30))
    assert _kinds(known, LIMIT, Rule("overdue_days", 30, cash=True)) == ["overdue_days"]


def test_customers_without_a_file_pay_cash_or_wait():
    nobody = Facts(DAY, 100.0, 100.0)
    assert _kinds(nobody._replace(customer="cash"), *STANDING) == ["cash_only"]
    assert _kinds(nobody._replace(customer="held"), *STANDING) == ["no_file"]
    paid = nobody._replace(customer="cash", cash="prepaid")
    assert not _kinds(paid, *STANDING)


def test_what_cannot_be_counted_holds():
    known = owing(limit=1000.0, missing_rates=("EUR",))
    assert _kinds(known, *STANDING) == ["no_rate"]


def test_another_addon_measures_what_it_likes():
    rule = Rule("licence_days", 5)
    for measured, fires in ((5, False), (6, True), (None, False)):
        known = owing(further=(Further("licence_days", measured),))
        assert _kinds(known, rule) == ["licence_days"] * fires
    assert not _kinds(owing(further=(Further("other", 9),)), rule)


@pytest.mark.parametrize(
    ("items", "floor", "days"),
    [
        ([(0.01, 300)], 10.0, None),
        ([(9.99, 300)], 10.0, None),
        ([(10.0, 300)], 10.0, 300),
        ([(0.01, 300), (100.0, 31)], 10.0, 31),
        ([(0.01, 300), (100.0, 30)], 10.0, None),
        ([(4.0, 60), (4.0, 50), (2.0, 40), (100.0, 31)], 10.0, 40),
        ([(0.01, 300)], 0.0, 300),
    ],
)
def test_what_is_late_counts_from_the_day_on_which_it_comes_to_the_floor(
    items, floor, days
):
    found = decide(owing(*items), [Rule("overdue_days", 30, floor=floor)]).findings
    assert [finding.measured for finding in found] == [days] * (days is not None)


def test_a_share_of_next_to_nothing_is_nothing():
    policy = Rule("overdue_share", 25, floor=10.0)
    assert not _kinds(owing((0.01, 5)), policy)
    assert _kinds(owing((10.0, 5)), policy)


def test_a_rule_without_a_floor_replays_as_it_was_decided():
    old = {"kind": "overdue_days", "threshold": 30, "action": "hold"}
    assert load(Rule, old).floor == 0


def test_the_verdict_says_how_late():
    (finding,) = decide(owing((10.0, 59)), [Rule("overdue_days", 30)]).findings
    assert (finding.measured, finding.threshold) == (59, 30)
    assert owing((10.0, 59)).oldest_due == ago(59) == date(2026, 1, 1)
