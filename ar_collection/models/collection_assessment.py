from odoo import fields, models


class CollectionAssessment(models.Model):
    """STUB"""

    _name = "collection.assessment"
    _description = "Salesperson's Account"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Salesperson")
    month = fields.Date()
    state = fields.Selection([("draft", "Draft"), ("agreed", "Agreed"), ("closed", "Closed")], default="draft", required=True)
    amount = fields.Monetary()
