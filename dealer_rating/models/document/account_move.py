from odoo import models
from odoo.tools import SQL

from .rating_document import KEPT_ON


class AccountMove(models.Model):
    """An invoice with the rating of its customer when it was first posted."""

    _name = "account.move"
    _inherit = ["account.move", "rating.document", "trade.shown"]

    _AGREED = ("posted",)

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            # Another customer's rating was kept while it was posted before
            drafts = self.filtered(
                lambda move: move.posted_before and move.state == "draft"
            )
            drafts.sudo()[KEPT_ON] = False
        return result

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

    def _rating_again_sql(self, table):
        """An invoice that is posted again keeps the rating of the first time."""
        field = self._fields[KEPT_ON]
        return SQL("%s.rating_kept_on IS NULL", table, to_flush=field)
