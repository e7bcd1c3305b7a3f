"""Every cure does what it says, asks for no more than it has to, and is missing where
none could help.
"""

import pytest
from cases import DAY, STANDING, ago, facts, holding_rules, owing, rules
from credit_control.core.check import findings
from credit_control.core.cure import applied
from credit_control.core.decision import decide
from credit_control.core.facts import (
    HOLD,
    Cure,
    Facts,
    Further,
    Item,
    Level,
    Listing,
    Rule,
)
from hypothesis import given
from hypothesis import strategies as st

LATE = Rule("overdue_days", 30)
LIMIT = Rule("limit", 100)
ALWAYS = Rule("limit", 100, cash=True)  # without it any first limit would do


def _alone(known):
    """The customer without its group: a step may be the smallest for one of them."""
    return known._replace(levels=known.levels[:1])


def _left(known, policy, cure=None, **changed):
    """What holds the order once ``cure`` is done: {(kind of rule, file)}."""
    if cure:
        known = applied(known, cure._replace(**changed))
    holding = [f for f in findings(known, policy) if f.action == HOLD]
    return {(finding.kind, finding.file) for finding in holding}


def _cures(known, *policy):
    """The first cure of each code: complete ones come first."""
    cures = {}
    for cure in decide(known, policy).cures:
        cures.setdefault(cure.code, cure)
    return cures


# === Laws === #


@given(facts(), rules())
def test_a_cure_heals_exactly_what_it_says(known, policy):
    before = _left(known, policy)
    for cure in decide(known, policy).cures:
        healed = before - _left(known, policy, cure)
        assert cure.heals == tuple(sorted({kind for kind, _file in healed}))


@given(facts(), rules())
def test_a_cure_that_is_enough_lets_the_order_go(known, policy):
    for cure in decide(known, policy).cures:
        again = decide(applied(known, cure), policy)
        assert cure.enough == (again.action != HOLD)


@given(facts(), rules(limit=st.just(100.0), overdue_share=st.just(0.0)))
def test_one_cent_less_would_not_do(known, policy):
    """But below a floor: nobody is asked to leave a little of an invoice."""
    known, policy = _alone(known), (*policy, ALWAYS)
    floors = any(rule.floor for rule in policy)
    for cure in decide(known, policy).cures:
        if cure.code in ("prepay", "ask") or cure.code == "pay" and not floors:
            less = _left(known, policy, cure, amount=cure.amount - known.rounding)
            assert less > _left(known, policy, cure)


@given(facts(), rules())
def test_where_percentages_leave_fractions_two_cents_less_would_not_do(known, policy):
    """Half a cent too much is tolerated, and half a limit's half cent is a whole."""
    known, policy = _alone(known), (*policy, ALWAYS)
    floors = any(rule.floor for rule in policy)
    for cure in decide(known, policy).cures:
        if cure.code in ("prepay", "ask") or cure.code == "pay" and not floors:
            less = cure.amount - 2 * known.rounding
            assert _left(known, policy, cure, amount=less) != _left(known, policy, cure)


@given(facts(), rules(limit=st.just(100.0)))
def test_no_order_is_cut_by_a_cent_too_much(known, policy):
    for cure in decide(known, policy).cures:
        if cure.code == "cut":
            larger = _left(known, policy, cure, amount=cure.amount + known.rounding)
            assert larger > _left(known, policy, cure)


@given(facts(), holding_rules)
def test_whatever_holds_an_order_can_be_cured(known, policy):
    """Where it cannot: what is on an invoice already is above the maximum, and the
    rule does not spare prepaid orders either."""
    verdict = decide(known, policy)
    healed = {kind for cure in verdict.cures for kind in cure.heals}
    held = {finding.kind for finding in verdict.holding}
    if any(rule.kind == "order_max" and rule.cash for rule in policy) or known.cash:
        held -= {"order_max"}
    assert held <= healed


