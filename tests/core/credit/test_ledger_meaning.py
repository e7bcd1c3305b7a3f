"""What a ledger means: what is understood, what is asked, what is told."""

from datetime import date
from decimal import Decimal

import pytest
from credit_control.core import ledger
from credit_control.core.ledger_columns import COLUMNS, column_words, fold
from credit_control.core.ledger_words import COLUMN_WORDS
from hypothesis import given
from hypothesis import strategies as st
from ledgers import DAY, read, told

HEAD = "Customer ID,Invoice,Date,Due,"


def _lines(*lines, header=HEAD + "Amount", **options):
    """Read lines that lack the customer, the dates and the number."""
    rows = [
        f"C1,{number},2024-01-15,2024-02-14,{line}"
        for number, line in enumerate(lines, 1)
    ]
    return read("\n".join([header, *rows]), **options)


def _asked(found):
    return [(question.code, question.answers) for question in found.questions]


def _open(found):
    return [ledger.left_at(row, DAY) for row in found.rows]


# === WORDS === #


def test_every_column_has_words_and_every_word_is_of_a_column():
    assert COLUMN_WORDS.keys() == set(COLUMNS)


@pytest.mark.parametrize("key", COLUMNS)
def test_words_are_told_apart_once_folded(key):
    for text in COLUMN_WORDS[key].values():
        plain = [fold(word) for word in text.split("|")]
        assert all(plain)
        assert len(plain) == len(set(plain)), text
    assert column_words(key)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("INVOICE_NO.", "invoice"),
        ("Faelligkeit", "due"),
        ("FÄLLIGKEIT", "due"),
        ("Echeance", "due"),
        ("Termin platnosci", "due"),
        ("client_name", "name"),
        ("ContactName", "name"),
        ("发票号码 ", "invoice"),
        ("發票號碼", "invoice"),
        ("金额（本位币）", "local_amount"),
        ("金额(原币)", "amount"),
    ],
)
def test_words_are_compared_without_what_people_vary(header, key):
    assert fold(header) in column_words(key)


# === UNDERSTOOD === #


@pytest.mark.parametrize(
    ("columns", "lines", "left"),
    [
        ("Invoice Amount,Open Balance", ["6800,2900", "1200,1200", "3400,900"], 5000),
        ("金额,已付金额", ["10000,3000", "5000,5000"], 7000),
        ("金额,未收金额", ["10000,7000", "5000,0"], 7000),
        ("Total,Balance", ["100,60", "50,0"], 60),
        ("Total,Amount Due", ["100,60", "50,50"], 110),
        ("Open Amount,Paid", ["60,40", "0,50"], 60),
        ("Amount,Paid Amount", ["-100,40", "50,50"], -60),
        ("Amount,Open Balance,Payment Date", ["9,9,2024-03-01", "8,0,2024-03-01"], 9),
        ("Amount,Paid", ["100,yes", "50,no"], 50),
        ("Amount,Paid", ["100,2024-03-01", "50,"], 50),
        ("Amount,Open", ["100,Yes", "50,No"], 100),
        ("Amount,Status", ["100,Open", "50,Paid", "7,Void", "8,Überfällig"], 108),
        ("Debit,Credit", ["100,", ",30"], 70),
        ("Soll,Haben,Saldo", ["100,30,70", ",30,-30"], 40),
        ("Debit,Credit,Balance", ["100,,100", ",30,70", "50,,120"], 120),
        ("Amount,Dr/Cr", ["100,Dr", "30,Cr"], 70),
        ("Betrag,Soll/Haben", ["100,S", "-30,H"], 70),
        ("Amount,Type", ["100,Invoice", "-30,Credit Memo", "-20,Payment"], 50),
        ("Amount", ["100 Dr", "30 Cr"], 70),
        ("Amount", ['"$(30.00)"', "$100.00"], 70),
        ("Amount (EUR)", ["100"], 100),
        ("金额（万元）", ["1.5"], 15000),
        ("金额（万元）", ["1.234567"], Decimal("12345.67")),
        ("Amount (LCY),Remaining Amt. (LCY)", ["100,60"], 60),
    ],
)
def test_what_is_open_is_understood(columns, lines, left):
    found = _lines(*lines, header=HEAD + columns)
    assert not found.problems and not found.questions and not found.misfits
    assert sum(_open(found)) == left


