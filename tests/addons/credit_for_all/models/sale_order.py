from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._put_on_file()
        return orders

    def action_confirm(self):
        self._put_on_file()
        return super().action_confirm()

    def _put_on_file(self):
        for company, orders in self.grouped("company_id").items():
            orders.partner_invoice_id._put_on_file(company)
