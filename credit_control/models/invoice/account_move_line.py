from odoo import api, models

# Who writes these has had a hand in the invoice
HANDED = {
    "move_id",
    "product_id",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "sale_line_ids",
    "date_maturity",
}


class AccountMoveLine(models.Model):
    """Who changes an invoice by its lines, or leaves one out, has a hand in it."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.sudo().move_id._credit_handed()
        return lines

    def write(self, vals):
        if vals.keys() & HANDED:
            self.sudo().move_id._credit_handed()
        return super().write(vals)

    def unlink(self):
        self.sudo().move_id._credit_handed()
        return super().unlink()