@given(facts(), rules())
def test_cures_come_complete_ones_first_and_no_two_are_alike(known, policy):
    cures = decide(known, policy).cures
    assert list(cures) == sorted(cures, key=lambda cure: not cure.enough)
    alike = [(cure.code, cure.file, cure.heals) for cure in cures]
    assert len(alike) == len(set(alike))


@given(facts(), rules())
def test_payments_name_items_that_are_open_oldest_first(known, policy):
    for cure in decide(known, policy).cures:
        if cure.code == "pay":
            assert sum(item.amount for item in cure.items) == pytest.approx(cure.amount)
            assert [item.due for item in cure.items] == [
                item.due for item in known.items[: len(cure.items)]
            ]


# === One by one === #


def test_pay_enough_for_what_is_late_and_for_the_limit():
    known = owing((40.0, 60), (60.0, -5), asked=50.0, limit=60.0)
    assert _cures(known, LATE, LIMIT)["pay"] == Cure(
        "pay",
        90.0,
        items=(Item(ago(60), 40.0), Item(ago(-5), 50.0)),
        heals=("limit", "overdue_days"),
        enough=True,
    )


def test_pay_what_is_late_alone_where_all_that_is_open_would_not_do():
    known = owing((40.0, 60), more=900.0, asked=50.0, limit=500.0)
    pay = _cures(known, LATE, LIMIT)["pay"]
    assert (pay.amount, pay.heals, pay.enough) == (40.0, ("overdue_days",), False)


def test_paying_all_that_is_open_is_a_cure_whatever_the_floats_add_up_to():
    late = owing((0.7, 60), (0.1, 50), (0.3, 40), limit=1000.0)
    assert late.overdue < 1.1
    assert _cures(late, LATE)["pay"].amount == 1.1


def test_items_that_are_not_too_late_yet_need_not_be_paid():
    known = owing((40.0, 31), (60.0, 30), limit=1000.0)
    assert _cures(known, LATE)["pay"].amount == 40


def test_pay_until_the_share_that_is_late_is_small_enough():
    """40 of 100 are late and 25 % tolerated: 20 of 80 are a quarter."""
    known = owing((40.0, 10), (60.0, -10), limit=1000.0)
    assert _cures(known, Rule("overdue_share", 25))["pay"].amount == 20


def test_wait_until_enough_has_fallen_due():
    known = owing((30.0, -5), (30.0, -9), (30.0, -20), asked=50.0, limit=100.0)
    wait = _cures(known, LIMIT)["wait"]
    assert (wait.day, wait.amount, wait.enough) == (ago(-9), 60.0, True)


def test_all_that_falls_due_on_one_day_is_waited_for():
    known = owing((30.0, -9), (30.0, -9), asked=50.0, limit=80.0)
    assert _cures(known, LIMIT)["wait"].amount == 60


def test_waiting_is_no_cure_if_something_else_gets_too_late_meanwhile():
    known = owing((10.0, 25), (90.0, -20), asked=50.0, limit=100.0)
    wait = _cures(known, LIMIT, LATE)["wait"]
    assert (wait.heals, wait.enough) == (("limit",), False)


def test_prepaying_a_part_heals_the_limit_and_prepaying_all_heals_the_rest():
    known = owing((100.0, 60), asked=50.0, limit=120.0)
    prepaid = [c for c in decide(known, [LATE, LIMIT]).cures if c.code == "prepay"]
    assert [(c.amount, c.heals, c.enough) for c in prepaid] == [
        (50.0, ("limit", "overdue_days"), True),
        (30.0, ("limit",), False),
    ]


@pytest.mark.parametrize("asked", [33.331, 33.335, 33.339])
def test_all_of_an_order_in_foreign_money_can_be_prepaid(asked):
    known = owing((10.0, 60), asked=asked, limit=1000.0)
    prepay = _cures(known, LATE)["prepay"]
    assert (prepay.amount, prepay.enough) == (33.34, True)


