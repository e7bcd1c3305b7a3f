from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .trade_beside import NAMED


class ResCompany(models.Model):
    """The accounts on which bills and cheques in hand, and advances of customers,
    stand. A head company names them for its branches."""

    _inherit = "res.company"

    trade_bill_account_ids = fields.Many2many(
        "account.account",
        "trade_bill_account",
        "company_id",
        "account_id",
        string="Accounts of Bills and Cheques in Hand",
        domain="[('account_type', '!=', 'asset_cash'),"
        " ('internal_group', '=', 'asset'),"
        " '|', ('account_type', '!=', 'asset_receivable'), ('non_trade', '=', True)]",
        help="What stands there was taken for invoices and nobody has paid it yet: "
        "notes receivable, post-dated cheques.",
    )
    trade_advance_account_ids = fields.Many2many(
        "account.account",
        "trade_advance_account",
        "company_id",
        "account_id",
        string="Accounts of Customers' Advances",
        domain="[('account_type', '!=', 'liability_credit_card'),"
        " ('internal_group', '=', 'liability'),"
        " '|', ('account_type', '!=', 'liability_payable'), ('non_trade', '=', True)]",
        help="What stands there is money that customers paid in advance.",
    )

    @api.constrains(*NAMED.values())
    def _check_trade_accounts(self):
        """:raises ValidationError: if an account cannot be meant"""
        for company in self:
            both = company.trade_bill_account_ids & company.trade_advance_account_ids
            named = company.trade_bill_account_ids | company.trade_advance_account_ids
            if company.parent_id and named:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: %(company)s names its accounts.",
                        branch=company.name,
                        company=company.root_id.name,
                    )
                )
            if both:
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot be both: bills in hand are owed, advances "
                        "are paid.",
                        account=both[:1].display_name,
                    )
                )
            for name in NAMED.values():
                company._check_trade_account(name)

    def _check_trade_account(self, name):
        company = self.sudo()
        for account in company[name]:
            values = {"account": account.display_name, "company": company.name}
            if company not in account.company_ids:
                raise ValidationError(
                    self.env._("%(account)s is no account of %(company)s.", **values)
                )
            if account.account_type in ("asset_receivable", "liability_payable"):
                if not account.non_trade:
                    raise ValidationError(
                        self.env._(
                            "What stands on %(account)s is trade receivable or payable "
                            "and counted as such. Mark the account as non-trade first.",
                            **values,
                        )
                    )
            if not self._trade_fits(account, name):
                raise ValidationError(
                    self.env._(
                        "%(account)s is not of a kind that fits. Bills and cheques in "
                        "hand stand on assets other than bank and cash, advances on "
                        "liabilities other than credit cards.",
                        **values,
                    )
                )

    def _trade_fits(self, account, name):
        kind = "asset" if name == NAMED["bill"] else "liability"
        money = ("asset_cash", "liability_credit_card")
        return account.internal_group == kind and account.account_type not in money

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(vals.keys() & set(NAMED.values()) for vals in vals_list):
            companies._trade_accounts_named()
        return companies

    def write(self, vals):
        done = super().write(vals)
        if vals.keys() & set(NAMED.values()):
            self._trade_accounts_named()
        return done

    def _trade_accounts_named(self):
        """Called when other accounts are named. Extend to look anew at what depends on
        them."""
        self._trade_forget_cached()

    @api.model
    def _trade_forget_cached(self):
        """Forget what is cached of companies: now, and once others may read what was
        written. Meanwhile they may have kept what was there before."""
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
