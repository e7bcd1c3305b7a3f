from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    """A down payment may be of any size: what is billed is owed."""

    _inherit = "sale.advance.payment.inv"

    def _create_invoices(self, sale_orders):
        """Have a decision cover what is billed beyond what was decided on; of a
        quotation nothing was, so that its customer's file needs the room."""
        if self.advance_payment_method == "delivered":
            return super()._create_invoices(sale_orders)
        orders = self.sale_order_ids
        quoted = orders.filtered(lambda order: order.state != "sale")
        customers = quoted.sudo().partner_invoice_id
        with (
            orders._credit_billing(),
            self.env["credit.file"]._moving(customers, refused=False),
        ):
            return super()._create_invoices(sale_orders)
