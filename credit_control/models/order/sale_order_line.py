from odoo import api, models
from odoo.exceptions import AccessError

COMPUTED = {
    "price_total",
    "price_subtotal",
    "price_tax",
    "qty_invoiced",
    "invoice_status",
}
# Who writes these has had a hand in the order
HANDED = {
    *COMPUTED,
    "order_id",
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "qty_delivered",
    "is_downpayment",
    "invoice_lines",
}
ACCOUNTANT = "account.group_account_invoice"


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === CONSTRAINT METHODS === #

    @api.constrains("qty_delivered")
    def _check_credit_delivered(self):
        """Have a decision cover what more is delivered, or not taken off, than it knew.

        A quantity that somebody enters is refused as an order that is raised. What a
        transfer or a timesheet says was done: a release is asked for.
        """
        lines = self.filtered(
            lambda line: (
                line.state == "sale"
                and (line.qty_delivered > line.product_uom_qty or line.price_total < 0)
                and line.order_id._credit_is_checked()
            )
        )
        if lines:
            entered = lines.filtered(lambda line: line.qty_delivered_method == "manual")
            orders = lines.order_id.sudo()
            self.env["credit.decision"].sudo()._cover(
                orders, duties=orders - entered.order_id
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        names = set().union(*vals_list)
        lines = super().create(vals_list)
        lines.order_id._credit_keep_hand()
        lines._credit_check_linked()
        lines.order_id._credit_check_own(names & COMPUTED, self)
        return lines

    def write(self, vals):
        self.order_id._credit_check_own(vals.keys() & COMPUTED, self)
        if vals.keys() & HANDED:
            orders = self.order_id.browse(vals.get("order_id") or [])
            (self.order_id | orders)._credit_keep_hand()
        result = super().write(vals)
        if vals.keys() & {"invoice_lines", "order_id"}:
            self._credit_check_linked()
        return result

    def unlink(self):
        self.order_id._credit_keep_hand()
        return super().unlink()

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
