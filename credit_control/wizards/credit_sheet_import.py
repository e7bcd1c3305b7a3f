from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.sheet_file import text_of
from odoo.addons.trade_credit_base.core.sheet_form import amount_reader, date_reader
from odoo.addons.trade_credit_base.wizards.sheet_reader import month_names

from ..core.ledger_names import same_name, without_zeros

# In bulk, nothing was changed yet that anybody would follow
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}
ORDERS = {"mdy": "mdy", "dmy": "dmy"}
MARKS = {"point": ".", "comma": ","}
# What currencies are called beside their codes and signs
ALIASES = defaultdict(
    tuple,
    {"CNY": ("RMB", "人民币", "人民幣"), "USD": ("US$", "美元"), "EUR": ("欧元",)},
)
ALIASES |= {"JPY": ("日元", "円"), "TWD": ("NT$", "新台幣"), "HKD": ("HK$", "港币")}


class Customers(NamedTuple):
    """Customers by what a sheet calls them; several where it is not clear."""

    by_number: dict
    by_digits: dict  # the number without leading zeros
    by_name: dict  # as names are compared

    def numbered(self, number):
        """:return: the customers with a number"""
        return self.by_number[number] or self.by_digits[without_zeros(number)]

    def named(self, name):
        """:return: the customers of a name, or with what was a number once"""
        return self.by_number[name] or self.by_name[same_name(name)]


def _in_form(reader, form):
    """:return: what reads texts in a form, found out if it is none"""
    return lambda texts, **how: reader(texts, form, **how)


class CreditSheetImport(models.AbstractModel):
    """The import of a sheet of customers and amounts, in whatever currency.

    Who inherits it has a ``company_id``.
    """

    _name = "credit.sheet.import"
    _inherit = "trade.sheet.import"
    _description = "Import of a Sheet of Customers"

    mapping = fields.Char("Columns")
    date_format = fields.Selection(
        [
            ("auto", "As the file shows"),
            ("mdy", "Month/Day/Year"),
            ("dmy", "Day/Month/Year"),
        ],
        default="auto",
        required=True,
    )
    decimal_mark = fields.Selection(
        [("auto", "As the file shows"), ("point", "1,234.50"), ("comma", "1.234,50")],
        "Amounts",
        default="auto",
        required=True,
    )

    # === READING === #

    def _read_texts(self, *limits):
        """:return: [(line, cells as text)]"""
        table = self._read_table(*limits)
        return [(line, list(map(text_of, cells))) for line, cells in table]

    def _prepare_reading(self, asking=None):
        """
        :param asking: makes what reads all texts of a file, of a reader of dates or
            amounts and of the form that somebody chose; by default no form is an error
        :return: how a core reads dates, amounts and currencies
        """
        asking = asking or _in_form
        own = self.company_id.currency_id
        active = self.env["res.currency"].search([])
        digits = max((own | active).mapped("decimal_places"))
        dates = partial(date_reader, months=month_names())
        amounts = partial(amount_reader, digits=digits)
        return {
            "read_dates": asking(dates, ORDERS.get(self.date_format)),
            "read_amounts": asking(amounts, MARKS.get(self.decimal_mark)),
            "currencies": self._currencies(active, own),
            "currency": own.name,
        }

    def _currencies(self, active, own):
        """Return what currencies are called and signed with. A sign of several is the
        company's, or nobody's.

        :return: {text: code}
        """
        signs = {
            sign: [each for each in active if each.symbol == sign]
            for sign in active.mapped("symbol")
        }
        return {
            **{sign: each.name for sign, [each, *more] in signs.items() if not more},
            **{each.full_name: each.name for each in active if each.full_name},
            **{other: each.name for each in active for other in ALIASES[each.name]},
            **{each.name: each.name for each in active},
            **dict.fromkeys([own.symbol, own.name], own.name),
        }

    def _currency(self, code):
        """:return: the currency with a code"""
        known = self.env.ref(f"base.{code}", raise_if_not_found=False)
        return known or self.env["res.currency"].search([("name", "=", code)], limit=1)

    def _unrated(self, codes, company=None):
        """:return: those of currencies' codes that nobody gave a rate"""
        company = company or self.company_id
        rated = self.env["res.currency.rate"]._read_group(
            Domain("currency_id.name", "in", list(codes))
            & Domain("company_id", "in", (False, company.root_id.id)),
            ["currency_id"],
        )
        return set(codes) - {currency.name for (currency,) in rated}

    # === CUSTOMERS === #

    def _known_customers(self, numbers, names, whose):
        """Find customers by number (spreadsheets drop its leading zeros) or by name,
        archived ones too.

        :param whose: which customers
        :rtype: Customers
        """
        Partner = self.env["res.partner"].with_context(active_test=False)
        which = Domain("ref", "in", list(numbers))
        if digits := {without_zeros(each) for each in numbers if each.isdecimal()}:
            which |= Domain("id", "in", self._numbered(digits))
        if names:
            which |= Domain("id", "in", self._named(names))
        known = Customers(*(defaultdict(Partner.browse) for _name in Customers._fields))
        for partner in Partner.search(which & whose):
            if partner.ref:
                known.by_number[partner.ref] |= partner
                known.by_digits[without_zeros(partner.ref)] |= partner
            known.by_name[same_name(partner.name or "")] |= partner
        return known

    def _numbered(self, digits):
        """:return: SQL of the ids of those with a number, whatever its leading zeros"""
        return SQL(
            "SELECT id FROM res_partner WHERE ref ~ '^0*[0-9]+$'"
            " AND LTRIM(ref, '0') = ANY(%s)",
            list(digits),
        )

    def _named(self, names):
        """:return: SQL of the ids of those who have a name, however written"""
        return SQL(
            """SELECT id FROM res_partner WHERE LOWER(
                      REGEXP_REPLACE(TRIM(name), '\\s+', ' ', 'g')) = ANY(%s)""",
            list({same_name(name) for name in names} | {n.lower() for n in names}),
        )

    def _nearest(self, partners):
        for name in ("active", "company_id"):
            partners = partners.filtered(name) or partners
        return partners
