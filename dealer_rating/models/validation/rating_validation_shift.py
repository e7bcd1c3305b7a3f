from odoo import api, fields, models

STABLE, SHIFTED = 0.1, 0.25  # how the index is usually read


class RatingValidationShift(models.Model):
    """Distance between the distributions of grades in two quarters (PSI)."""

    _name = "rating.validation.shift"
    _description = "Stability of Grades"
    _inherit = ["trade.card"]
    _order = "validation_id, is_whole desc, date_from"
    _rec_name = "date_next"

    validation_id = fields.Many2one(
        "rating.validation", "Report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True)
    is_whole = fields.Boolean("First Against Last")
    date_from = fields.Date("Quarter")
    date_next = fields.Date("Against")
    period = fields.Char(compute="_compute_periods")
    period_next = fields.Char("Period Against", compute="_compute_periods")
    cases = fields.Integer("Dealers", aggregator=None)
    cases_next = fields.Integer("Dealers Then", aggregator=None)
    is_few = fields.Boolean("Too Few")
    psi = fields.Float("PSI", digits=(16, 4), aggregator="max")
    reading = fields.Char(compute="_compute_reading")

    @api.depends_context("lang")
    @api.depends("date_from", "date_next")
    def _compute_periods(self):
        name = self.env["rating.scorecard"]._period_name
        for shift in self:
            shift.period = name("conduct", shift.date_from)
            shift.period_next = name("conduct", shift.date_next)

    @api.depends_context("lang")
    @api.depends("psi", "is_few")
    def _compute_reading(self):
        for shift in self:
            if shift.is_few:
                shift.reading = self.env._("Too few dealers for a verdict.")
            elif shift.psi < STABLE:
                shift.reading = self.env._("The grades are spread as before.")
            elif shift.psi < SHIFTED:
                shift.reading = self.env._("The grades have moved somewhat.")
            else:
                shift.reading = self.env._(
                    "The grades are spread differently: other dealers, or another way "
                    "of scoring."
                )

    def action_cases(self):
        """Open the cases of the two quarters, by grade and quarter."""
        self.ensure_one()
        action = self.validation_id.with_context(
            case_domain=[("date_from", "in", (self.date_from, self.date_next))]
        ).action_cases()
        return action | {
            "context": {"group_by": ["grade_id", "date_from:quarter"]},
        }
