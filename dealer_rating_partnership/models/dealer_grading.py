from odoo import api, models


class DealerGrading(models.Model):
    """The levels follow the grades that dealers bear."""

    _inherit = "dealer.grading"

    @api.model
    def _bear(self, dealer_ids):
        borne = super()._bear(dealer_ids)
        self.env["rating.dealer"].sudo().browse(dealer_ids)._lead_levels()
        return borne
