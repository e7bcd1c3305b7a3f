from odoo import api, fields, models
from odoo.tools import format_list


class BaseModuleUninstall(models.TransientModel):
    """Who uninstalls an app is told which of its records nobody may delete."""

    _inherit = "base.module.uninstall"

    trade_lost = fields.Text(compute="_compute_trade_lost")

    @api.depends("model_ids")
    @api.depends_context("lang")
    def _compute_trade_lost(self):
        for wizard in self:
            lost = [
                self.env._("%(kind)s (%(count)s)", kind=model.name, count=count)
                for model in wizard.model_ids
                if (count := self._trade_kept(model.model))
            ]
            wizard.trade_lost = lost and self.env._(
                "What is kept on record, for years perhaps, is deleted with the app, "
                "and cannot be brought back: %(records)s. Export it and its documents "
                "first.",
                records=format_list(self.env, lost),
            )

    def _trade_kept(self, name):
        """Return how many records of a model there are, if nobody may delete them and
        they are no lines of others."""
        Model = self.env.get(name)
        if Model is None or Model._abstract or not Model._auto:
            return 0
        lines = self.env["ir.model.access"].sudo()
        if lines.search_count(
            [("model_id.model", "=", name), ("perm_unlink", "=", True)]
        ):
            return 0
        if any(
            field.type == "many2one" and field.required and field.ondelete == "cascade"
            for field in Model._fields.values()
        ):
            return 0
        return Model.sudo().with_context(active_test=False).search_count([])
