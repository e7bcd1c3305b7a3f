from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """A bank line becomes a customer's payment when it is matched."""
        partials = super().create(vals_list)
        if partials:
            self.env["credit.decision"]._retake_soon()
        return partials
