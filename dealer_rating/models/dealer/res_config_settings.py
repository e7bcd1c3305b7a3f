from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Dealers are rated in the root company: its settings count for its branches."""

    _inherit = "res.config.settings"

    rating_company_id = fields.Many2one(
        related="company_id.root_id", string="Company That Rates"
    )
    rating_stock_norm = fields.Integer(
        related="rating_company_id.rating_stock_norm", readonly=False
    )
    rating_stock_days = fields.Integer(
        related="rating_company_id.rating_stock_days", readonly=False
    )
