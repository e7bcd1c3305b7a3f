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
        lines._credit_check_linked()
        lines.order_id._credit_check_own(names & COMPUTED, self)
        return lines

    def write(self, vals):
        self.order_id._credit_check_own(vals.keys() & COMPUTED, self)
        result = super().write(vals)
        if vals.keys() & {"invoice_lines", "order_id"}:
            self._credit_check_linked()
        return result

    def _credit_check_linked(self):
        """
        :raises AccessError: where somebody else than an accountant says by hand on
            which invoice a line is, and credit decides on its order: it would spend no
            credit any more
        """
        if self.env.su or self.env.user.has_group(ACCOUNTANT):
            return
        linked = self.sudo().filtered("invoice_lines")
        if linked and linked.order_id._credit_decided():
            raise AccessError(
                self.env._(
                    "Only accountants link order lines to invoices by hand. Create "
                    "the invoice from the order instead."
                )
            )
