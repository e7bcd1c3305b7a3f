from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        mode = self.env["ir.config_parameter"].sudo().get_param("credit_for_all.mode")
        companies._be_strict(mode or "enforce")
        return companies

    def _be_strict(self, mode):
        """Control credit in one mode at all checkpoints."""
        names = ("credit_mode", *self._credit_checkpoint_modes().values())
        self.write(dict.fromkeys(names, mode))
