from odoo import models


class AccountMove(models.Model):
    """An invoice that is being collected leaves a trace when it is taken back."""

    _inherit = "account.move"

    def button_draft(self):
        """Tell the cases of these entries: what was sent about them stays on record."""
        self.env["collection.item"].sudo()._taken_back(self)
        return super().button_draft()
