"""What holds for every card, quarter and grade, whatever the templates say."""

from datetime import date, timedelta
from random import Random

import pytest
from dealer_rating.core import grade, new_dealer, quarter, score
from dealer_rating.core.score import MissingScore, Score, Step
from hypothesis import assume, example, given
from hypothesis import strategies as st

ORDER = "AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"  # the best first


def hundredths(lowest, highest):
    """What a form with two decimals can hold."""
    return st.integers(lowest * 100, highest * 100).map(lambda number: number / 100)


POINTS = hundredths(-10, 10)
WEIGHTS = hundredths(0, 10).filter(bool)
TOTALS = st.one_of(st.none(), hundredths(-20, 120))
BANDS = st.tuples(hundredths(-20, 120), hundredths(-20, 120)).map(
    lambda pair: (max(pair), min(pair))
)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@st.composite
def ladders(draw, falling=None):
    """Steps of one indicator; ``falling`` makes more never better."""
    values = draw(st.lists(hundredths(-5, 50), min_size=1, max_size=6, unique=True))
    points = draw(st.lists(POINTS, min_size=len(values), max_size=len(values)))
    if falling is not None:
        values, points = sorted(values), sorted(points, reverse=falling)
    return [Step(*step) for step in zip(values, points, strict=True)]


@st.composite
def cards(draw, missing=False):
    points = st.one_of(st.none(), POINTS) if missing else POINTS
    scores = st.builds(Score, points, WEIGHTS)
    return draw(st.lists(scores, min_size=1, max_size=12))


def _place(letters):
    return ORDER.index(letters)


# === From a value to points === #


@given(ladders(), hundredths(-10, 60), st.data())
def test_order_of_the_steps_does_not_matter(steps, value, data):
    shuffled = data.draw(st.permutations(steps))
    assert score.points_of(value, shuffled) == score.points_of(value, steps)


@given(ladders(falling=True), hundredths(-10, 60), hundredths(0, 20))
def test_one_violation_more_never_earns_more(steps, value, more):
    assert score.points_of(value + more, steps) <= score.points_of(value, steps)


@given(ladders(falling=False), hundredths(-10, 60), hundredths(0, 20))
def test_a_better_measured_value_never_earns_less(steps, value, more):
    assert score.points_of(value + more, steps) >= score.points_of(value, steps)


@given(ladders(), st.data())
def test_a_step_holds_from_its_value_on_until_the_next(steps, data):
    step = data.draw(st.sampled_from(steps))
    later = [each.at_least for each in steps if each.at_least > step.at_least]
    assert score.points_of(step.at_least, steps) == step.points
    if later:
        assert score.points_of((step.at_least + min(later)) / 2, steps) == step.points
    else:
        assert score.points_of(step.at_least + 1e6, steps) == step.points


@given(ladders())
def test_below_the_first_step_the_first_counts(steps):
    first = min(steps)
    assert score.points_of(first.at_least - 1e6, steps) == first.points


def test_no_steps_measure_nothing():
    with pytest.raises(ValueError):
        score.points_of(3, [])


# === From points to a card's total === #


@given(cards(), st.data())
def test_order_of_scoring_does_not_matter(card, data):
    assert score.total(data.draw(st.permutations(card))) == score.total(card)


