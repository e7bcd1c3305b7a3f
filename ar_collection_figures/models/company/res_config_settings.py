from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Parameters of figures and provisions, of the head company."""

    _inherit = "res.config.settings"

    collection_money_rate = fields.Float(
        related="collection_company_id.collection_money_rate", readonly=False
    )
    collection_ageing_bound_ids = fields.Many2many(
        related="collection_company_id.collection_ageing_bound_ids", readonly=False
    )
    collection_figure_days = fields.Integer(
        related="collection_company_id.collection_figure_days", readonly=False
    )
    collection_provision_journal_id = fields.Many2one(
        related="collection_company_id.collection_provision_journal_id",
        readonly=False,
        domain="[('type', '=', 'general'), ('company_id', '=', collection_company_id)]",
    )
    collection_provision_account_id = fields.Many2one(
        related="collection_company_id.collection_provision_account_id",
        readonly=False,
        domain="[('company_ids', 'parent_of', collection_company_id),"
        " ('account_type', 'not in', ('asset_receivable', 'liability_payable'))]",
    )
    collection_provision_expense_account_id = fields.Many2one(
        related="collection_company_id.collection_provision_expense_account_id",
        readonly=False,
        domain="[('company_ids', 'parent_of', collection_company_id),"
        " ('account_type', 'in', ('expense', 'expense_other'))]",
    )
