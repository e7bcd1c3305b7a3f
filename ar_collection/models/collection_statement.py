from odoo import fields, models


class CollectionStatement(models.Model):
    """STUB"""

    _name = "collection.statement"
    _description = "Statement of Account"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("acknowledged", "Acknowledged"),
            ("contested", "Contested"),
        ],
        default="draft",
        required=True,
    )
    acknowledged_on = fields.Date()
    line_ids = fields.One2many("collection.statement.line", "statement_id")
