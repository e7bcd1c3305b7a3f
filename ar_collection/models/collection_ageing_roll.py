from odoo import fields, models


class CollectionAgeingRoll(models.Model):
    """STUB"""

    _name = "collection.ageing.roll"
    _description = "Roll of a Month"

    company_id = fields.Many2one("res.company", required=True, index=True)
