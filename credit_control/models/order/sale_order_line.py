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
        return super().create([self._credit_own(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._credit_own(vals))

    def _credit_own(self, vals):
        """Return ``vals`` without what only Odoo computes.

        :raises AccessError: where somebody else than an accountant says by hand on
            which invoice a line is: it would spend no credit any more
        """
        if self.env.su:
            return vals
        if vals.get("invoice_lines") and not self.env.user.has_group(ACCOUNTANT):
            raise AccessError(
                self.env._(
                    "Only accountants link order lines to invoices by hand. Create "
                    "the invoice from the order instead."
                )
            )
        return {name: value for name, value in vals.items() if name not in COMPUTED}