def test_payments_whose_day_is_not_told_are_counted():
    found = _lines(
        "6800,2900", "1200,1200", "3400,900", header=HEAD + "Amount,Open Balance"
    )
    assert found.notes == {"undated": 2}


def test_currencies_are_kept_apart():
    found = _lines(
        "100000,JPY,open", "250,USD,open", "400,EUR,open", "5,,open",
        header=HEAD + "amount,currency,status",
    )  # fmt: skip
    assert [(row.amount, row.currency) for row in found.rows] == [
        *((100000, "JPY"), (250, ""), (400, "EUR"), (5, "")),
    ]


@pytest.mark.parametrize(
    ("columns", "line", "problem"),
    [
        ("amount,currency", "5,XXX", ("currency", "unknown_currency", "XXX")),
        ("Amount,Open Balance", "5,7", ("open", "open_beyond", "7.00")),
        ("Amount,Open Balance", "5,-1", ("open", "open_beyond", "-1.00")),
        ("Amount,Status", "5,Partially Paid", ("status", "partly_paid")),
        (
            "Total in Currency Signed,Amount Due Signed,Currency",
            "5,4,EUR",
            ("local_open", "open_in_books", "4.00"),
        ),
    ],
)
def test_what_cannot_be_is_a_problem_of_its_line(columns, line, problem):
    (found,) = _lines(line, header=HEAD + columns).problems
    assert found[1 : 1 + len(problem)] == problem


def test_what_is_open_in_the_books_is_a_share_of_the_amount():
    found = _lines(
        "200,220,55,EUR",
        header=HEAD + "Amount,Amount (LCY),Remaining Amt. (LCY),Currency Code",
    )
    assert (found.rows[0].left, found.rows[0].local) == (50, 220)


def test_a_zero_of_an_open_amount_is_settled_and_no_problem():
    found = _lines("0.00", "7.00", header=HEAD + "Open Balance")
    assert not found.problems and _open(found) == [7]
    assert found.notes["nothing"] == 1


# === ASKED === #


@pytest.mark.parametrize(
    ("columns", "line", "code", "left"),
    [
        (
            "Amount,Balance,Amount Due",
            "9,3,4",
            "which:open",
            {"Balance": 3, "Amount Due": 4},
        ),
        (
            "Amount,Net paid so far",
            "9,3",
            "column:Net paid so far",
            {"paid": 6, "nothing": 9},
        ),
        ("Amount,Type", "9,Bill", "payables", {"leave_out": None, "owed_to_us": 9}),
        ("Amount,Type", "9,XQ", "kinds", {"signed": 9, "leave_out": None}),
        ("Amount,Type", "9,Credit Note", "signs", {"reduce": -9, "signed": 9}),
        (
            "Amount,Status",
            "9,perhaps",
            "states",
            {"open": 9, "paid": 0, "leave_out": None},
        ),
        ("Amount,Open Balance", "9,", "blank", {"nothing": 0, "all": 9}),
        ("Amount,Paid Amount,Open Balance", "9,3,5", "rest", {"open": 5, "paid": 6}),
        (
            "Amount,Open Balance,Status",
            "9,5,Paid",
            "paid_but_open",
            {"open": 5, "paid": 0},
        ),
        (
            "Amount,Payment Date",
            "9,2024-03-01",
            "payment_date",
            {"settled": 0, "planned": 9},
        ),
    ],
)
def test_what_a_file_leaves_open_is_asked_and_each_answer_is_heard(
    columns, line, code, left
):
    found = _lines(line, header=HEAD + columns)
    assert [question.code for question in found.questions] == [code]
    assert set(found.questions[0].answers) == left.keys() or code.startswith("column")
    for answer, amount in left.items():
        found = _lines(line, header=HEAD + columns, answers={code: answer})
        assert not found.questions
        assert _open(found) == ([] if amount is None else [amount])


def test_a_supplier_is_asked_about():
    found = read("Vendor,Invoice,Date,Due,Amount\nACME,1,2024-01-15,2024-02-14,9")
    assert _asked(found) == [("payable", ("owed_to_us",))]


def test_without_due_dates_terms_are_asked_for():
    text = "Customer ID,Invoice,Date,Amount\nC1,1,2024-01-15,9"
    assert [code for code, _answers in _asked(read(text))] == ["due"]
    (row,) = read(text, answers={"due": "30"}).rows
    assert row.due == date(2024, 2, 14)


