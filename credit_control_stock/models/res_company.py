from odoo import api, fields, models

from odoo.addons.credit_control.models.policy.res_company import MODES


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_delivery_mode = fields.Selection(
        MODES, string="Deliveries", default="observe", required=True
    )

    @api.model
    def _credit_checkpoint_modes(self):
        own = {"delivery": "credit_delivery_mode"}
        return super()._credit_checkpoint_modes() | own
