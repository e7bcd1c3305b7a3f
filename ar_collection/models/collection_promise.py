from odoo import fields, models


class CollectionPromise(models.Model):
    """STUB"""

    _name = "collection.promise"
    _description = "Promise to Pay"

    case_id = fields.Many2one("collection.case", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()
    made_on = fields.Date()
    date = fields.Date()
    state = fields.Selection([("open", "Open"), ("kept", "Kept"), ("broken", "Broken"), ("cancelled", "Cancelled")], default="open", required=True)
    settled_on = fields.Date()
    item_ids = fields.Many2many("collection.item")
