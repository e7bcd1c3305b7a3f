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
        self._credit_check_linked(vals_list)
        lines = super().create(vals_list)
        lines.order_id._credit_check_own(names & COMPUTED, self)
        return lines

    def write(self, vals):
        self._credit_check_linked([vals])
        self.order_id._credit_check_own(vals.keys() & COMPUTED, self)
        return super().write(vals)

    def _credit_check_linked(self, vals_list):
        """
        :raises AccessError: where somebody else than an accountant says by hand on
            which invoice a line is: it would spend no credit any more
        """
        linked = any(vals.get("invoice_lines") for vals in vals_list)
        if linked and not self.env.su and not self.env.user.has_group(ACCOUNTANT):
            raise AccessError(
                self.env._(
                    "Only accountants link order lines to invoices by hand. Create "
                    "the invoice from the order instead."
                )
            )
