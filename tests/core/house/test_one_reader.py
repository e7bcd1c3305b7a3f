"""Open items are read in one place: what customers owe has one answer.

Beside the reader, only what registers payments may look at what Odoo says is open, and
what hears of a match or a settled entry when it happens.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
READER = "trade_credit_base/models/receivable/"
OPEN = re.compile(
    r"amount_residual|residual_currency_|account_partial_reconcile|asset_receivable"
    r"|account\.partial\.reconcile|matched_(?:debit|credit)_ids|reconciled IS"
    r"|max_date *[<>=]|is_matched|credit_to_invoice"
)
# Each with its reason
ALLOWED = {
    "ar_collection/models/measure/collection_measure_write_off.py": (
        "registers a write-off"
    ),
    "ar_collection/models/waiting/__init__.py": "imports the next",
    "ar_collection/models/waiting/account_partial_reconcile.py": "hears of money",
    "ar_collection_figures/models/holdout/collection_holdout.py": (
        "names what its statement depends on"
    ),
    "ar_collection_figures/models/company/res_company.py": (
        "names accounts of other kinds"
    ),
    "ar_collection_figures/models/company/res_config_settings.py": "names them too",
    "credit_control/core/ledger_words.py": "names columns of Odoo's own export",
    "credit_control/models/order/account_move.py": "hears of invoices",
    "credit_control/wizards/credit_ledger_import.py": "needs an account to book on",
    "credit_control/wizards/credit_ledger_booking.py": "registers opening payments",
    "credit_control/models/order/account_partial_reconcile.py": "hears of payments",
    "credit_control/models/order/__init__.py": "imports the file that does",
    "credit_control_ar_collection/models/account_partial_reconcile.py": "hears of them",
    "credit_control_ar_collection/models/__init__.py": "imports the file that does",
}


def _production():
    for manifest in ROOT.glob("*/__manifest__.py"):
        for path in manifest.parent.rglob("*"):
            inside = path.relative_to(manifest.parent).parts
            if path.suffix in (".py", ".xml") and inside[0] not in ("tests", "demo"):
                yield path


def _reading(text):
    """Return the words in which a text reads open items; comments may name them."""
    return set(OPEN.findall(re.sub(r"#.*", "", text)))


@pytest.mark.parametrize("text", ["line.amount_residual", "max_date <= %s"])
def test_reading_is_seen(text):
    assert _reading(text)


def test_only_the_reader_reads_open_items():
    found = {
        str(path.relative_to(ROOT)): _reading(path.read_text())
        for path in _production()
    }
    reading = {
        name for name, words in found.items() if words and not name.startswith(READER)
    }
    assert reading == set(ALLOWED), "ask trade.receivable or trade.settlement"


def test_the_reader_is_where_it_is_looked_for():
    assert any(
        READER in str(path) and _reading(path.read_text()) for path in _production()
    )
