from odoo import fields, models


class RatingValidationMove(models.Model):
    """Number of dealers that went from one grade to another within a quarter."""

    _name = "rating.validation.move"
    _description = "Migration of Grades"
    _inherit = ["trade.card"]
    _order = "validation_id, grade_id, next_grade_id, id"
    _rec_name = "grade_id"

    validation_id = fields.Many2one(
        "rating.validation", "Report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True)
    grade_id = fields.Many2one(
        "dealer.grade", "From", required=True, ondelete="restrict"
    )
    next_grade_id = fields.Many2one(
        "dealer.grade", "To", ondelete="restrict", help="Empty: no dealer any more."
    )
    direction = fields.Selection(
        [
            ("up", "Risen"),
            ("same", "Unchanged"),
            ("down", "Fallen"),
            ("left", "Left"),
        ]
    )
    dealers = fields.Integer("Moves")
    # Shares of different grades add up to nothing
    share = fields.Float(
        digits=(16, 3),
        aggregator=None,
        help="Of all who had the first grade and a quarter after it.",
    )
    stayed_share = fields.Float(
        "Share Without Leavers",
        digits=(16, 3),
        aggregator=None,
        help="Of all who had the first grade and were still dealers a quarter later.",
    )

    def action_cases(self):
        """Open the cases that moved this way."""
        self.ensure_one()
        return self.validation_id.with_context(
            case_domain=[
                ("grade_id", "=", self.grade_id.id),
                ("next_grade_id", "=", self.next_grade_id.id),
                ("direction", "=", self.direction),
            ]
        ).action_cases()
