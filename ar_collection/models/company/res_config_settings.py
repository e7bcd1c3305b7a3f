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
