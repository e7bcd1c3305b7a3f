from functools import cache

from odoo import models
from odoo.modules.module import Manifest

BASE = "trade_credit_base"


def own_defaults(records, names):
    """Return what fields that nobody may give begin with: a client sends any context it
    likes, and anybody may keep defaults of their own for any field.

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


@cache
def builds_on_base(addon):
    """Tell whether an addon is this one, or depends on it, directly or not."""
    if not addon:
        return False
    if addon == BASE:
        return True
    manifest = Manifest.for_addon(addon, display_warning=False)
    return bool(manifest) and any(map(builds_on_base, manifest["depends"]))


class IrDefault(models.Model):
    """Defaults that people keep for themselves, out of what only methods write."""

    _inherit = "ir.default"

    def _get_model_defaults(self, model_name, condition=False):
        """Anybody may keep defaults of their own for any field. What a method stores in
        their name, past access rights, would begin with them."""
        if self.env.su:
            model = self.env.registry.get(model_name)
            if model and builds_on_base(model._original_module):
                return {}
        return super()._get_model_defaults(model_name, condition)
