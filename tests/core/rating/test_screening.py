"""Laws of the weighted ranking, and the worked example of the method."""

import pytest
from dealer_rating.core.screening import MissingScore, missing, ranking, total
from hypothesis import given
from hypothesis import strategies as st

CRITERIA = ["demand", "margin", "prospects", "payment", "goodwill"]
IMPORTANCE = dict(zip(CRITERIA, (5, 4, 3, 2, 1), strict=True))

points = st.integers(1, 5)
cards = st.dictionaries(st.integers(), st.tuples(points, points), min_size=1)
totals = st.dictionaries(st.integers(), st.none() | st.integers(1, 50))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 4, 3, 4), 67),
        ((4, 3, 5, 4, 2), 57),
        ((3, 2, 2, 2, 2), 35),
        ((5, 5, 4, 4, 5), 70),
    ],
)
def test_worked_example(scores, expected):
    assert total(IMPORTANCE, dict(zip(CRITERIA, scores, strict=True))) == expected


@given(cards, st.data())
def test_a_better_score_never_lowers_the_total(card, data):
    importance = {key: weight for key, (weight, _score) in card.items()}
    scores = {key: score for key, (_weight, score) in card.items()}
    better = scores | {data.draw(st.sampled_from(sorted(card))): 5}
    assert total(importance, better) >= total(importance, scores)


@given(cards, st.data())
def test_a_missing_score_is_no_zero(card, data):
    importance = {key: weight for key, (weight, _score) in card.items()}
    lacking = data.draw(st.sampled_from(sorted(card)))
    scores = {key: score for key, (_w, score) in card.items() if key != lacking}
    with pytest.raises(MissingScore) as raised:
        total(importance, scores)
    assert raised.value.missing == missing(importance, scores) == [lacking]


def test_nothing_to_compare_on_is_no_total():
    with pytest.raises(MissingScore):
        total({}, {"demand": 5})


@pytest.mark.parametrize("wrong", [0, 6, -1])
def test_importance_and_score_go_from_1_to_5(wrong):
    for importance, score in (wrong, 3), (3, wrong):
        with pytest.raises(ValueError):
            total({"demand": importance}, {"demand": score})


@given(totals)
def test_ranks_follow_the_totals(known):
    ranks = ranking(known)
    for one in known:
        assert (ranks[one] is None) == (known[one] is None)
        for other in known:
            if None not in (known[one], known[other]):
                assert (ranks[one] < ranks[other]) == (known[one] > known[other])


@given(totals)
def test_a_rank_tells_how_many_are_better(known):
    scored = [points for points in known.values() if points is not None]
    for candidate, rank in ranking(known).items():
        if rank:
            assert rank == 1 + sum(other > known[candidate] for other in scored)
