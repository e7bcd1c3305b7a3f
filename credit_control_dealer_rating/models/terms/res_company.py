from odoo import api, models


class ResCompany(models.Model):
    """A branch that is opened later: dealers have there what a rating set at home."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if branches := companies.filtered("parent_id"):
            self.env["credit.terms.change"].sudo()._extend_to(branches)
        return companies