def test_lines_without_a_customer_may_belong_to_the_one_above():
    text = """
        客户名称,发票号,开票日期,到期日,金额
        街角商店,1,2024-01-15,2024-02-14,9
        ,2,2024-01-15,2024-02-14,8
        ,3,2024-01-15,2024-02-14,7
    """
    found = read(text)
    assert _asked(found) == [("above", ("above", "none"))]
    found = read(text, answers={"above": "above"})
    assert {row.customer for row in found.rows} == {"街角商店"} and len(found.rows) == 3
    assert len(read(text, answers={"above": "none"}).problems) == 2


# === ONE NUMBER ON SEVERAL LINES === #


def _numbered(*lines, columns="Amount", **options):
    text = "\n".join([f"Customer ID,Invoice,Date,Due,{columns}", *lines])
    return read(text, **options)


def test_another_due_date_is_an_instalment():
    found = _numbered(
        "C1,7,2024-01-15,2024-02-14,50", "C1,7,2024-01-15,2024-03-14,50"
    )  # fmt: skip
    assert not found.problems and not found.questions
    assert [row.due.month for row in found.rows] == [2, 3]
    assert found.notes == {"instalments": 1}


def test_items_of_an_invoice_are_added_up():
    found = _numbered(
        "C1,7,2024-01-15,2024-02-14,50,1", "C1,7,2024-01-15,2024-02-14,30,2",
        columns="Amount,Line item",
    )  # fmt: skip
    assert told(found) == [("C1", "7", 80)] and found.notes == {"parts": 1}


def test_one_amount_on_several_lines_is_asked_about_unless_items_stand_there():
    lines = "C1,7,2024-01-15,2024-02-14,50,a", "C1,7,2024-01-15,2024-02-14,50,b"
    found = _numbered(*lines, columns="Amount,Note")
    assert _asked(found) == [("repeated", ("repeated", "parts"))]
    for answer, amount in ("repeated", 50), ("parts", 100):
        found = _numbered(*lines, columns="Amount,Note", answers={"repeated": answer})
        assert told(found) == [("C1", "7", amount)]
    found = _numbered(*lines, columns="Amount,Item Name")
    assert not found.questions and told(found) == [("C1", "7", 50)]


def test_a_line_that_is_there_twice_is_a_problem():
    line = "C1,7,2024-01-15,2024-02-14,50"
    assert [p.code for p in _numbered(line, line).problems] == ["duplicate_invoice"]


# === NAMES === #


def _named(*names, header="Cust No,Customer Name,Invoice,Date,Due,Amount"):
    rows = [
        f"{name},{number},2024-01-{number:02},2024-03-01,1"
        for number, name in enumerate(names, 1)
    ]
    return read("\n".join([header, *rows]))


@pytest.mark.parametrize(
    ("names", "taken", "others"),
    [
        (["A co", "A llc", "A llc"], "A llc", ("A co",)),
        (["A co", "A llc"], "A llc", ("A co",)),
        (["A co", "A llc", "A llc", "A co"], "A co", ("A llc",)),
        (["ACME  Ltd", "Acme ltd"], "Acme ltd", None),
    ],
)
def test_the_most_frequent_name_is_taken_of_equals_the_latest(names, taken, others):
    found = _named(*(f"C1,{name}" for name in names), "C2,B")
    assert not found.problems and len(found.rows) == len(names) + 1
    assert {row.name for row in found.rows} == {taken, "B"}
    assert [name[1:] for name in found.names] == ([(taken, others)] if others else [])


@pytest.mark.parametrize(
    "header", ["Customer Name", "client_name", "ContactName", "Bill To", "客户名称"]
)
def test_without_numbers_the_name_is_who_it_is(header):
    found = _named(
        "Miller  Ltd", "MILLER ltd", "Miller GmbH",
        header=f"{header},Invoice,Date,Due,Amount",
    )  # fmt: skip
    assert found.by_name and not found.problems
    assert [row.customer for row in found.rows] == [
        *("MILLER ltd", "MILLER ltd", "Miller GmbH")
    ]


def test_an_account_of_the_chart_is_no_customer():
    header = "Account,Customer Name,Invoice,Date,Due,Amount"
    found = _named("121000,Shop", "121000,Depot", header=header)
    assert [row.customer for row in found.rows] == ["Shop", "Depot"]
    assert found.unused == ["Account"]
    found = _named("4711,Shop", "4711,Shop", "4712,Depot", header=header)
    assert [row.customer for row in found.rows] == ["4711", "4711", "4712"]


