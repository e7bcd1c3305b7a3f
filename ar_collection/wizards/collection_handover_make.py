from odoo import models


class CollectionHandoverMake(models.TransientModel):
    """STUB"""

    _name = "collection.handover.make"
    _description = "Hand Cases Over"
