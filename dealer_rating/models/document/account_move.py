from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    """An invoice with the rating of its customer when it was first posted."""

    _name = "account.move"
    _inherit = ["account.move", "rating.document", "trade.shown"]

    _AGREED = ("posted",)
    _RATED_ONCE = True  # posted again, it is the same invoice

    def _rating_customer_sql(self, table):
        field = self._fields["commercial_partner_id"]
        return SQL("%s.commercial_partner_id", table, to_flush=field)

    def _rating_day_sql(self, table):
        return SQL("%s.invoice_date", table)

    def _rating_bears_sql(self, table):
        return SQL(
            "%s.move_type IN %s",
            table,
            tuple(self.get_sale_types(include_receipts=True)),
            to_flush=self._fields["move_type"],
        )
