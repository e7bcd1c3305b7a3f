from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """What somebody was asked to do may be done with the money that came."""
        partials = super().create(vals_list)
        ours = [("trade_wait", "!=", False)]
        activities = self.env["mail.activity"].sudo()
        if partials and activities.search_count(ours, limit=1):
            self.env["trade.waiting"]._follow_waits_soon()
        return partials
