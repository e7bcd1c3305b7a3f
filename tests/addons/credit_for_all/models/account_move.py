from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        for company, moves in self.grouped("company_id").items():
            sales = moves.filtered(lambda move: move.is_sale_document())
            sales.partner_id._put_on_file(company)
        return super()._post(soft)
