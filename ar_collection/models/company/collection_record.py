from odoo import fields, models


class CollectionRecord(models.AbstractModel):
    """A record about one customer of one company, which stays."""

    _name = "collection.record"
    _description = "Record about a Customer"
    _inherit = ["trade.record"]

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
