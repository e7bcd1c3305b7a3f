from odoo import fields, models


class CollectionStatementLine(models.Model):
    """STUB"""

    _name = "collection.statement.line"
    _description = "Line of a Statement"

    statement_id = fields.Many2one("collection.statement", required=True, index=True)
    item_id = fields.Many2one("collection.item", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
