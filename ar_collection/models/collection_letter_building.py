from odoo import models


class CollectionLetter(models.Model):
    """STUB"""

    _inherit = "collection.letter"
