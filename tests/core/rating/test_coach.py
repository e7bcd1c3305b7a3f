"""The coach finds the cheapest ways to a better grade: none that is cheaper was left
out, each does what it says, and nothing in it is for nothing.
"""

from itertools import product

from dealer_rating.core import coach
from dealer_rating.core.bound import bound
from dealer_rating.core.coach import Card, Change, Lever, Standing, Way
from dealer_rating.core.grade import is_monotone
from dealer_rating.core.score import Step, points_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

ORDER = "AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"
ENTERED = 0, 1, 2, 3, 4, 5
VIOLATIONS = -5, 0, 3, 5
LOST = 0, 2, 3, 5

# What a quarter's mean of three months can be, thirds of a point included.
thirds = st.integers(-15, 15).map(lambda third: third / 3)
scales = st.sampled_from([ENTERED, VIOLATIONS, LOST, (5,), ()])
weights = st.sampled_from([1.0, 1.0, 2.0, 0.5, 0.0])


def _levers(prefix, most):
    return st.integers(0, most).flatmap(
        lambda count: st.tuples(
            *(
                st.builds(Lever, st.just(f"{prefix}{place}"), thirds, scales, weights)
                for place in range(count)
            )
        )
    )


@st.composite
def standings(draw, most=3):
    cards = []
    for kind in ("performance", "conduct"):
        levers = draw(_levers(kind[0], most))
        from_b = draw(st.integers(-4, 5 * most))
        from_a = from_b + draw(st.integers(0, 6))
        times = draw(st.sampled_from([1.0, 3.0]))
        cards.append(Card(kind, levers, from_a, from_b, times))
    return Standing(tuple(cards), ORDER)


def applied(standing, changes):
    """Return the quarter as it would stand after some changes."""
    after = {(each.kind, each.code): each.after for each in changes}

    def moved(card):
        return tuple(
            lever._replace(points=after.get((card.kind, lever.code), lever.points))
            for lever in card.levers
        )

    cards = [card._replace(levers=moved(card)) for card in standing.cards]
    return standing._replace(cards=tuple(cards))


def _rank(standing, changes=()):
    return ORDER.index(coach.grade_of(applied(standing, changes)))


def _better(standing, changes):
    return _rank(standing, changes) < _rank(standing)


def _worse(standing, changes):
    return _rank(standing, changes) > _rank(standing)


def _moves(card, lever, up):
    """No change, and each change to a level beyond, with its number of steps."""
    beyond = {
        lv for lv in lever.levels if (lv > lever.points if up else lv < lever.points)
    }
    ordered = sorted(beyond, reverse=not up)
    return [None] + [
        Change(card.kind, lever.code, lever.points, level, steps)
        for steps, level in enumerate(ordered, 1)
    ]


def _all_ways(standing, succeeds, up=True):
    """Every set of changes at all, on both cards, that leads where it should."""
    choices = [
        _moves(card, lever, up) for card in standing.cards for lever in card.levers
    ]
    for picked in product(*choices):
        changes = tuple(change for change in picked if change)
        if changes and succeeds(standing, changes):
            yield Way("", changes)


def _tight(standing, changes, succeeds):
    return not any(
        succeeds(standing, changes[:place] + changes[place + 1 :])
        for place in range(len(changes))
    )


def _cheapest(standing, succeeds, up=True):
    """The cost of the cheapest way by each set of levers, if nothing in it is idle."""
    best = {}
    for way in _all_ways(standing, succeeds, up):
        if _tight(standing, way.changes, succeeds):
            key = frozenset((change.kind, change.code) for change in way.changes)
            best[key] = min(best.get(key, way.cost), way.cost)
    return sorted(best.values())


# === Laws === #


@given(standings(most=2))
@settings(max_examples=150, deadline=None)
def test_no_way_is_cheaper_than_those_found(standing):
    cheapest = _cheapest(standing, _better)
    found = [way.cost for way in coach.ways(standing)]
    assert found == [cost for cost in cheapest if cost[0] <= coach.TRIED][:3]


@given(
    st.lists(
        st.sampled_from([(0, 1, 4), (0, 2, 3), (0, 5), (0, 1, 2, 3)]),
        min_size=4,
        max_size=5,
    ),
    st.integers(6, 12),
)
@settings(max_examples=60, deadline=None)
def test_of_three_changes_too_none_are_cheaper(scales, needed):
    levers = tuple(Lever(f"i{n}", 0, levels) for n, levels in enumerate(scales))
    card = Card("conduct", levers, 100, needed)
    standing = Standing((Card("performance", (), 0, 0), card), ORDER)
    cheapest = _cheapest(standing, _better)
    assume(cheapest and cheapest[0][0] == coach.TRIED)
    found = [way.cost for way in coach.ways(standing)]
    assert found == [cost for cost in cheapest if cost[0] <= coach.TRIED][:3]


