from odoo import fields, models


class CollectionObjection(models.Model):
    """STUB"""

    _name = "collection.objection"
    _description = "Objection"

    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
