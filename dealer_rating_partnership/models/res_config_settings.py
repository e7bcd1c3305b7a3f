from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The root company's choice counts for its branches."""

    _inherit = "res.config.settings"

    rating_partner_level = fields.Selection(
        related="rating_company_id.rating_partner_level", readonly=False
    )
