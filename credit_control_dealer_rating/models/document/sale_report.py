from odoo import fields, models

from .rating_document import EASE, READERS


class SaleReport(models.Model):
    """Sales by whether their payment terms are easier than those of the grade."""

    _inherit = "sale.report"

    credit_terms_ease = fields.Selection(
        EASE, "Payment Term Is", readonly=True, groups=READERS
    )

    def _select_additional_fields(self):
        found = super()._select_additional_fields()
        expression = self.env["sale.order"]._shown_sql("credit_terms_ease", "s")
        found["credit_terms_ease"] = self.env.cr.mogrify(expression).decode()
        return found
