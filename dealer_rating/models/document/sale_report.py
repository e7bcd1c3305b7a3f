from odoo import models

from .rating_document import SHOWN


class SaleReport(models.Model):
    """Sales by the rating of the customer."""

    _name = "sale.report"
    _inherit = ["sale.report", "rating.columns"]

    def _select_additional_fields(self):
        found = super()._select_additional_fields()
        for name in SHOWN:
            expression = self.env["sale.order"]._shown_sql(name, "s")
            found[name] = self.env.cr.mogrify(expression).decode()
        return found
