from odoo import api, models
from odoo.exceptions import AccessError

COMPUTED = {
    "price_total",
    "price_subtotal",
    "price_tax",
    "qty_invoiced",
    "invoice_status",
}
ACCOUNTANT = "account.group_account_invoice"


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        names = set().union(*vals_list)
        lines = super().create(vals_list)
        linked = [bool(vals.get("invoice_lines")) for vals in vals_list]
        lines.browse(
            line.id for line, by_hand in zip(lines, linked, strict=True) if by_hand
        )._credit_check_linked()
        lines.order_id._credit_check_own(names & COMPUTED, self)
        return lines

    def write(self, vals):
        if vals.get("invoice_lines"):
            self._credit_check_linked()
        self.order_id._credit_check_own(vals.keys() & COMPUTED, self)
        return super().write(vals)

    def _credit_check_linked(self):
        """
        :raises AccessError: where somebody else than an accountant says by hand on
            which invoice a line is, and a credit file decides on its order: it would
            spend no credit any more
        """
        if self.env.su or self.env.user.has_group(ACCOUNTANT):
            return
        if self.order_id._credit_on_file():
            raise AccessError(
                self.env._(
                    "Only accountants link order lines to invoices by hand. Create "
                    "the invoice from the order instead."
                )
            )
