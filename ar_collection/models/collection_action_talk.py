from odoo import models


class CollectionAction(models.Model):
    """STUB"""

    _inherit = "collection.action"
