from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_collection_resume = fields.Boolean(
        related="credit_company_id.credit_collection_resume", readonly=False
    )
    credit_collection_months = fields.Integer(
        related="credit_company_id.credit_collection_months", readonly=False
    )