@given(standings(most=2))
@settings(max_examples=150, deadline=None)
def test_no_loss_of_the_grade_is_nearer_than_those_found(standing):
    nearest = _cheapest(standing, _worse, up=False)
    found = [way.cost for way in coach.risks(standing)]
    assert found == [cost for cost in nearest if cost[0] <= coach.TRIED][:3]


@given(standings(most=12))
@settings(max_examples=60, deadline=None)
def test_a_way_gives_the_grade_that_it_names_and_a_better_one(standing):
    for way in coach.ways(standing):
        assert coach.grade_of(applied(standing, way.changes)) == way.grade
        assert _better(standing, way.changes)


@given(standings(most=12))
@settings(max_examples=60, deadline=None)
def test_no_part_of_a_way_can_be_left_out(standing):
    for way in coach.ways(standing):
        assert _tight(standing, way.changes, _better)
    for way in coach.risks(standing):
        assert _tight(standing, way.changes, _worse)


@given(standings(most=12))
@settings(max_examples=60, deadline=None)
def test_a_risk_costs_the_grade(standing):
    for way in coach.risks(standing):
        assert coach.grade_of(applied(standing, way.changes)) == way.grade
        assert _worse(standing, way.changes)


@given(standings(most=12))
@settings(max_examples=60, deadline=None)
def test_where_everything_at_its_best_helps_there_is_a_way(standing):
    best = [
        moves[-1]
        for card in standing.cards
        for moves in (_moves(card, lever, True) for lever in card.levers)
        if moves[-1]
    ]
    assert bool(coach.ways(standing)) == _better(standing, best)


@given(standings())
def test_ways_come_cheapest_first_by_different_levers(standing):
    found = coach.ways(standing)
    assert [way.cost for way in found] == sorted(way.cost for way in found)
    levers = [frozenset((c.kind, c.code) for c in way.changes) for way in found]
    assert len(set(levers)) == len(levers)


@given(standings())
def test_changes_go_to_levels_that_the_indicator_has(standing):
    levers = {(c.kind, lv.code): lv for c in standing.cards for lv in c.levers}
    for way in coach.ways(standing):
        for change in way.changes:
            lever = levers[change.kind, change.code]
            between = [lv for lv in lever.levels if lever.points < lv <= change.after]
            assert change.after in lever.levels
            assert change.before == lever.points
            assert change.steps == len(set(between)) > 0


