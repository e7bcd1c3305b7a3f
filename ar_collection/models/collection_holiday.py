from odoo import fields, models


class CollectionHoliday(models.Model):
    """STUB"""

    _name = "collection.holiday"
    _description = "Holiday"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company.root_id)
    date = fields.Date(required=True)
