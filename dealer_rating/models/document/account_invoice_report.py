from odoo import api, models
from odoo.tools import SQL

from .rating_document import SHOWN


class AccountInvoiceReport(models.Model):
    """Invoices by the rating of the customer."""

    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "rating.columns"]

    @api.model
    def _select(self):
        Move = self.env["account.move"]
        columns = [
            SQL(", %s AS %s", Move._shown_sql(name, "move"), SQL.identifier(name))
            for name in SHOWN
        ]
        return SQL("%s" * (1 + len(columns)), super()._select(), *columns)
