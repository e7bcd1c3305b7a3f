"""A spreadsheet of limits: columns by their words, a problem by its line."""

from datetime import date
from decimal import Decimal

import pytest
from credit_control.core import limit_sheet
from credit_control.core.ledger_columns import LedgerError, parse_mapping
from trade_credit_base.core.sheet_file import Limits, read_text, table
from trade_credit_base.core.sheet_form import amount_reader, date_reader

CURRENCIES = {"USD": "USD", "$": "USD", "EUR": "EUR", "€": "EUR"}


def _read(*lines, mapping=None):
    return limit_sheet.read(
        table(read_text("\n".join(lines).encode()), Limits()),
        read_dates=date_reader,
        read_amounts=amount_reader,
        mapping=mapping,
        currencies=CURRENCIES,
        currency="USD",
    )


def test_thousands_are_rounded_to_cents_after_they_are_multiplied():
    (entry,) = _read("Kundennummer;Kreditlimit (TEUR)", "C1;1234.56789").entries
    assert str(entry.limit) == "1234567.89"


def _problems(*lines):
    return [
        (each.line, each.problem.column, each.problem.code)
        for each in _read(*lines).entries
        if each.problem
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Customer Number,Name,Credit Limit,Currency,From,Until,Reason",
        "Customer ID,Customer,Limit,Ccy,Valid From,Valid To,Note",
        "Kundennummer,Kundenname,Kreditlimit,Währung,Gültig ab,Gültig bis,Grund",
        "Klantnummer,Klantnaam,Kredietlimiet,Valuta,Vanaf,Tot en met,Reden",
        "Code client,Nom du client,Plafond de crédit,Devise,Du,Au,Motif",
        "Código de cliente,Cliente,Límite de crédito,Moneda,Desde,Hasta,Motivo",
        "Codice cliente,Ragione sociale,Fido,Valuta,Dal,Al,Motivo",
        "Kod klienta,Nazwa klienta,Limit kredytowy,Waluta,Od,Do,Powód",
        "客户编号,客户名称,信用额度,币种,生效日期,失效日期,原因",
        "客戶編號,客戶名稱,信用額度,幣別,生效日期,失效日期,原因",
        "取引先コード,取引先名,与信限度額,通貨,開始日,終了日,理由",
    ],
)
def test_columns_are_recognised_in_many_languages(header):
    sheet = _read(header, "C1,Corner Shop,1250.50,EUR,2026-07-01,2026-09-30,Summer")
    (entry,) = sheet.entries
    assert not sheet.unused
    assert entry[1:] == (
        "C1",
        "Corner Shop",
        Decimal("1250.50"),
        "EUR",
        date(2026, 7, 1),
        date(2026, 9, 30),
        "Summer",
        None,
    )


def test_names_do_where_there_are_no_numbers():
    sheet = _read("Customer,Limit", "Corner Shop,500", "Pharmacy,700")
    assert sheet.by_name
    assert [each.customer for each in sheet.entries] == ["Corner Shop", "Pharmacy"]


def test_titles_totals_and_rules_are_no_customers():
    sheet = _read(
        '"Limits 2026",,',
        "Customer No,Credit Limit (EUR),Region",
        "C1,500,North",
        "---,,",
        "Total Energies,700,South",
        "合计：,1200,",
    )
    assert [each.customer for each in sheet.entries] == ["C1", "Total Energies"]
    assert {each.currency for each in sheet.entries} == {"EUR"}
    assert sheet.unused == ["Region"]


def test_amounts_in_ten_thousands_are_told_by_their_header():
    (entry,) = _read("客户编号,信用额度（万元）", "C1,12.5").entries
    assert entry.limit == 125_000


def test_a_currency_may_stand_beside_the_amount():
    entries = _read("Customer No,Limit", "C1,€500", "C2,$600", "C3,700").entries
    assert [each.currency for each in entries] == ["EUR", "", ""]


def test_the_new_limit_goes_before_the_old_one():
    (entry,) = _read("Customer No,Limit,New Limit", "C1,500,700").entries
    assert entry.limit == 700


def test_each_problem_has_its_line():
    assert _problems(
        "Customer No,Limit,Currency,Until",
        "C1,,,",
        "C2,much,,",
        ",500,,",
        "C3,500,XYZ,",
        "C4,500,,soon",
        "C5,500,,,500",
        "C6,500,,",
    ) == [
        (2, "limit", "empty_value"),
        (3, "limit", "bad_amount"),
        (4, "customer", "empty_value"),
        (5, "currency", "unknown_currency"),
        (6, "until", "bad_date"),
        (7, "", "too_many_cells"),
    ]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("Customer No,Sum of it", "C1,5"), "missing_column"),
        (("Region,Limit", "North,5"), "missing_column"),
        (("Customer No,Limit",), "no_rows"),
        (("Customer No,Limit,Limit", "C1,5,7"), "ambiguous_column"),
    ],
)
def test_what_is_no_list_of_limits_says_so(lines, code):
    with pytest.raises(LedgerError) as caught:
        _read(*lines)
    assert caught.value.code == code


def test_columns_may_be_named():
    mapping = parse_mapping("limit=Sum of it", limit_sheet.LIMIT_COLUMNS)
    (entry,) = _read("Customer No,Sum of it", "C1,5", mapping=mapping).entries
    assert entry.limit == 5
    with pytest.raises(LedgerError):
        parse_mapping("invoice=Sum", limit_sheet.LIMIT_COLUMNS)
