from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.depends_context("trade_by_number")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_move_display_name(self, show_ref=False):
        """Leave the reference out where open items name their entries."""
        show_ref = show_ref and not self.env.context.get("trade_by_number")
        return super()._get_move_display_name(show_ref)
