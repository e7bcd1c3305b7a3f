"""Laws about what of an invoice nobody decided on."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_control.core.billing import Line, billing

AMOUNTS = st.integers(-500, 5000).map(float)
COUNTS = st.integers(-3, 30).map(float)
LINES = st.lists(
    st.builds(
        Line,
        order=st.integers(1, 3),
        amount=AMOUNTS,
        quantity=COUNTS,
        left=COUNTS,
        had=COUNTS,
        price=AMOUNTS,
        agreed=AMOUNTS,
    ),
    max_size=6,
)
COVERED = st.dictionaries(st.integers(1, 3), AMOUNTS)


@given(AMOUNTS, LINES, COVERED, AMOUNTS)
def test_nothing_is_asked_twice_and_no_order_gives_more_than_it_has(
    total, lines, covered, paid
):
    bill = billing(total, lines, covered, paid)
    assert 0 <= bill.held_up <= bill.undecided
    assert bill.undecided + sum(bill.spent.values()) >= total - 1e-6
    for order, spent in bill.spent.items():
        assert 0 <= spent <= max(0.0, covered.get(order, 0.0)) + 1e-6


@given(st.integers(1, 5000).map(float), LINES)
def test_without_a_decision_all_is_asked(total, lines):
    assert billing(total, lines, {}).undecided == total


@given(AMOUNTS, LINES, COVERED)
def test_what_is_paid_in_full_holds_nothing_up(total, lines, covered):
    assert billing(total, lines, covered, paid=total).held_up == 0


def test_delivered_beyond_the_order_at_its_price():
    line = Line(7, 1200.0, quantity=12, left=10, had=12, price=100.0, agreed=100.0)
    assert billing(1200.0, [line], {7: 1000.0}).held_up == 0
    dear = line._replace(amount=2400.0, price=200.0)
    assert billing(2400.0, [dear], {7: 1000.0}).held_up == 1200.0


@given(AMOUNTS, LINES, COVERED, COVERED)
def test_beyond_its_cover_an_order_has_no_more_than_its_room(
    total, lines, covered, rooms
):
    every = {order: rooms.get(order, 0.0) for order in (1, 2, 3)}
    bill = billing(total, lines, covered, rooms=every)
    most = sum(max(0.0, covered.get(each, 0.0), every[each]) for each in every)
    assert bill.held_up >= min(bill.undecided, total - most) - 1e-6
    assert bill.held_up >= billing(total, lines, covered).held_up - 1e-6
