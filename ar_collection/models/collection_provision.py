from odoo import fields, models


class CollectionProvision(models.Model):
    """STUB"""

    _name = "collection.provision"
    _description = "Provision"

    company_id = fields.Many2one("res.company", required=True, index=True)
