from contextlib import nullcontext

from odoo import models


class AccountMoveLine(models.Model):
    """A receivable that somebody books on another customer, or for another day."""

    _inherit = "account.move.line"

    def write(self, vals):
        with self._credit_moving(vals):
            done = super().write(vals)
        if "date_maturity" in vals:
            self.move_id._credit_check_due()
        return done

    def _credit_moving(self, vals):
        """Watch who owes what is posted, see ``credit.file._moving``."""
        if "partner_id" not in vals:
            return nullcontext()
        lines = self.sudo().filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.partner_id.id != vals["partner_id"]
            )
        )
        new = self.env["res.partner"].sudo().browse(vals["partner_id"] or [])
        customers = lines.partner_id | new if lines else new.browse()
        files = self.env["credit.file"]
        return files._moving(customers, lines.move_id._credit_refusal())
