from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.core.given import said


class RatingDowngrade(models.TransientModel):
    """Asks why dealers are downgraded between two quarters."""

    _name = "rating.downgrade"
    _description = "Downgrade Dealers"

    dealer_ids = fields.Many2many(
        "rating.dealer",
        string="Dealers",
        default=lambda self: self.env.context.get("active_ids"),
    )
    steps = fields.Integer(default=1, required=True)
    reason = fields.Char(required=True)
    outcome = fields.Char(compute="_compute_outcome")

    _steps_forward = models.Constraint(
        "CHECK (steps > 0)", "A downgrade goes one step down or more."
    )

    @api.depends_context("lang")
    @api.depends("dealer_ids", "steps")
    def _compute_outcome(self):
        for wizard in self:
            dealers = wizard.dealer_ids
            told = [wizard._lowered(dealer) for dealer in dealers[:5]]
            if len(dealers) > 5:
                told.append(self.env._("and %(count)d more", count=len(dealers) - 5))
            wizard.outcome = ", ".join(told)

    def _lowered(self, dealer):
        grade = dealer.grade_id
        if not grade:
            return self.env._("%(dealer)s has no grade", dealer=dealer.partner_name)
        lower = grade._lower(self.steps)
        return f"{dealer.partner_name}: {grade.name} → {lower.name}"

    def action_downgrade(self):
        """Lower the grades from today on.

        :raises AccessError: if the user is not a rating manager
        """
        self.env["rating.dealer"]._check_manager()
        self.dealer_ids.check_access("read")
        if not said(self.reason):
            raise UserError(self.env._("Say why these dealers are downgraded."))
        if not self.dealer_ids.grade_id:
            raise UserError(
                self.env._(
                    "None of these dealers has a grade that could be lowered. A grade "
                    "comes from a confirmed quarter."
                )
            )
        self.dealer_ids._downgrade(self.steps, self.reason, "manual")
        return {"type": "ir.actions.act_window_close"}
