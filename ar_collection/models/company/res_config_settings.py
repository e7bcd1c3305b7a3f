from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_company_id = fields.Many2one(
        related="company_id.root_id", string="Collecting Company"
    )
    collection_collector_id = fields.Many2one(
        related="collection_company_id.collection_collector_id",
        readonly=False,
        domain="[('share', '=', False)]",
    )
    collection_promise_days = fields.Integer(
        related="collection_company_id.collection_promise_days", readonly=False
    )
    collection_limitation_years = fields.Integer(
        related="collection_company_id.collection_limitation_years", readonly=False
    )

    collection_currency_id = fields.Many2one(
        related="collection_company_id.currency_id", string="Collecting Currency"
    )
    collection_limitation_year_end = fields.Boolean(
        related="collection_company_id.collection_limitation_year_end", readonly=False
    )
    collection_legal_amount = fields.Monetary(
        related="collection_company_id.collection_legal_amount",
        currency_field="collection_currency_id",
        readonly=False,
    )
    collection_bad_debt_account_id = fields.Many2one(
        related="collection_company_id.collection_bad_debt_account_id", readonly=False
    )
    collection_bad_debt_journal_id = fields.Many2one(
        related="collection_company_id.collection_bad_debt_journal_id", readonly=False
    )
