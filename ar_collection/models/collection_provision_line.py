from odoo import fields, models


class CollectionProvisionLine(models.Model):
    """STUB"""

    _name = "collection.provision.line"
    _description = "Bucket of a Provision"

    provision_id = fields.Many2one("collection.provision", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
