from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._credit_changed()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._credit_changed()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._credit_changed()
        return result

    def _credit_changed(self):
        """Take held decisions again: the receivables may have changed."""
        if self._credit_receivables():
            self.env["credit.decision"]._retake_soon()

    def _credit_receivables(self):
        """:return: the items that say what customers owe"""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
