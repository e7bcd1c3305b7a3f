from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import shipped_for


class RatingScore(models.Model):
    """The use of the limit leads to the limits, too."""

    _inherit = "rating.score"

    is_limit_use = fields.Boolean(compute="_compute_is_limit_use")

    @api.depends("indicator_id", "is_measured")
    def _compute_is_limit_use(self):
        for score in self:
            measure = score.is_measured and score.indicator_id.measure
            score.is_limit_use = measure == "limit_use"

    def action_open_limits(self):
        """Open the limits that were in force on the days that were measured."""
        self.ensure_one()
        limits = self.env["rating.measure"]._limits_behind(self)
        return shipped_for(
            self.env, "credit_control.credit_limit_action", [("id", "in", limits.ids)]
        )
