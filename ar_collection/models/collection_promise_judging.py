from odoo import models


class CollectionPromise(models.Model):
    """STUB"""

    _inherit = "collection.promise"
