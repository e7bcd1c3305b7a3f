from odoo import fields, models


class RatingValidationGrade(models.Model):
    """Share of the dealers of one grade that paid late, or not at all."""

    _name = "rating.validation.grade"
    _description = "Late and Lost by Grade"
    _inherit = ["trade.card"]
    _order = "validation_id, sequence, id"
    _rec_name = "grade_id"

    validation_id = fields.Many2one(
        "rating.validation", "Report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True)
    grade_id = fields.Many2one("dealer.grade", required=True, ondelete="restrict")
    sequence = fields.Integer(aggregator=None)
    cases = fields.Integer(help="Of which is known whether they paid late.")
    late = fields.Integer()
    late_rate = fields.Float("Share Late", digits=(16, 6), aggregator="avg")
    lost_cases = fields.Integer(
        "Cases for Loss", help="Of which is known whether anything was lost."
    )
    lost = fields.Integer()
    loss_rate = fields.Float("Share Lost", digits=(16, 6), aggregator="avg")
    is_few = fields.Boolean(
        "Too Few", help="Fewer cases than the report asks for: the share says little."
    )

    def action_cases(self):
        """Open the cases of this grade; the button's context says which of them."""
        self.ensure_one()
        domain = self.env.context.get("case_domain", [])
        return self.validation_id.with_context(
            case_domain=[("grade_id", "=", self.grade_id.id), *domain]
        ).action_cases()
