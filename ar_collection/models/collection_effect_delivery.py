from odoo import models


class CollectionEffect(models.Model):
    """STUB"""

    _inherit = "collection.effect"
