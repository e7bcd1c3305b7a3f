from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_company_id = fields.Many2one(
        related="company_id.root_id", string="Head Company"
    )
    credit_mode = fields.Selection(
        related="credit_company_id.credit_mode", readonly=False
    )
    credit_without_file = fields.Selection(
        related="credit_company_id.credit_without_file", readonly=False
    )
    credit_default_policy_id = fields.Many2one(
        related="credit_company_id.credit_default_policy_id", readonly=False
    )
    credit_auto_confirm = fields.Boolean(
        related="credit_company_id.credit_auto_confirm", readonly=False
    )
    credit_immediate_is_cash = fields.Boolean(
        related="credit_company_id.credit_immediate_is_cash", readonly=False
    )
    credit_tolerance = fields.Float(
        related="credit_company_id.credit_tolerance", readonly=False
    )
