from odoo import api, models
from odoo.tools import SQL

from .sale_order import SLACK


class AccountMove(models.Model):
    """An invoice beside what the grade of its customer gives."""

    _inherit = "account.move"

    _CREDIT_TERM = "invoice_payment_term_id"

    @api.depends(
        "invoice_payment_term_id",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.discount",
        "invoice_line_ids.quantity",
    )
    def _compute_credit_given(self):
        return super()._compute_credit_given()

    def _credit_below_sql(self, table, given):
        """A line from an order is compared with the price that the order's line has by
        the grade's list, if the same customer ordered; of another line only the
        discount is known to be none of the list's."""
        Line = self.env["account.move.line"]
        return SQL(
            """CASE WHEN %(given)s IS NOT NULL AND %(table)s.move_type != 'out_refund'
               THEN (
               SELECT SUM((priced.list - priced.net) * priced.quantity)
                 FROM (SELECT CASE WHEN ordered.is_so THEN ordered.list
                                   ELSE line.price_unit END AS list,
                              line.price_unit * (1 - COALESCE(line.discount, 0) / 100)
                              AS net, line.quantity
                         FROM account_move_line AS line
                        CROSS JOIN LATERAL (%(ordered)s) AS ordered
                        WHERE line.move_id = %(table)s.id
                          AND line.display_type = 'product') AS priced
                WHERE priced.list - priced.net > %(slack)s * priced.list) END""",
            given=given,
            table=table,
            slack=SLACK,
            ordered=self._credit_ordered_sql(table),
            to_flush=[
                Line._fields[name]
                for name in ("price_unit", "discount", "quantity", "display_type")
            ],
        )

    def _credit_ordered_sql(self, table):
        Sold = self.env["sale.order.line"]
        return SQL(
            """SELECT COUNT(*) > 0 AS is_so,
                      MAX(sold.credit_list_price) FILTER (
                          WHERE buyer.commercial_partner_id
                                = %s.commercial_partner_id
                            AND NOT %s) AS list
                 FROM sale_order_line_invoice_rel AS link
                 JOIN sale_order_line AS sold ON sold.id = link.order_line_id
                 JOIN sale_order AS source ON source.id = sold.order_id
                 JOIN res_partner AS buyer ON buyer.id = source.partner_id
                WHERE link.invoice_line_id = line.id""",
            table,
            Sold._credit_reinvoiced_sql(SQL("sold")),
            to_flush=Sold._fields["credit_list_price"],
        )
