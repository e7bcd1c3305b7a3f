from odoo import models


class AccountPayment(models.Model):
    """Money that somebody books on another customer: not each payment has an entry."""

    _inherit = "account.payment"

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        new = self.env["res.partner"].sudo().browse(vals["partner_id"] or [])
        customers = self.sudo().partner_id | new
        with self.env["credit.file"]._moving(customers, None):
            return super().write(vals)
