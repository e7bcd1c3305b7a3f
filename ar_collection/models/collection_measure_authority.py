from odoo import fields, models


class CollectionMeasureAuthority(models.Model):
    """STUB"""

    _name = "collection.measure.authority"
    _description = "Authority for Measures"

    company_id = fields.Many2one("res.company", required=True, index=True)
    kind = fields.Char()
