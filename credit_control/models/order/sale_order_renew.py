from odoo import api, models
from odoo.tools import SQL, split_every

BATCH = 1000  # orders in memory at once

# What an order line has on invoices that stand, in the order's currency
BILLED = SQL(
    """SELECT SUM(CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                  * billed.price_subtotal) AS amount
         FROM sale_order_line_invoice_rel AS rel
         JOIN account_move_line AS billed ON billed.id = rel.invoice_line_id
         JOIN account_move AS move ON move.id = billed.move_id
        WHERE rel.order_line_id = line.id AND move.state = 'posted'
          AND billed.currency_id = sale_order.currency_id"""
)


class SaleOrder(models.Model):
    """Where credit decides from now on, figures are what Odoo makes of an order: until
    then, anybody could write them."""

    _inherit = "sale.order"

    @api.model
    def _credit_renew_open(self, condition):
        """Have Odoo compute the figures again of orders that are open, or that say
        without such invoices that they are not; and have whoever does this look at
        orders that are linked to invoices of others.

        :param SQL condition: on ``sale_order``: those that credit decides on from now
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM sale_order
                 WHERE state IN ('draft', 'sent', 'sale') AND (%s)
                   AND (state != 'sale' OR invoice_status IS DISTINCT FROM 'invoiced'
                        OR EXISTS (
                           SELECT FROM sale_order_line AS line
                            CROSS JOIN LATERAL (%s) AS on_invoices
                            WHERE line.order_id = sale_order.id
                              AND line.display_type IS NULL
                              AND COALESCE(on_invoices.amount, 0) - line.price_unit
                                  * line.product_uom_qty
                                  * (1 - COALESCE(line.discount, 0) / 100) < -0.01))
                 ORDER BY id
                """,
                condition,
                BILLED,
            )
        )
        for ids in split_every(BATCH, [row[0] for row in rows]):
            orders = self.sudo().browse(ids)
            orders._credit_renew()
            self.env.flush_all()
            orders._credit_ask_about_links()
            self.env.invalidate_all()

    def _credit_ask_about_links(self):
        """Give the user the orders to look at whose lines are said to be billed by an
        invoice of somebody else, or of something else."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT line.order_id
                  FROM sale_order_line AS line
                  JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = line.id
                  JOIN account_move_line AS billed ON billed.id = rel.invoice_line_id
                  JOIN account_move AS move ON move.id = billed.move_id
                  JOIN sale_order ON sale_order.id = line.order_id
                  JOIN res_partner AS payer ON payer.id = move.partner_id
                  JOIN res_partner AS debtor
                    ON debtor.id = sale_order.partner_invoice_id
                  JOIN res_partner AS customer ON customer.id = sale_order.partner_id
                 WHERE sale_order.id = ANY(%s) AND sale_order.state = 'sale'
                   AND move.state != 'cancel'
                   AND (payer.commercial_partner_id NOT IN (
                            debtor.commercial_partner_id,
                            customer.commercial_partner_id)
                        OR NOT COALESCE(line.is_downpayment, FALSE)
                           AND billed.product_id IS DISTINCT FROM line.product_id)
                """,
                self.ids,
            )
        )
        model = self.env["ir.model"]._get_id(self._name)
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": order,
                    "activity_type_id": todo.id,
                    "automated": True,
                    "summary": self.env._(
                        "Somebody linked it by hand to an invoice of others: is it "
                        "billed?"
                    ),
                    "user_id": self.env.uid,
                }
                for (order,) in rows
            ]
        )
