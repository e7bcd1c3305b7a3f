"""How tests read a ledger that they write down as text."""

from datetime import date
from functools import partial

from credit_control.core import ledger
from trade_credit_base.core.sheet_file import Limits, read_text, table
from trade_credit_base.core.sheet_form import amount_reader, date_reader

CURRENCIES = {
    **{code: code for code in ("USD", "EUR", "JPY", "CNY", "TWD", "INR")},
    **{"$": "USD", "€": "EUR", "¥": "CNY", "NT$": "TWD", "人民币": "CNY"},
}
DAY = date(2024, 6, 30)


def read(text, order=None, **options):
    """Read a text; lines may be indented."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return ledger.read(
        table(read_text("\n".join(lines).encode()), Limits()),
        read_dates=partial(date_reader, order=order),
        read_amounts=amount_reader,
        **{"currencies": CURRENCIES, "currency": "USD", **options},
    )


def told(found):
    """:return: what the rows come to: (customer, invoice, open)"""
    return [(row.customer, row.invoice, ledger.left_at(row, DAY)) for row in found.rows]
