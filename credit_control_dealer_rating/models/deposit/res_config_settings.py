from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_deposit_account_id = fields.Many2one(
        related="credit_company_id.credit_deposit_account_id", readonly=False
    )
