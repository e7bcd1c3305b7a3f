from odoo import models


class SaleOrder(models.Model):
    """A membership that is sold gives no level where the rating gives it."""

    _inherit = "sale.order"

    def _add_partnership(self):
        rated = self.env["res.partner"]
        sold = self.filtered("assigned_grade_id")
        if sold:
            customers = sold.partner_id.commercial_partner_id
            rated = customers._rating_leading().partner_id
        led = sold.filtered(lambda each: each.partner_id.commercial_partner_id in rated)
        for order in led:
            order.message_post(
                body=self.env._(
                    "The level of %(customer)s follows the rating: this order does not "
                    "change it.",
                    customer=order.partner_id.commercial_partner_id.name,
                )
            )
        return super(SaleOrder, self - led)._add_partnership()
