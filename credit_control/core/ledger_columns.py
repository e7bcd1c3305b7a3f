"""The columns of a ledger that somebody exported: which header means what.

Plain Python: nothing here imports Odoo.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence

NEEDED = ("customer", "invoice", "date", "due", "amount")
COLUMNS = ("customer", "name", "invoice", "date", "due", "amount", "settled")

# Names that exports give their columns, the most telling first; compared in the form
# of _plain(). A header is taken once, so "Customer" beside "Customer ID" is the name.
SYNONYMS = {
    "customer": (
        *("customerid", "customercode", "customerno", "customernumber", "custid"),
        *("accountnumber", "accountno", "partnercode", "partnerref", "clientid"),
        *("debtorno", "debtor", "客户编号", "客户编码", "客户代码", "客户号"),
        *("customer", "client", "partner", "客户", "客户名称", "往来单位"),
    ),
    "name": (
        *("customername", "clientname", "partnername", "companyname", "debtorname"),
        *("name", "客户名称", "客户名", "单位名称", "公司名称", "名称"),
        *("customer", "client", "partner", "客户", "往来单位"),
    ),
    "invoice": (
        *("invoicenumber", "invoiceno", "invoiceid", "invoice", "invoiceref"),
        *("documentnumber", "documentno", "docno", "billno", "number", "reference"),
        *("发票号码", "发票号", "发票编号", "单据编号", "单据号", "发票"),
    ),
    "date": (
        *("invoicedate", "dateofinvoice", "billingdate", "billdate", "issuedate"),
        *(
            "documentdate",
            "docdate",
            "date",
            "发票日期",
            "开票日期",
            "单据日期",
            "日期",
        ),
    ),
    "due": (
        *("duedate", "due", "datedue", "netduedate", "maturitydate", "maturity"),
        *("到期日", "到期日期", "付款到期日", "应付日期"),
    ),
    "amount": (
        *("invoiceamount", "invoicetotal", "grossamount", "totalamount", "amounttotal"),
        *("amount", "total", "发票金额", "含税金额", "价税合计", "金额"),
    ),
    "settled": (
        *("settleddate", "settlementdate", "settledon", "settled", "paiddate"),
        *("datepaid", "paidon", "paymentdate", "clearingdate", "cleareddate"),
        *("结清日期", "核销日期", "收款日期", "回款日期", "付款日期"),
    ),
}


class LedgerError(ValueError):
    """The file as a whole is no ledger.

    :ivar code: ``no_rows``, ``bad_mapping``, ``unknown_key``, ``unknown_column``,
        ``missing_column`` or ``ambiguous_column``
    :ivar value: the key or column that it is about, or ``""``
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


def parse_mapping(text: str) -> dict[str, str]:
    """Return what a mapping on one line says. A header may contain commas.

    >>> parse_mapping("customer=Client no, amount=Total, gross,settled=")
    {'customer': 'Client no', 'amount': 'Total, gross', 'settled': ''}

    :raises LedgerError: ``bad_mapping`` or ``unknown_key``
    """
    mapping = {}
    for part in re.split(r",\s*(?=\w+\s*=)", text.strip()) if text.strip() else ():
        key, equals, header = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise LedgerError("bad_mapping", part)
        if key not in COLUMNS:
            raise LedgerError("unknown_key", key)
        mapping[key] = header
    return mapping


def find_columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Find each column in the header: as mapped, else by its usual names.

    >>> find_columns(
    ...     ["Customer ID", "Customer", "Invoice no", "Posted", "到期日", "Sum (€)"],
    ...     {"date": "posted", "amount": "Sum (€)"},
    ... )
    {'customer': 0, 'name': 1, 'invoice': 2, 'date': 3, 'due': 4, 'amount': 5}

    :return: {one of COLUMNS: index in ``header``}
    :raises LedgerError: ``unknown_column``, ``missing_column``, ``ambiguous_column``
    """
    plain = [_plain(name) for name in header]
    mapped = {key: _mapped_place(header, name) for key, name in mapping.items() if name}
    taken, places = set(mapped.values()), {}
    for key in COLUMNS:
        place = mapped.get(key)
        if key not in mapping:
            place = _usual_place(key, plain, taken)
        if place is not None:
            places[key] = place
            taken.add(place)
        elif key in NEEDED:
            raise LedgerError("missing_column", key)
    return places


def _plain(name: str) -> str:
    """
    >>> _plain(" Due_Date "), _plain("金额（元）")
    ('duedate', '金额')
    """
    normal = unicodedata.normalize("NFKC", name).casefold()
    normal = re.sub(r"\(.*?\)", "", normal)
    return "".join(char for char in normal if char.isalnum())


def _mapped_place(header: Sequence[str], name: str) -> int:
    for form in (str.strip, _plain):
        places = [i for i, column in enumerate(header) if form(column) == form(name)]
        if len(places) == 1:
            return places[0]
        if places:
            raise LedgerError("ambiguous_column", name)
    raise LedgerError("unknown_column", name)


def _usual_place(key: str, plain: Sequence[str], taken: Container[int]) -> int | None:
    for name in SYNONYMS[key]:
        places = [i for i, column in enumerate(plain) if column == name]
        free = [place for place in places if place not in taken]
        if len(free) > 1:
            raise LedgerError("ambiguous_column", name)
        if free:
            return free[0]
    return None
