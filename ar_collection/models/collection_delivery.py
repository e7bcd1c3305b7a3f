from odoo import fields, models


class CollectionDelivery(models.Model):
    """STUB"""

    _name = "collection.delivery"
    _description = "Delivery"

    action_id = fields.Many2one("collection.action", required=True, index=True)
    letter_id = fields.Many2one("collection.letter", index=True)
    case_id = fields.Many2one("collection.case", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    channel = fields.Selection([("email", "Email"), ("post", "Post"), ("sms", "Sms")], default="email", required=True)
    state = fields.Selection([("todo", "Todo"), ("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed"), ("bounced", "Bounced")], default="todo", required=True)
    sent_on = fields.Datetime()
    failure = fields.Char()
