from odoo import api, fields, models


class TradeJobFigure(models.Model):
    """What the scheduled jobs of this app count."""

    _inherit = "trade.job.figure"

    @api.model
    def _codes(self):
        return super()._codes() | {
            "cards_opened": self.env._("Cards opened"),
            "values_measured": self.env._("Values measured"),
            "grades_changed": self.env._("Grades changed"),
            "quarters_without_cards": self.env._("Quarters over that wait for cards"),
            "quarters_without_scores": self.env._("Quarters over that wait for scores"),
            "quarters_to_confirm": self.env._("Quarters to confirm"),
            "departments_reminded": self.env._("Departments reminded"),
            "classes_applied": self.env._("Classifications applied"),
            "classes_changed": self.env._("Customers with another class"),
            "classes_to_apply": self.env._("Classifications to apply"),
            "visits_planned": self.env._("Visits planned"),
        }

    def _counted(self):
        """Values are too many to keep their ids: those that were measured then, as far
        as they were not measured again since."""
        if self.code != "values_measured":
            return super()._counted()
        run = self.run_id
        return "rating.score", [
            ("company_id", "=", self.company_id.id),
            ("is_measured", "=", True),
            ("scored_on", ">=", run.started),
            ("scored_on", "<=", run.ended or fields.Datetime.now()),
        ]
