from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_mode = fields.Selection(default="enforce")
