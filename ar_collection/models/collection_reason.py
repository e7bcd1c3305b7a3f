from odoo import fields, models


class CollectionReason(models.Model):
    """STUB"""

    _name = "collection.reason"
    _description = "Reason"

    name = fields.Char(required=True, translate=True)
