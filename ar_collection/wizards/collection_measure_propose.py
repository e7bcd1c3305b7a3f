from odoo import models


class CollectionMeasurePropose(models.TransientModel):
    """STUB"""

    _name = "collection.measure.propose"
    _description = "Propose a Measure"
