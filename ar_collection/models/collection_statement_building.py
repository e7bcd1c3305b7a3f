from odoo import models


class CollectionStatement(models.Model):
    """STUB"""

    _inherit = "collection.statement"
