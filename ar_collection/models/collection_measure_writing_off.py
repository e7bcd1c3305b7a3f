from odoo import models


class CollectionMeasure(models.Model):
    """STUB"""

    _inherit = "collection.measure"
