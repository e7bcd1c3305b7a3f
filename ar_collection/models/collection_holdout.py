from odoo import fields, models


class CollectionHoldout(models.Model):
    """STUB"""

    _name = "collection.holdout"
    _description = "What Stages Bring"
    _auto = False
    _table_query = "SELECT 1 AS id, 1 AS company_id"

    company_id = fields.Many2one("res.company", readonly=True)
