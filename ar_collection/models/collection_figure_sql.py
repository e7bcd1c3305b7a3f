from odoo import models


class CollectionFigure(models.Model):
    """STUB"""

    _inherit = "collection.figure"
