from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The root company's reminders count for its branches, too."""

    _inherit = "res.config.settings"

    rating_remind_before = fields.Integer(
        related="rating_company_id.rating_remind_before", readonly=False
    )
    rating_remind_after = fields.Integer(
        related="rating_company_id.rating_remind_after", readonly=False
    )
