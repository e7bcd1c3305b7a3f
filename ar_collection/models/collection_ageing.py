from odoo import fields, models


class CollectionAgeing(models.Model):
    """STUB"""

    _name = "collection.ageing"
    _description = "Ageing of a Month"

    company_id = fields.Many2one("res.company", required=True, index=True)
