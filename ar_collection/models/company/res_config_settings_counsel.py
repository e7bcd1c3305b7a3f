from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of what comes after the letters."""

    _inherit = "res.config.settings"

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
