from odoo import models


class CollectionLetterService(models.TransientModel):
    """STUB"""

    _name = "collection.letter.service"
    _description = "Proof of Service"
