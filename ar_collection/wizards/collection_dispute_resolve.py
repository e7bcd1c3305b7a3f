from odoo import models


class CollectionDisputeResolve(models.TransientModel):
    """STUB"""

    _name = "collection.dispute.resolve"
    _description = "Decide on a Dispute"
