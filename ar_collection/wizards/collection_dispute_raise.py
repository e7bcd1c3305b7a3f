from odoo import models


class CollectionDisputeRaise(models.TransientModel):
    """STUB"""

    _name = "collection.dispute.raise"
    _description = "Raise a Dispute"
