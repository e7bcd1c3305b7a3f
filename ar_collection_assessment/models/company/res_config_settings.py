from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_assessed_by = fields.Selection(
        related="collection_company_id.collection_assessed_by", readonly=False
    )
    collection_inherited_days = fields.Integer(
        related="collection_company_id.collection_inherited_days", readonly=False
    )
