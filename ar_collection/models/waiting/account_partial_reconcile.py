from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Money that comes ends what somebody was asked to do."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Look again after a while: what somebody was asked to do may be done with the
        money that came."""
        partials = super().create(vals_list)
        ours = [("trade_wait", "!=", False)]
        activities = self.env["mail.activity"].sudo()
        if partials and activities.search_count(ours, limit=1):
            self.env["trade.waiting"]._follow_waits_soon(later=True)
        return partials
