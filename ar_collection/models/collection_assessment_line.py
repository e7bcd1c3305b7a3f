from odoo import fields, models


class CollectionAssessmentLine(models.Model):
    """STUB"""

    _name = "collection.assessment.line"
    _description = "Figure of an Account"

    assessment_id = fields.Many2one("collection.assessment", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
