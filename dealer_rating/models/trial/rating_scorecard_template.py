from odoo import models


class RatingScorecardTemplate(models.Model):
    """A template that is tried before it is used."""

    _inherit = "rating.scorecard.template"

    def action_try(self):
        """Open a new trial of this template on past quarters."""
        self.ensure_one()
        context = {f"default_{self.kind}_template_id": self.id}
        if self.company_id:
            context["default_company_id"] = self.company_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What If"),
            "res_model": "rating.trial",
            "view_mode": "form",
            "context": context,
        }
