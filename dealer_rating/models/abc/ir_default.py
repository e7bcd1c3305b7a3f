from odoo import models

from .res_partner import GIVEN


class IrDefault(models.Model):
    """Defaults that people keep for themselves, out of a customer's class."""

    _inherit = "ir.default"

    def _get_model_defaults(self, model_name, condition=False):
        """Nobody's own default gives a new contact a class: only classifying does."""
        defaults = super()._get_model_defaults(model_name, condition)
        if model_name == "res.partner" and not GIVEN.isdisjoint(defaults):
            return {k: v for k, v in defaults.items() if k not in GIVEN}
        return defaults
