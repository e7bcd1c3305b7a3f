from odoo import models
from odoo.fields import Domain

from .ir_default import builds_on_base


class IrRule(models.Model):
    """A dialog of this suite is for who opened it: nobody else reads what it says, or
    writes what is done in their name."""

    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if self.env.su or not (
            model._transient and builds_on_base(model._original_module)
        ):
            return domain
        return domain & Domain("create_uid", "=", self.env.uid)
