from odoo import fields, models


class RatingValidationBand(models.Model):
    """Number of late and of punctual dealers with a score up to this one.

    The two curves, one over the other: their widest gap is the KS.
    """

    _name = "rating.validation.band"
    _description = "Late and Punctual by Score"
    _inherit = ["trade.card"]
    _order = "validation_id, score, outcome"
    _rec_name = "score"

    validation_id = fields.Many2one(
        "rating.validation", "Report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True)
    score = fields.Integer(
        "Total", aggregator=None, help="Whole points: 61 is everything up to 61.99."
    )
    outcome = fields.Selection([("late", "Late"), ("good", "In time")], "Paid")
    cases = fields.Integer(help="With these whole points.")
    share = fields.Float(
        "Share So Far",
        digits=(16, 6),
        aggregator="max",
        help="Of all with this outcome, those with these points or less.",
    )

    def action_cases(self):
        """Open the cases with these points and this outcome."""
        self.ensure_one()
        return self.validation_id.with_context(
            case_domain=[
                ("total", ">=", self.score),
                ("total", "<", self.score + 1),
                ("late", "=", self.outcome),
            ]
        ).action_cases()
