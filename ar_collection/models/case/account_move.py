from odoo import models


class AccountMove(models.Model):
    """An invoice that is being collected leaves a trace when it is taken back."""

    _inherit = "account.move"

    def write(self, vals):
        """Note what is taken back, by the button or by a write from outside."""
        if vals.get("state") in ("draft", "cancel"):
            self.filtered(lambda move: move.state == "posted")._collection_taken_back()
        return super().write(vals)

    def _collection_taken_back(self):
        """Follow entries that are about to be no longer posted. Extend to notify the
        owners of what depends on them."""
        self.env["collection.item"].sudo()._taken_back(self)
