from odoo import models


class CollectionPromiseMake(models.TransientModel):
    """STUB"""

    _name = "collection.promise.make"
    _description = "Take a Promise"
