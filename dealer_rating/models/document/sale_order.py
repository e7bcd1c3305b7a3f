from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """An order with the rating of its customer when it was confirmed."""

    _name = "sale.order"
    _inherit = ["sale.order", "rating.document", "trade.shown"]

    _AGREED = ("sale",)

    def _rating_customer_sql(self, table):
        return SQL(
            "(SELECT buyer.commercial_partner_id FROM res_partner AS buyer"
            " WHERE buyer.id = %s.partner_id)",
            table,
            to_flush=[
                self._fields["partner_id"],
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )

    def _rating_day_sql(self, table):
        return self._rating_local_sql(table, SQL("%s.date_order", table))
