from odoo import models


class ResPartner(models.Model):
    """The way from a customer to its rating."""

    _inherit = "res.partner"

    def action_open_rating(self):
        """Open the dealer that the customer is in the current company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "rating.dealer",
            "view_mode": "form",
            "res_id": self.rating_dealer_id.id,
        }
