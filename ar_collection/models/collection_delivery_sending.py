from odoo import models


class CollectionDelivery(models.Model):
    """STUB"""

    _inherit = "collection.delivery"
