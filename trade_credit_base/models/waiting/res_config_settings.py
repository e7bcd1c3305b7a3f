from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The days after which managers hear of what waits."""

    _inherit = "res.config.settings"

    trade_wait_company_id = fields.Many2one(
        related="company_id.root_id", string="Company of What Waits"
    )
    trade_wait_days = fields.Integer(
        related="trade_wait_company_id.trade_wait_days", readonly=False
    )
