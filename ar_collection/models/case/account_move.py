from odoo import models


class AccountMove(models.Model):
    """An invoice that is being collected leaves a trace when it is taken back."""

    _inherit = "account.move"

    def write(self, vals):
        """Whichever road leads there, the button or a write from outside."""
        if vals.get("state") in ("draft", "cancel"):
            self.filtered(lambda move: move.state == "posted")._collection_taken_back()
        return super().write(vals)

    def _collection_taken_back(self):
        """Called before these posted entries are so no more. Extend to tell whoever
        stands on them."""
        self.env["collection.item"].sudo()._taken_back(self)
