from odoo import fields, models


class CollectionDispute(models.Model):
    """STUB"""

    _name = "collection.dispute"
    _description = "Dispute"

    case_id = fields.Many2one("collection.case", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()
    state = fields.Selection([("open", "Open"), ("valid", "Valid"), ("invalid", "Invalid"), ("resolved", "Resolved")], default="open", required=True)
    item_ids = fields.Many2many("collection.item")
    reason_id = fields.Many2one("collection.reason")
