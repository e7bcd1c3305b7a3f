from odoo import fields, models


class CollectionLetterLine(models.Model):
    """STUB"""

    _name = "collection.letter.line"
    _description = "Item of a Letter"

    letter_id = fields.Many2one("collection.letter", required=True, index=True)
    item_id = fields.Many2one("collection.item", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
