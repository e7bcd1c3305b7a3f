"""What holds for any sheet of scores, whoever wrote it."""

from datetime import date

from dealer_rating.core import sheet
from dealer_rating.core.sheet_cell import Formula, number_of, plain, shown
from hypothesis import example, given
from hypothesis import strategies as st
from trade_credit_base.core.sheet_file import Limits, SheetError, table

DEALERS = [
    sheet.Dealer(1, "C1", "Corner Shop"),
    sheet.Dealer(2, "007", "Old Depot"),
    sheet.Dealer(3, "", "Twin"),
    sheet.Dealer(4, "", "Twin"),
]
SCORES = {
    (1, "outlets"): sheet.Score(11, "", False, 5.0),
    (1, "lost"): sheet.Score(12, "2", True, 5.0),
    (2, "outlets"): sheet.Score(21, "3", False, 5.0, "closed_card"),
    (2, "lost"): sheet.Score(22, "", True, 5.0, "waived"),
    (3, "outlets"): sheet.Score(31, "", False, 5.0),
}
NAMES = {"outlets": "outlets", "lost": "lost", "customers lost": "lost"}
HEADER = ["id", "Reference [ref]", "Dealer [dealer]", "period", "outlets", "lost"]
PERIOD = "2025-M03"

TELLING = st.sampled_from(
    [*("C1", "c1 ", "007", 7, 7.0, "Corner Shop", "old depot", "Twin", PERIOD)]
    + [*(1, "2", 3.0, "4,5", "0", "-1", "６", Formula("=1+1"), "nan", "1e5", "")]
)
CELLS = st.one_of(
    TELLING,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
)
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=8)


def _read(rows, header=HEADER):
    numbered = [(line, list(cells)) for line, cells in enumerate([header, *rows], 1)]
    return sheet.read(
        table(numbered, Limits()),
        dealers=DEALERS,
        scores=SCORES,
        names=NAMES,
        period=PERIOD,
    )


@given(ROWS)
@example([[None, "C1", None, None, 4.5, 0]])
@example([[10**400, None, None, None, 10**400, float("inf")]])
@example([["9" * 5000, None, None, None, "9" * 5000, None]])
def test_only_what_may_be_entered_becomes_a_change(rows):
    try:
        plan = _read(rows)
    except (SheetError, sheet.ScoresError):
        return
    bad = {problem.line for problem in plan.problems}
    seen = set()
    for change in plan.changes:
        score = SCORES[change.dealer, change.code]
        number = float(change.new)
        assert change.line not in bad
        assert change.score == score.id and not score.lock
        assert change.new != score.entry and shown(number) == change.new
        assert number >= 0 and (number.is_integer() if score.is_count else number <= 5)
        seen.add(change.score)
    assert len(seen) == len(plan.changes), "no score is entered twice"


@given(ROWS, st.lists(CELLS, max_size=10))
def test_any_header_is_read_or_refused(rows, header):
    try:
        _read(rows, header)
    except (SheetError, sheet.ScoresError) as error:
        assert error.code


@given(st.permutations(["C1", "007", "Nobody", "C1 "]))
def test_the_order_of_the_rows_does_not_matter(refs):
    plan = _read([[None, ref, None, None, 4, None] for ref in refs])
    found = sorted((problem.code, problem.value) for problem in plan.problems)
    twice, locked = ("double_dealer", ""), ("closed_card", "4")
    assert found == sorted([twice, twice, locked, ("unknown_dealer", "nobody")])
    assert not plan.changes


@given(st.decimals(-999, 999, places=2))
def test_a_number_reads_the_same_however_it_is_typed(number):
    text = str(number)
    typed = [text, text.replace(".", ","), float(number), f" {text} "]
    assert {number_of(cell) for cell in typed} == {float(number)}
    assert float(shown(float(number))) == float(number)


def test_a_date_is_no_number():
    """Spreadsheets turn 3-4 into one."""
    assert number_of(date(2025, 4, 3)) is None
    assert plain(date(2025, 4, 3)) == "2025-04-03"
