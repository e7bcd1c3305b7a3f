from odoo import api, fields, models


class ResCompany(models.Model):
    """Parameters of a company's figures."""

    _inherit = "res.company"

    collection_money_rate = fields.Float(
        "Cost of Money (% a year)",
        default=6,
        help="What a year's money costs the company: its overdraft, for example.",
    )
    collection_ageing_bound_ids = fields.Many2many(
        "collection.ageing.bound",
        string="Ageing Bounds",
        default=lambda self: self.env["collection.ageing.bound"].sudo()._usual(),
        help="The last day late of each bucket but the open one; 30, 60 and 90 if "
        "there is none.",
    )
    collection_figure_days = fields.Integer(
        "Months Close After (days)",
        default=5,
        help="So many days after its end, the figures of a month are kept: what is "
        "booked in them still counts.",
    )
    collection_provision_journal_id = fields.Many2one(
        "account.journal",
        "Provision Journal",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
    )
    collection_provision_account_id = fields.Many2one(
        "account.account",
        "Loss Allowance",
        domain="[('account_type', 'not in', "
        "('asset_receivable', 'liability_payable'))]",
        help="What is expected to be lost, deducted from the receivables.",
    )
    collection_provision_expense_account_id = fields.Many2one(
        "account.account",
        "Impairment Losses",
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
        help="Where a change of the allowance goes in profit or loss.",
    )

    _collection_rate = models.Constraint(
        "CHECK (COALESCE(collection_money_rate, 0) >= 0)",
        "Money does not cost less than nothing.",
    )
    _collection_figure_days = models.Constraint(
        "CHECK (COALESCE(collection_figure_days, 0) BETWEEN 0 AND 28)",
        "A month closes 0 to 28 days after its end.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["collection.ageing.bucket"]._ensure(companies)
        return companies

    def write(self, vals):
        done = super().write(vals)
        if "collection_ageing_bound_ids" in vals:
            self.env["collection.ageing.bucket"]._ensure(self)
        return done
