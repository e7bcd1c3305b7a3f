from odoo import fields, models


class CreditRequest(models.TransientModel):
    _inherit = "credit.request"

    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