def test_the_largest_order_that_fits_leaves_what_is_invoiced_alone():
    known = owing((90.0, -5), asked=50.0, total=140.0, limit=100.0)
    assert _cures(known, LIMIT)["cut"].amount == 100
    known = owing((100.0, -5), asked=50.0, total=150.0, limit=100.0)
    assert "cut" not in _cures(known, LIMIT)


def test_cut_to_the_maximum_and_to_the_limit_at_once():
    cut = _cures(owing(asked=500.0, limit=400.0), LIMIT, Rule("order_max", 300))["cut"]
    assert (cut.amount, cut.heals) == (300.0, ("limit", "order_max"))


def test_the_strictest_percentage_sets_what_is_asked_for():
    ask = _cures(owing(asked=100.0, limit=50.0), LIMIT, Rule("limit", 80))["ask"]
    assert (ask.amount, ask.enough) == (75.0, True)


def test_each_level_that_is_too_full_is_asked_for_itself():
    own = Level(1, "Shop", limit=50.0)
    group = Level(2, "Group", limit=1000.0, exposure=950.0)
    known = Facts(DAY, 100.0, 100.0, levels=(own, group))
    asked = [c for c in decide(known, [LIMIT]).cures if c.code == "ask"]
    assert [(c.file, c.amount, c.enough) for c in asked] == [
        (1, 50.0, False),
        (2, 50.0, False),
    ]


def test_first_limit_that_is_asked_for_carries_all_that_is_owed():
    ask = _cures(owing((70.0, -5), asked=30.0), Rule("no_limit"), LIMIT)["ask"]
    assert (ask.amount, ask.heals, ask.enough) == (100.0, ("no_limit",), True)


def test_a_hold_is_lifted_and_nothing_else_helps():
    level = Level(1, "Shop", limit=1000.0, hold="bankrupt")
    cures = _cures(Facts(DAY, 1.0, 1.0, levels=(level,)), Rule("hold", cash=True))
    assert list(cures) == ["lift"]


def test_a_rule_that_spares_cash_orders_does_not_make_their_cures_dearer():
    """A rule that looks at prepaid orders too wants the oldest item paid; another,
    that does not, wants everything paid."""
    known = owing((40.0, 60), (500.0, 5), limit=0.0, cash="prepaid")
    oldest = Rule("overdue_days", 30, cash=True)
    assert _cures(known, oldest, Rule("overdue_amount", 0))["pay"].amount == 40


def test_an_unknown_rate_has_to_be_entered_and_a_missing_file_opened():
    nobody = Facts(DAY, 50.0, 50.0, customer="held", missing_rates=("EUR",))
    cures = _cures(nobody, *STANDING)
    assert (cures["rate"].heals, cures["open_file"].heals) == (
        ("no_rate",),
        ("no_file",),
    )
    assert cures["prepay"].enough


def test_who_is_always_held_is_taken_off_the_list():
    known = owing(asked=10.0, listings=(Listing("always_hold"),))
    [cure] = _cures(known, *STANDING).values()
    assert (cure.code, cure.heals, cure.enough) == ("unlist", ("always_hold",), True)


def test_another_addon_names_its_own_cure():
    licence = Further("licence_days", 10.0, "renew")
    known = owing(limit=1000.0, further=(licence,))
    cures = _cures(known, Rule("licence_days", 0))
    assert cures["renew"].enough
    with pytest.raises(KeyError):
        applied(known, Cure("unheard_of"))


def test_waiting_lets_only_what_falls_due_meanwhile_be_paid():
    known = owing((5.0, 3), (30.0, -9), (40.0, -20), limit=1000.0)
    later = applied(known, Cure("wait", 30.0, day=ago(-9)))
    assert (later.day, later.receivable, later.overdue) == (ago(-9), 45.0, 5.0)
    assert [item.amount for item in later.items] == [5.0, 40.0]


def test_who_has_paid_ahead_prepays_only_what_that_does_not_cover():
    known = owing(more=-80.0, asked=100.0)
    cures = _cures(known, Rule("no_limit"))
    assert (cures["prepay"].amount, cures["cut"].amount) == (20.0, 80.0)
