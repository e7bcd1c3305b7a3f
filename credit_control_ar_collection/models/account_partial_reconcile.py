from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Money that came may be the last that was late."""
        partials = super().create(vals_list)
        if partials:
            self.env["credit.file"]._collection_follow_soon()
        return partials
