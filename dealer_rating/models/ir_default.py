from odoo import models

from .res_partner_abc import GIVEN


def own_defaults(records, names):
    """Return what fields that nobody may give begin with: a client sends any context it
    likes, and anybody may keep defaults of his own for any field.

    :return: {name: value}, of the stored fields among ``names``
    """
    nothing, values = records.browse(), {}
    for name in names:
        field = records._fields[name]
        if field.type in ("one2many", "many2many"):
            values[name] = []
        elif field.store and not field.compute and name not in models.MAGIC_COLUMNS:
            values[name] = field.default(nothing) if field.default else False
    return values


class IrDefault(models.Model):
    """Defaults that people keep for themselves, out of what only methods write."""

    _inherit = "ir.default"

    def _get_model_defaults(self, model_name, condition=False):
        """Anybody may keep defaults of his own for any field. What a method stores in
        his name, past access rights, would begin with them."""
        model = self.env.registry.get(model_name)
        if self.env.su and model and model._original_module == "dealer_rating":
            return {}
        defaults = super()._get_model_defaults(model_name, condition)
        if model_name == "res.partner" and not GIVEN.isdisjoint(defaults):
            return {k: v for k, v in defaults.items() if k not in GIVEN}
        return defaults
