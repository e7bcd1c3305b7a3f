"""Customers, orders and policies as Hypothesis draws them for the credit core.

Amounts are whole units of the currency (cents, or yen), and what is told twice agrees:
the items add up to the receivable, the late ones to what is overdue, and a group owes
at least what its member owes.
"""

from datetime import date, timedelta
from itertools import accumulate

from credit_control.core.facts import Facts, Item, Level, Listing, Rule
from hypothesis import strategies as st

DAY = date(2026, 3, 1)


def ago(days):
    return DAY - timedelta(days=days)


def owing(*items, asked=100.0, limit=None, more=0.0, **values):
    """Facts on one customer who owes ``items`` as (amount, days late), and ``more``."""
    items = tuple(Item(ago(late), amount) for amount, late in items)
    late = [item for item in items if item.due < DAY]
    receivable = sum(item.amount for item in items)
    own = Level(file=1, name="Corner Shop", limit=limit, exposure=receivable + more)
    return Facts(
        **{
            "day": DAY,
            "asked": asked,
            "total": asked,
            "levels": (own,),
            "receivable": receivable,
            "overdue": sum(item.amount for item in late),
            "oldest_due": min((item.due for item in late), default=None),
            "items": items,
            **values,
        }
    )


@st.composite
def money(draw, unit, least=0, most=200_000):
    return draw(st.integers(least, most)) * unit


@st.composite
def facts(draw):
    """What is known of an order: of a customer with a file, as a rule."""
    unit = draw(st.sampled_from([0.01, 1.0]))
    customer = draw(st.sampled_from(["file"] * 6 + ["cash", "held"]))
    asked = draw(money(unit, least=1))
    invoiced = draw(st.just(0.0) | money(unit))
    common = {
        "day": DAY,
        "asked": asked,
        "total": asked + invoiced,
        "customer": customer,
        "cash": draw(st.sampled_from([""] * 6 + ["immediate"])),
        "missing_rates": draw(st.sampled_from([()] * 6 + [("EUR",)])),
        "listings": draw(st.sampled_from([()] * 6 + [(Listing("always_hold"),)])),
        "rounding": unit,
    }
    return Facts(**common, **(draw(_file(unit)) if customer == "file" else {}))


@st.composite
def _file(draw, unit):
    due = st.integers(-60, 120).map(ago)
    item = st.builds(Item, due=due, amount=money(unit, least=1, most=50_000))
    items = tuple(sorted(draw(st.lists(item, max_size=4)), key=lambda item: item.due))
    late = [item for item in items if item.due < DAY]
    receivable = sum(item.amount for item in items)
    own = receivable + draw(money(unit, least=-50_000))
    others = draw(st.lists(money(unit), max_size=2))
    return {
        "levels": tuple(
            draw(_level(number, exposure))
            for number, exposure in enumerate(accumulate([own, *others]), 1)
        ),
        "items": items,
        "receivable": receivable,
        "overdue": sum(item.amount for item in late),
        "oldest_due": min((item.due for item in late), default=None),
    }


@st.composite
def _level(draw, number, exposure):
    # Whole hundreds, so that a percentage of them is payable.
    hundreds = st.integers(0, 30).map(lambda hundred: hundred * 100.0)
    return Level(
        file=number,
        name=f"File {number}",
        limit=draw(st.none() | hundreds),
        exposure=exposure,
        collateral=draw(st.sampled_from([0.0, 0.0, 500.0])),
        set_off=draw(st.sampled_from([0.0, 0.0, 200.0])),
        hold=draw(st.sampled_from(["", "", "", "bankrupt"])),
    )


MEASURES = {
    "limit": st.integers(50, 150).map(float),
    "overdue_days": st.integers(0, 90).map(float),
    "overdue_amount": st.integers(0, 1000).map(float),
    "overdue_share": st.integers(0, 50).map(float),
    "order_max": st.integers(0, 2000).map(float),
    "no_limit": st.just(0.0),
    "hold": st.just(0.0),
}
STANDING = tuple(Rule(kind) for kind in ("no_rate", "no_file", "cash_only"))
STANDING += (Rule("always_hold", cash=True),)


@st.composite
def rule(draw, actions=("tell", "warn", "hold"), **measures):
    kind = draw(st.sampled_from(sorted(MEASURES)))
    return Rule(
        kind,
        threshold=draw((MEASURES | measures)[kind]),
        action=draw(st.sampled_from(actions)),
        cash=draw(st.booleans()),
        floor=draw(st.sampled_from([0.0, 0.0, 10.0, 1000.0])),
        authority=draw(st.sampled_from(["officer", "manager"])),
    )


def rules(**options):
    """A policy, and what no policy can switch off."""
    return st.lists(rule(**options), max_size=6).map(lambda own: STANDING + tuple(own))


holding_rules = rules(actions=("hold",))
