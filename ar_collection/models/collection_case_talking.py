from odoo import models


class CollectionCase(models.Model):
    """STUB"""

    _inherit = "collection.case"