def test_leading_zeros_make_no_other_customer():
    found = _named("0042,A", "42,A", "0042,A", "0007,B")
    assert [row.customer for row in found.rows] == ["0042", "0042", "0042", "0007"]
    assert found.notes == {"zeros": 1}


def test_a_sum_may_stand_above_or_below_its_items():
    for above in True, False:
        item = "Shop,1,2024-01-15,2024-02-14,50"
        lines = ["Shop,,,,50", item] if above else [item, "* Shop,,,,50"]
        assert not read("\n".join(["Customer,Invoice,Date,Due,Amount", *lines])).misfits
    wrong = read("Customer,Invoice,Date,Due,Amount\nShop,,,,51\n" + item).misfits
    assert [(misfit.said, misfit.found) for misfit in wrong] == [(51, 50)]


@given(st.lists(st.sampled_from(["A co", "A llc", "A corp", "A us"]), min_size=1))
def test_names_that_vary_refuse_nothing(names):
    found = _named(*(f"C1,{name}" for name in names[:28]))
    assert len(found.rows) == len(names[:28]) and not found.problems
    assert len({row.name for row in found.rows}) == 1


# === LINES THAT ARE NO ROWS === #


@pytest.mark.parametrize(
    "word",
    [
        *("合计", "小计", "总计", "合計", "Total", "TOTAL", "Summe", "Zwischensumme"),
        *("Totaal", "Sous-total", "本期合计", "Grand Total", "Total for C1", "合计："),
    ],
)
def test_totals_are_compared_and_block_nothing(word):
    good = _lines("50", "30.5", f'80.50\n{word},,,,"80.50"'.split("\n")[0])
    text = f"{HEAD}Amount\nC1,1,2024-01-15,2024-02-14,50\n{word},,,,{{}}"
    assert not read(text.format("50")).misfits
    (misfit,) = read(text.format("51")).misfits
    assert misfit[0] == 3 and misfit[2:] == ("amount", Decimal(51), Decimal(50))
    assert good.rows


def test_subtotals_and_the_grand_total_fit():
    text = f"""
        {HEAD}Amount
        C1,1,2024-01-15,2024-02-14,50
        小计,,,,50
        C2,2,2024-01-15,2024-02-14,30
        小计,,,,30
        合计,,,,80
    """
    found = read(text)
    assert not found.misfits and len(found.rows) == 2 and found.notes["totals"] == 3
    same = read(text.replace("C2", "C1"))
    assert not same.misfits
    (wrong,) = read(
        text.replace("C2", "C1").replace("小计,,,,30", "小计,,,,31")
    ).misfits
    assert (wrong.said, wrong.found) == (31, 30)


@pytest.mark.parametrize(("said", "told"), [("15,EUR", 0), ("16,EUR", 1), ("3000,", 0)])
def test_a_total_over_several_currencies_is_compared_with_nothing(said, told):
    text = f"""
        {HEAD}Amount,Currency
        C1,1,2024-01-15,2024-02-14,15,EUR
        C2,2,2024-01-15,2024-02-14,2500,JPY
        Total,,,,{said}
    """
    assert len(read(text).misfits) == told


def test_a_customer_called_total_is_a_customer():
    found = read("Customer,Invoice,Date,Due,Amount\nTotal SA,1,2024-01-15,2024-02-14,9")
    assert told(found) == [("Total SA", "1", 9)]


@pytest.mark.parametrize("count", range(6))
def test_titles_above_the_header_are_passed_over(count):
    titles = [*("ACME Ltd", "Open items", "As of June", "Currency: all", "-")][:count]
    found = read("\n".join([*titles, HEAD + "Amount", "C1,1,2024-01-15,2024-02-14,9"]))
    assert told(found) == [("C1", "1", 9)]


def test_columns_that_are_not_used_are_named():
    found = _lines("9,Ann,x", header=HEAD + "Amount,Clerk,Notes")
    assert found.unused == ["Clerk", "Notes"]


@pytest.mark.parametrize(
    "header", ["0-30", "1 - 30 days past due", "< 1 Month", "Older", "逾期天数", "Age"]
)
def test_ageing_is_neither_money_nor_asked_about(header):
    found = _lines("9,3", header=f"{HEAD}Amount,{header}")
    assert not found.questions and found.unused == [header]
