from odoo import models


class CollectionItem(models.Model):
    """STUB"""

    _inherit = "collection.item"
