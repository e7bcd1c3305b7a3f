from odoo import fields, models


class CollectionLetter(models.Model):
    """STUB"""

    _name = "collection.letter"
    _description = "Letter"

    number = fields.Char(index=True)
    action_id = fields.Many2one("collection.action", index=True)
    case_id = fields.Many2one("collection.case", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Char()
    date = fields.Date()
    amount = fields.Monetary()
    sha256 = fields.Char()
    attachment_id = fields.Many2one("ir.attachment")
    recipient_id = fields.Many2one("res.partner")
    lang = fields.Char()
    served_on = fields.Date()
    state = fields.Selection([("built", "Built"), ("rendered", "Rendered")], default="built", required=True)
    line_ids = fields.One2many("collection.letter.line", "letter_id")