@given(st.integers(4, 7), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_where_more_than_three_changes_are_needed_no_fewer_would_do(count, spare):
    """Each of five points; all but ``spare`` of them have to be at their best."""
    levers = tuple(Lever(f"i{n}", 0, ENTERED) for n in range(count))
    needed = max(4, count - spare)
    card = Card("conduct", levers, 100, 5 * needed - 1)
    standing = Standing((Card("performance", (), 0, 0), card), ORDER)
    (way,) = coach.ways(standing)
    assert way.cost == (needed, 5 * needed - 1)


@given(st.lists(st.integers(1, 4), min_size=6, max_size=8), st.integers(4, 5))
@settings(max_examples=20, deadline=None)
def test_beyond_three_changes_too_no_fewer_would_do(points, count):
    """As many points are missing as the ``count`` largest gains together bring."""
    levers = tuple(Lever(f"i{n}", p, ENTERED) for n, p in enumerate(points))
    gains = sorted((5 - lever.points for lever in levers), reverse=True)
    from_b = sum(points) + sum(gains[:count])
    assume(sum(gains[: coach.TRIED]) < sum(gains[:count]))
    card = Card("conduct", levers, 100, from_b)
    (way,) = coach.ways(Standing((Card("performance", (), 0, 0), card), ORDER))
    assert way.cost == (count, sum(gains[:count]))
    assert _tight(
        Standing((Card("performance", (), 0, 0), card), ORDER), way.changes, _better
    )


steps = st.dictionaries(
    st.integers(-3, 12), st.integers(-5, 5), min_size=1, max_size=6
).map(lambda table: [Step(*row) for row in table.items()])


@given(st.integers(-5, 15), steps, st.booleans())
def test_a_bound_is_the_nearest_value_that_earns_enough(value, ladder, up):
    """Whole numbers: what is below a bound is one less."""
    for points in {step.points for step in ladder}:
        enough = [
            other
            for other in range(-7, 18)
            if (points_of(other, ladder) >= points) == up
            or points_of(other, ladder) == points
        ]
        nearest = min(abs(other - value) for other in enough)
        found = bound(value, ladder, points, up)
        if found is None:
            assert nearest == 0
            continue
        there = found.value if found.at_least else found.value - 1
        assert there in enough
        # Of two bounds as far away, the one below has to be passed as well.
        assert abs(found.value - value) <= nearest


# === One by one === #


def _shipped(performance=4.0, conduct=4.0, **points):
    """The two shipped cards, every indicator at the same points but for ``points``."""
    lead = (
        "target growth on_time collection overdue days_late limit_use margin "
        "outlets stock promotion"
    )
    behaviour = "contracts promises disputes information complaints reputation"
    first = [Lever(c, points.get(c, performance), ENTERED) for c in lead.split()]
    first.append(Lever("lost", points.get("lost", 5), LOST))
    second = [Lever(c, points.get(c, 5), VIOLATIONS) for c in ("distribution", "price")]
    second += [Lever(c, points.get(c, conduct), ENTERED) for c in behaviour.split()]
    return Standing(
        (
            Card("performance", tuple(first), 48, 36),
            Card("conduct", tuple(second), 32, 24),
        ),
        ORDER,
    )


def _told(ways):
    return [(w.grade, [(c.code, c.before, c.after) for c in w.changes]) for w in ways]


def test_the_shipped_order_of_grades_is_one_that_the_coach_can_trust():
    assert is_monotone(ORDER)


def test_price_adherence_without_violation_lifts_bb_to_ba():
    standing = _shipped(3.0, 4.0, price=0, reputation=3)
    assert coach.grade_of(standing) == "BB"
    assert _told(coach.ways(standing, most=1)) == [("BA", [("price", 0, 5)])]


def test_the_best_grade_has_no_way_up_and_a_way_down():
    standing = _shipped(5.0, 5.0, collection=0, on_time=2, contracts=2, price=0)
    assert coach.grade_of(standing) == "AA"
    assert coach.ways(standing) == ()
    assert {way.grade for way in coach.risks(standing)} <= {"AB", "BA", "AC", "CA"}


def test_of_equally_cheap_ways_those_with_other_levers_come_first():
    """Two levers of two points each are needed; no lever is named twice."""
    levers = tuple(Lever(f"i{n}", 4, (4, 5)) for n in range(6))
    card = Card("conduct", levers, 100, 26)
    found = coach.ways(Standing((Card("performance", (), 0, 0), card), ORDER))
    assert [way.cost for way in found] == [(2, 2)] * 3
    assert len({change.code for way in found for change in way.changes}) == 6


def test_ways_on_both_cards_are_told_the_better_grade_first():
    performance = Card("performance", (Lever("target", 4, (4, 5)),), 5, 4)
    conduct = Card("conduct", (Lever("price", 3, (3, 5)),), 5, 3)
    assert _told(coach.ways(Standing((performance, conduct), ORDER))) == [
        ("AB", [("target", 4, 5)]),
        ("BA", [("price", 3, 5)]),
    ]


def test_of_equally_cheap_ways_the_one_to_the_better_grade_comes_first():
    levers = Lever("little", 0, (0, 3)), Lever("much", 0, (0, 5))
    card = Card("conduct", levers, 5, 3)
    found = coach.ways(Standing((card,), ("A", "B", "C")))
    assert [way.grade for way in found] == ["A", "B"]


def test_what_weighs_nothing_is_no_way():
    card = Card("conduct", (Lever("price", 0, (0, 5), 0.0),), 5, 3)
    assert coach.ways(Standing((card,), ("A", "B", "C"))) == ()


def test_a_sum_of_three_months_counts_each_point_three_times():
    card = Card("performance", (Lever("target", 4, (4, 5)),), 15, 12, times=3)
    (way,) = coach.ways(Standing((card,), ("A", "B", "C")))
    assert (way.grade, way.changes[0].after) == ("A", 5)


def test_the_worst_case_of_the_shipped_cards_is_bounded():
    """Nothing scored, and three levers at their best are just enough: every set of
    three on both cards is tried, and each level of each of them."""
    tried = []
    standing = _shipped(0.0, 0.0, lost=0, price=0, distribution=0)
    cards = [card._replace(from_a=60, from_b=15) for card in standing.cards]
    standing = standing._replace(cards=tuple(cards))
    original = coach._Trial.succeeds
    coach._Trial.succeeds = lambda self, moves: tried.append(1) or original(self, moves)
    try:
        assert coach.ways(standing)[0].cost[0] == 3
    finally:
        coach._Trial.succeeds = original
    assert len(tried) < 40_000
