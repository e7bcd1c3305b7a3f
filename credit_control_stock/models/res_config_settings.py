from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_delivery_mode = fields.Selection(
        related="credit_company_id.credit_delivery_mode", readonly=False
    )
