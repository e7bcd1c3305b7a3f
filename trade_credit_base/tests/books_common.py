import os
from functools import cache

from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

KEPT = "credit_test.{}"  # external ids of what is kept for the classes that follow


class BooksCommon(AccountTestInvoicingCommon):
    """A company with the accounts of no country, and an accountant who works in it.

    Core's class of tests makes a company, taxes, products, customers and terms anew for
    each class: seconds, and most of a class's time. Here a class has what it asks for.
    In a database that is thrown away afterwards (``CREDIT_THROWAWAY``, see setup/test)
    the company, a second one and the accountant are built once, and stay.
    """

    @classmethod
    def setUpClass(cls):
        if os.environ.get("CREDIT_THROWAWAY"):
            _keep(get_db_name())
        # Past core's own set-up, on to what a class without books has
        super(AccountTestInvoicingCommon, cls).setUpClass()
        cls._use_books(cls.env.company)
        # What core's builders of invoices name, though they are told of others
        cls.partner_a = cls.partner
        cls.product_a = cls.product_b = cls.product

    @classmethod
    def _use_books(cls, company):
        cls.company_data = cls.collect_company_accounting_data(company)
        cls.tax_sale_a = cls.company_data["default_tax_sale"]
        bank = cls.company_data["default_journal_bank"]
        cls.inbound_payment_method_line = bank.inbound_payment_method_line_ids[0]
        cls.outbound_payment_method_line = bank.outbound_payment_method_line_ids[0]
        chart = cls.env["account.chart.template"].with_company(company)
        for line, way in (
            (cls.inbound_payment_method_line, "debit"),
            (cls.outbound_payment_method_line, "credit"),
        ):
            account = chart.ref(f"account_journal_payment_{way}_account_id")
            if line.payment_account_id != account:
                line.payment_account_id = account

    # === WHAT IS KEPT, OR MADE ANEW === #

    @classmethod
    def _kept(cls, name):
        return cls.env.ref(KEPT.format(name), raise_if_not_found=False)

    @classmethod
    def setup_independent_user(cls):
        accountant = cls._kept("accountant")
        if not accountant:
            return super().setup_independent_user()
        missing = cls.get_default_groups() - accountant.group_ids
        if missing:  # a class may ask for more
            accountant.group_ids += missing
        return accountant

    @classmethod
    def setup_independent_company(cls, **kwargs):
        return cls._kept("company") or super().setup_independent_company(**kwargs)

    @classmethod
    def setup_other_company(cls, **kwargs):
        company = cls._kept("other_company")
        if not company:
            return super().setup_other_company(**kwargs)
        cls.env.user.company_ids = [Command.link(company.id)]
        company.sudo().write(kwargs)
        return cls.collect_company_accounting_data(company)

    @classmethod
    def collect_company_accounting_data(cls, company):
        """Return what core's does, less three journals that it makes each time."""
        accounts = cls.env["account.account"].with_company(company)
        journals = cls.env["account.journal"].with_company(company)

        def first(records, field, value):
            own = records._check_company_domain(company)
            return records.search([*own, (field, "=", value)], limit=1)

        partners = cls.env["res.partner"].with_company(company)
        receivable = partners._fields["property_account_receivable_id"]
        account, journal = "account_type", "type"
        return {
            "company": company,
            "currency": company.currency_id,
            "default_account_revenue": first(accounts, account, "income"),
            "default_account_expense": first(accounts, account, "expense"),
            "default_account_receivable": receivable.get_company_dependent_fallback(
                partners
            ),
            "default_account_payable": first(accounts, account, "liability_payable"),
            "default_account_assets": first(accounts, account, "asset_fixed"),
            "default_journal_misc": first(journals, journal, "general"),
            "default_journal_sale": first(journals, journal, "sale"),
            "default_journal_purchase": first(journals, journal, "purchase"),
            "default_journal_bank": first(journals, journal, "bank"),
            "default_tax_sale": company.account_sale_tax_id,
            "default_tax_purchase": company.account_purchase_tax_id,
        }


class _Kept(BooksCommon):
    """What is kept, made in a transaction of its own that is committed."""

    @classmethod
    def make(cls, cr):
        cls.env = Environment(cr, SUPERUSER_ID, DISABLED_MAIL_CONTEXT)
        accountant = cls.setup_independent_user()
        cls.env = cls.env(user=accountant)
        company = cls.setup_independent_company()
        accountant.company_id = company
        accountant.company_ids = [Command.set(company.ids)]
        cls._use_books(company)
        other = cls._create_company(name="company_2")
        accountant.company_ids = [Command.set(company.ids)]
        kept = {"accountant": accountant, "company": company, "other_company": other}
        cls.env["ir.model.data"].sudo()._update_xmlids(
            {"xml_id": KEPT.format(name), "record": record, "noupdate": True}
            for name, record in kept.items()
        )


@cache
def _keep(database):
    """Build what is kept, once in a database."""
    with Registry(database).cursor() as cr:
        _Kept.make(cr)
