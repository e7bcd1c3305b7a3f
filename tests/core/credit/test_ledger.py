"""Reading a receivables ledger: what is understood, what is asked, what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from credit_control.core import ledger
from credit_control.core.ledger_columns import LedgerError, parse_mapping
from hypothesis import given
from hypothesis import strategies as st
from trade_credit_base.core.sheet_file import Limits, SheetError, read_text, table
from trade_credit_base.core.sheet_form import amount_reader, date_reader

HEADER = "Customer,Invoice,Date,Due,Amount,Settled"


def _read_file(content, date_format=None, decimal_mark=None, symbols=(), mapping=None):
    return ledger.read(
        table(read_text(content), Limits()),
        read_dates=partial(date_reader, order=date_format),
        read_amounts=partial(amount_reader, mark=decimal_mark, symbols=symbols),
        mapping=mapping,
    )


def _read(*lines, header=HEADER, encoding="utf-8", **options):
    return _read_file("\n".join([header, *lines]).encode(encoding), **options)


def _refusal(*lines, **options):
    with pytest.raises((LedgerError, SheetError)) as caught:
        _read(*lines, **options)
    return caught.value.code, caught.value.value


def _problems(*lines, **options):
    return [problem[:3] for problem in _read(*lines, **options).problems]


# === What is understood === #


def test_a_line_becomes_a_row():
    (row,) = _read("C1,17,2024-01-31,2024-03-01,1250.5,2024-02-20").rows
    assert row == ledger.Row(
        line=2,
        customer="C1",
        name="",
        invoice="17",
        date=date(2024, 1, 31),
        due=date(2024, 3, 1),
        amount=Decimal("1250.50"),
        settled=date(2024, 2, 20),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_chinese_files_are_read_whatever_wrote_them(encoding, delimiter):
    header = delimiter.join(
        ["客户编号", "客户名称", "发票号", "开票日期", "到期日", "金额"]
    )
    line = delimiter.join(["甲", "宁波甲公司", "17", "2024年1月31日", "2024/3/1", "5"])
    (row,) = _read(line, header=header, encoding=encoding).rows
    assert (row.customer, row.name, row.date) == ("甲", "宁波甲公司", date(2024, 1, 31))


def test_western_files_of_windows_are_read():
    (row,) = _read("Müller & Café,17,2024-01-31,2024-03-01,5,", encoding="cp1252").rows
    assert row.customer == "Müller & Café"


def test_customer_beside_customer_id_is_the_name():
    found = _read(
        "C1,ACME,17,2024-01-31,2024-03-01,5",
        header="customer_ID,CUSTOMER,Invoice #,Invoice Date,Due-Date,Amount (CNY)",
    )
    assert (found.rows[0].customer, found.rows[0].name) == ("C1", "ACME")
    assert found.columns["due"] == "Due-Date"


def test_a_mapping_goes_before_the_usual_names():
    mapping = parse_mapping("amount=Open, net, settled=")
    (row,) = _read(
        'C1,17,2024-01-31,2024-03-01,9,2024-02-01,"5"',
        header=HEADER + ',"Open, net"',
        mapping=mapping,
    ).rows
    assert (row.amount, row.settled) == (5, None)


def test_one_clear_date_settles_the_format_of_all():
    found = _read("C1,1,3/4/2024,3/5/2024,5,", "C1,2,3/31/2024,4/1/2024,5,")
    assert found.rows[0].date == date(2024, 3, 4)


@pytest.mark.parametrize("never", ["", "-", "NULL", "n/a"])
def test_no_settlement_date_is_not_settled(never):
    assert _read(f"C1,1,2024-01-31,2024-03-01,5,{never}").rows[0].settled is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ('"1,234.50"', "1234.50"),
        ('"1.234,50"', "1234.50"),
        ('"12,34,567.5"', "1234567.50"),
        ("1 234.5", "1234.50"),
        ("1'234.5", "1234.50"),
        ("￥7.1250", "7.13"),
        ("-¥7.0", "-7.00"),
        ("(7.0)", "-7.00"),
        ("7.0-", "-7.00"),
        ("\N{MINUS SIGN}7.0", "-7.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    (row,) = _read(f"C1,1,2024-01-31,2024-03-01,{text},", symbols=["¥"]).rows
    assert str(row.amount) == amount


def test_lines_are_counted_as_an_editor_counts_them():
    found = _read(
        '"C\n1",1,2024-01-31,2024-03-01,5,',
        "",
        "C1,2,2024-01-31,2024-03-01,x,",
        "C1,3,2024-01-31,2024-03-01,5,",
    )
    assert [problem.line for problem in found.problems] == [5]
    assert [row.line for row in found.rows] == [2, 6]


# === What is asked === #


@pytest.mark.parametrize(
    ("lines", "code", "value"),
    [
        (["C1,1,3/4/2024,3/4/2024,5,"], "ambiguous_date", "3/4/2024"),
        (["C1,1,3/31/2024,31/3/2024,5,"], "mixed_date", "31/3/2024, 3/31/2024"),
        (['C1,1,2024-01-31,2024-03-01,"1,234",'], "ambiguous_amount", "1,234"),
        (
            ['C1,1,2024-01-31,2024-03-01,"1,5",', "C1,2,2024-01-31,2024-03-01,1.5,"],
            "mixed_amount",
            "1,5, 1.5",
        ),
    ],
)
def test_what_the_file_leaves_open_is_not_guessed(lines, code, value):
    assert _refusal(*lines) == (code, value)


def test_an_answer_resolves_what_was_open():
    line = 'C1,1,3/4/2024,3/4/2024,"1,234",'
    (row,) = _read(line, date_format="dmy", decimal_mark=".").rows
    assert (row.date, row.amount) == (date(2024, 4, 3), 1234)
    assert _read(line, date_format="mdy", decimal_mark=",").rows[0].amount == Decimal(
        "1.23"
    )


def test_the_same_day_read_both_ways_asks_nothing():
    assert _read("C1,1,5/5/2024,6/6/2024,5,").rows[0].due == date(2024, 6, 6)


# === What is refused === #


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        (b"\x81\x20\x8d", "not_text"),
        (HEADER.encode(), "no_rows"),
        (HEADER.encode() + b'\nC1,"1,2024', "broken_quotes"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(content, code):
    with pytest.raises((LedgerError, SheetError)) as caught:
        _read_file(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"header": "Customer,Invoice,Date,Due"}, ("missing_column", "amount")),
        ({"header": "Invoice,Date,Due,Amount"}, ("missing_column", "customer")),
        ({"header": HEADER + ",amount"}, ("ambiguous_column", "amount")),
        ({"mapping": {"due": "Until"}}, ("unknown_column", "Until")),
        ({"mapping": {"date": ""}}, ("missing_column", "date")),
    ],
)
def test_a_file_without_its_columns_is_refused(options, refusal):
    assert _refusal("C1,1,2024-01-31,2024-03-01,5,", **options) == refusal


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("customer", ("bad_mapping", "customer")), ("vat=VAT", ("unknown_key", "vat"))],
)
def test_a_mapping_that_says_nothing_is_refused(text, refusal):
    with pytest.raises(LedgerError) as caught:
        parse_mapping(text)
    assert (caught.value.code, caught.value.value) == refusal


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",2,2024-01-31,2024-03-01,5,", ("customer", "empty_value")),
        ("C1,2,2024-01-31,2024-03-01,,", ("amount", "empty_value")),
        ("C1,2,2024-02-31,2024-03-01,5,", ("date", "bad_date")),
        ("C1,2,0204-02-01,2024-03-01,5,", ("date", "bad_date")),
        ("C1,2,2024-01-31,2024-03-01,5,later", ("settled", "bad_date")),
        ("C1,2,2024-01-31,2024-03-01,USD 5,", ("amount", "bad_amount")),
        ("C1,2,2024-01-31,2024-03-01,1234567890123456,", ("amount", "bad_amount")),
        ("C1,2,2024-01-31,2024-03-01,0.00,", ("amount", "zero_amount")),
        ("C1,2,2024-01-31,2024-01-01,5,", ("due", "due_before_date")),
        ("C1,2,2024-01-31,2024-03-01,5,2024-01-30", ("settled", "settled_before_date")),
        ("C2,1,2024-01-31,2024-03-01,5,", ("invoice", "duplicate_invoice")),
        ("C1,2,2024-01-31,2024-03-01,5,,surplus", ("", "too_many_cells")),
        ("C1,1,2024-01-31,2024-03-01,5,", ("invoice", "duplicate_invoice")),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_kept(line, problem):
    good = "C1,1,2024-01-31,2024-03-01,5,"
    found = _read(good, line)
    assert [(p.line, p.column, p.code) for p in found.problems] == [(3, *problem)]
    assert [row.invoice for row in found.rows] == ["1"]


def test_a_credit_note_may_bear_the_number_of_its_invoice():
    line = "C1,1,2024-01-31,2024-03-01,{},"
    assert not _problems(line.format("5.0"), line.format("-5.0"))
    assert len(_problems(line.format("-5.0"), line.format("-5.0"))) == 1


# === The ledger on a day === #


def test_open_is_dated_by_the_day_and_settled_after_it():
    rows = _read(
        "C1,paid,2024-01-01,2024-01-31,1.0,2024-02-10",
        "C1,paid later,2024-01-01,2024-01-31,2.0,2024-02-11",
        "C2,due today,2024-01-10,2024-02-10,4.0,",
        "C3,not yet,2024-02-11,2024-03-10,8.0,",
    ).rows
    day = date(2024, 2, 10)
    assert [row.invoice for row in ledger.open_at(rows, day)] == [
        "paid later",
        "due today",
    ]
    assert [row.invoice for row in ledger.overdue_at(rows, day)] == ["paid later"]
    assert ledger.figures(rows, day) == ledger.Figures(
        customers=2, invoices=3, settled=1, later=1, receivables=6, overdue=2
    )


# === Laws === #

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
AMOUNTS = st.decimals(-(10**9), 10**9, places=2).filter(bool)


@given(st.lists(st.tuples(DAYS, AMOUNTS), min_size=1), st.sampled_from(["mdy", "dmy"]))
def test_what_is_written_is_read_back(facts, order):
    shape = {"mdy": "%m/%d/%Y", "dmy": "%d.%m.%Y"}[order]
    lines = [
        f"C1,{number},{day.strftime(shape)},{day.strftime(shape)},{amount:.2f},"
        for number, (day, amount) in enumerate(facts)
    ]
    found = _read(*lines, date_format=order)
    assert [(row.date, row.amount) for row in found.rows] == facts


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content):
    try:
        _read_file(content)
    except (LedgerError, SheetError) as error:
        assert error.code


@given(st.lists(st.text("0123456789.,-()/ 年", max_size=12), min_size=6, max_size=6))
def test_no_cells_break_it(cells):
    line = ",".join(f'"{cell}"' for cell in cells)
    try:
        found = _read(line)
    except (LedgerError, SheetError) as error:
        assert error.code in {
            *("ambiguous_date", "mixed_date", "ambiguous_amount", "mixed_amount"),
            "no_rows",
        }
    else:
        assert not (found.rows and found.problems)


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 400), AMOUNTS)), DAYS)
def test_each_booked_row_is_open_or_settled(facts, day):
    rows = [
        ledger.Row(2, "C1", "", "1", begin, begin, amount, begin + timedelta(days))
        if days is not None
        else ledger.Row(2, "C1", "", "1", begin, begin, amount, None)
        for begin, days, amount in facts
    ]
    shown = ledger.figures(rows, day)
    assert shown.invoices == len(ledger.open_at(rows, day)) + shown.settled
    assert shown.invoices + shown.later == len(rows)
