from odoo import models


class CollectionAssessment(models.Model):
    """STUB"""

    _inherit = "collection.assessment"