@given(
    st.lists(
        st.builds(Score, st.floats(-10, 10), st.floats(0.01, 10)),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
@example(
    [
        Score(1.1250005, 1),
        Score(-0.4999995, 0.1),
        Score(-4.4799995, 0.1),
        Score(0.3867395, 0.3),
        Score(-8.8899995, 0.1),
    ],
    Random(1),
)
def test_order_of_scoring_does_not_matter_with_any_decimals(card, random):
    for _each in card:
        shuffled = random.sample(card, len(card))
        assert score.total(shuffled) == score.total(card)


@given(cards(), st.data(), hundredths(0, 10))
def test_a_better_score_never_lowers_the_total(card, data, more):
    place = data.draw(st.integers(0, len(card) - 1))
    better = list(card)
    better[place] = card[place]._replace(points=card[place].points + more)
    assert score.total(better) >= score.total(card)


@given(cards(missing=True))
def test_a_missing_score_is_not_a_zero(card):
    assume(any(each.points is None for each in card))
    with pytest.raises(MissingScore):
        score.total(card)


def test_an_empty_card_has_no_total():
    with pytest.raises(MissingScore):
        score.total([])


# === Waiving === #


@given(cards(), ladders(), hundredths(-10, 60), WEIGHTS)
def test_waiving_a_count_never_helps(card, steps, value, weight):
    """Against every count that could have been given instead."""
    scored = Score(score.points_of(value, steps), weight)
    waived = Score(score.least(steps), weight)
    assert score.total([*card, waived]) <= score.total([*card, scored])


@given(cards(), hundredths(0, 5), WEIGHTS)
def test_waiving_what_is_entered_never_helps(card, points, weight):
    waived = Score(score.least(), weight)
    assert score.total([*card, waived]) <= score.total([*card, Score(points, weight)])


# === Quarter and grade === #


def test_the_nine_grades_stand_in_the_methods_order():
    assert grade.is_monotone(ORDER)
    assert len(set(ORDER)) == len(grade.BANDS) ** 2


@given(st.permutations(ORDER))
def test_an_order_that_puts_better_letters_lower_is_refused(order):
    wrong = any(
        order.index(worse) < order.index(better)
        for worse in order
        for better in order
        if worse != better and better[0] <= worse[0] and better[1] <= worse[1]
    )
    assert grade.is_monotone(order) == (not wrong)


@given(hundredths(-20, 120), hundredths(0, 50), BANDS)
def test_more_points_never_make_a_worse_letter(points, more, bands):
    assert grade.band(points + more, *bands) <= grade.band(points, *bands)


@given(
    st.lists(hundredths(-20, 120), min_size=1, max_size=3),
    hundredths(-20, 120),
    st.integers(0, 3),
    hundredths(0, 50),
    BANDS,
    BANDS,
    st.sampled_from(["mean", "sum"]),
)
def test_a_better_card_never_worsens_the_grade(
    months, conduct, which, more, performance_bands, conduct_bands, how
):
    """``which`` card gets better: a month, or conduct after the last of them."""
    bands = performance_bands, conduct_bands
    better = list(months)
    if which < len(months):
        better[which] += more
    raised = conduct if which < len(months) else conduct + more
    before = quarter.judge(months, conduct, *bands, how=how)
    after = quarter.judge(better, raised, *bands, how=how)
    assert _place(after.letters) <= _place(before.letters)
    assert after.total >= before.total


@given(st.lists(hundredths(-20, 120), min_size=1, max_size=3), st.data())
def test_order_of_the_months_does_not_matter(months, data):
    shuffled = data.draw(st.permutations(months))
    assert quarter.performance(shuffled) == quarter.performance(months)


@given(st.lists(TOTALS, max_size=3), TOTALS, BANDS)
def test_nothing_missing_ever_makes_a_grade(months, conduct, bands):
    whole = months and None not in months and conduct is not None
    if whole:
        assert quarter.judge(months, conduct, bands, bands).letters in ORDER
    else:
        with pytest.raises(MissingScore):
            quarter.judge(months, conduct, bands, bands)


@given(hundredths(-20, 120), st.integers(1, 3))
def test_equal_months_have_their_own_mean(points, count):
    assert quarter.performance([points] * count) == points


# === New dealers, and two poor quarters === #


def _start(day):
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _next(start):
    return _start(start + timedelta(days=100))


@given(DAYS)
def test_the_first_two_quarters_are_those_of_a_new_dealer(since):
    first = _start(since)
    second = _next(first)
    third = _next(second)
    stages = [new_dealer.tenure(since, start) for start in (first, second, third)]
    assert stages == [new_dealer.FIRST, new_dealer.SECOND, new_dealer.REGULAR]
    assert new_dealer.tenure(since, _next(third)) == new_dealer.REGULAR


@given(DAYS, DAYS)
def test_nobody_becomes_newer(since, day):
    stages = [new_dealer.FIRST, new_dealer.SECOND, new_dealer.REGULAR]
    now = new_dealer.tenure(since, _start(day))
    later = new_dealer.tenure(since, _next(_start(day)))
    assert stages.index(later) >= stages.index(now)


@given(st.sampled_from([new_dealer.FIRST, new_dealer.SECOND, new_dealer.REGULAR]))
def test_a_grade_that_is_good_when_new_never_gives_less(stage):
    assert new_dealer.deserves_credit(stage, True) >= new_dealer.deserves_credit(
        stage, False
    )


@given(st.booleans(), st.booleans())
def test_an_end_is_proposed_after_two_poor_quarters_and_never_after_one(now, before):
    assert quarter.proposes_end(now, before) is (now and before)
