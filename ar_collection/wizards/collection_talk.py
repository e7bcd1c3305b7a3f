from odoo import models


class CollectionTalk(models.TransientModel):
    """STUB"""

    _name = "collection.talk"
    _description = "Call, Visit or Note"
