from odoo import fields, models

from .sale_order import EVERYBODY, OUTCOMES


class SaleReport(models.Model):
    """Sales by what credit decided on the orders."""

    _name = "sale.report"
    _inherit = ["sale.report", "credit.told"]
    _credit_told = ("credit_outcome",)

    credit_outcome = fields.Selection(OUTCOMES, readonly=True, groups=EVERYBODY)

    def _select_additional_fields(self):
        found = super()._select_additional_fields()
        expression = self.env["sale.order"]._shown_sql("credit_outcome", "s")
        found["credit_outcome"] = self.env.cr.mogrify(expression).decode()
        return found
