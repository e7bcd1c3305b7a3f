"""Files that come in: whatever bytes they are made of."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from trade_credit_base.core.sheet_file import (
    Limits,
    SheetError,
    check_size,
    check_workbook,
    read_text,
    table,
    text_of,
)
from trade_credit_base.core.sheet_form import amount_reader, date_reader

NARROW = Limits(size=20, rows=2, columns=3)


@given(st.binary(max_size=200))
@example(b"dealer,outlets\nCorner Shop,4\n")
def test_any_bytes_are_read_or_refused(content):
    try:
        rows = table(read_text(content), Limits())
    except SheetError as error:
        assert error.code
    else:
        assert all(isinstance(cell, str) for _line, cells in rows for cell in cells)
        assert all(cells[-1].strip() for _line, cells in rows)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_archive_are_refused(content):
    with pytest.raises(SheetError):
        check_workbook(b"PK\x03\x04" + content, Limits())


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([["a"], ["1"], ["2"], ["3"]], ("too_many_rows", "2")),
        ([["a"], [""], [""], [""]], ("too_many_rows", "2")),
        ([["a", "b", "c", "d"]], ("too_many_columns", "3")),
        ([["", None], [" "]], ("empty", "")),
        ([], ("empty", "")),
    ],
)
def test_a_table_has_its_limits(rows, refusal):
    with pytest.raises(SheetError) as caught:
        table(enumerate(rows, 1), NARROW)
    assert (caught.value.code, caught.value.value) == refusal


def test_a_table_within_its_limits_is_taken_without_what_is_blank():
    rows = [["a", "b", "c", "", ""], ["", None], ["1", "", "3", "4", "5"]]
    assert table(enumerate(rows, 1), NARROW) == [
        (1, ["a", "b", "c"]),
        (3, ["1", "", "3", "4", "5"]),
    ]


@pytest.mark.parametrize(
    ("content", "code"), [(b" \n", "empty"), (b"x" * 21, "too_large")]
)
def test_a_file_has_its_limits(content, code):
    with pytest.raises(SheetError) as caught:
        check_size(content, NARROW)
    assert caught.value.code == code


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)))
def test_a_day_in_a_workbook_reads_as_that_day(moment):
    assert date_reader([])(text_of(moment)) == moment.date()
    assert date_reader([])(text_of(moment.date())) == moment.date()


@given(st.floats(-1e12, 1e12), st.sampled_from([0, 2]))
def test_a_number_in_a_workbook_reads_as_that_number(number, digits):
    number = round(number, digits)
    read = amount_reader([], digits=digits)
    assert float(read(text_of(number))) == pytest.approx(number, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        *("20260115.0", "01/15/26", "15-Jan-2026", "15 Jan 2026", "Jan 15, 2026"),
        *("15.01.26", "15-Jan-26", "46037", "46037.0", "115/01/15", "民國115年1月15日"),
        *("15. Januar 2026", "15 janv. 2026", "15 Jan 2026 08:00", "January 15 2026"),
    ],
)
def test_a_day_is_read_as_people_write_it(text):
    months = {"januar": 1, "janv": 1}
    assert date_reader([text], months=months)(text).isoformat() == "2026-01-15"


@pytest.mark.parametrize("text", ["24-01-31", "12345", "Page 5", "5 soon 2024", "1.5"])
def test_what_is_no_day_is_none(text):
    assert date_reader([text])(text) is None


def test_titles_do_not_choose_the_delimiter():
    content = b"Open items, as of May 31, 2024\n\nnumber;customer;open;due;note\n"
    assert len(list(read_text(content))[-1][1]) == 5
