from odoo import fields, models


class CollectionAssessmentItem(models.Model):
    """STUB"""

    _name = "collection.assessment.item"
    _description = "Item Set Apart"

    assessment_id = fields.Many2one("collection.assessment", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
