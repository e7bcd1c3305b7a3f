from odoo import models


class AccountMoveLine(models.Model):
    """A receivable that somebody books on another customer, or for another day."""

    _inherit = "account.move.line"

    def write(self, vals):
        done = self._credit_write(vals)
        if "date_maturity" in vals:
            self.move_id._credit_check_due()
        return done

    def _credit_write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        lines = self.sudo().filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.partner_id.id != vals["partner_id"]
            )
        )
        new = self.env["res.partner"].sudo().browse(vals["partner_id"] or [])
        customers = lines.partner_id | new if lines else new.browse()
        with self.env["credit.file"]._moving(
            customers, lines.move_id._credit_refusal()
        ):
            return super().write(vals)
