from odoo import api, fields, models


class RatingScreeningCriterion(models.Model):
    """A criterion that candidates are compared on, with its importance."""

    _name = "rating.screening.criterion"
    _description = "Screening Criterion"
    _inherit = ["trade.owned"]
    _owner = "screening_id.company_id"
    _branches_write = True
    _order = "screening_id, sequence, id"

    screening_id = fields.Many2one(
        "rating.screening", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="screening_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Criterion", required=True)
    importance = fields.Integer(
        required=True, default=3, help="From 1, hardly matters, to 5, matters most."
    )

    _importance_range = models.Constraint(
        "CHECK (importance BETWEEN 1 AND 5)",
        "The importance of a criterion goes from 1 to 5.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria.screening_id._fill()
        return criteria
