from odoo import api, models
from odoo.exceptions import AccessError

# What Odoo computes
COMPUTED = {
    "price_total",
    "price_subtotal",
    "price_tax",
    "qty_delivered_method",
    "qty_invoiced",
    "qty_to_invoice",
    "untaxed_amount_invoiced",
    "untaxed_amount_to_invoice",
    "invoice_status",
}
# What a line is made as, and stays
MADE = {"is_expense", "is_downpayment"}
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

    @api.constrains(
        "qty_delivered", "product_id", "is_downpayment", "price_unit", "discount"
    )
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
        lines._credit_linked()._credit_check_linked()
        lines.filtered("qty_delivered")._credit_check_counted(names)
        lines.order_id._credit_check_own(names & COMPUTED, self)
        return lines

    def write(self, vals):
        self.order_id._credit_check_own(vals.keys() & (COMPUTED | MADE), self)
        self._credit_check_counted(vals)
        if "invoice_lines" in vals:
            self._credit_check_linked()
        if vals.keys() & HANDED:
            orders = self.order_id.browse(vals.get("order_id") or [])
            (self.order_id | orders)._credit_keep_hand()
        result = super().write(vals)
        if "order_id" in vals:
            self._credit_linked()._credit_check_linked()
        return result

    def unlink(self):
        self.order_id._credit_keep_hand()
        return super().unlink()

    def _credit_check_counted(self, names):
        """
        :param names: what is written
        :raises AccessError: where somebody enters what a transfer or an expense says
            was delivered, and credit decides on the order
        """
        if "qty_delivered" in names and not self.env.su:
            counted = self.filtered(lambda line: line.qty_delivered_method != "manual")
            counted.order_id._credit_check_own({"qty_delivered"}, self)

    def _credit_linked(self):
        """Return those that are on an invoice, whoever may read it."""
        return self.sudo().filtered("invoice_lines").with_env(self.env)

    def _credit_check_linked(self):
        """
        :raises AccessError: where somebody else than an accountant says by hand on
            which invoice a line is, or that it is on none, and credit decides on its
            order: it would spend no credit any more, or be billed once more
        """
        if self.env.su or self.env.user.has_group(ACCOUNTANT):
            return
        if self.sudo().order_id._credit_decided():
            raise AccessError(
                self.env._(
                    "Only accountants link order lines to invoices by hand. Create "
                    "the invoice from the order instead."
                )
            )
