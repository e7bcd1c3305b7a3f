from odoo import api, fields, models
from odoo.tools import format_list

from ..models.guard.ir_default import builds_on_base


class BaseModuleUninstall(models.TransientModel):
    """Who uninstalls an app is told which of its records nobody may delete: Odoo counts
    only those that people talk about."""

    _inherit = "base.module.uninstall"

    trade_lost = fields.Text(compute="_compute_trade_lost")

    @api.depends("module_ids")
    @api.depends_context("lang")
    def _compute_trade_lost(self):
        for wizard in self:
            lost = [
                self.env._("%(kind)s (%(count)s)", kind=model.name, count=count)
                for model in wizard._trade_models_kept().sorted("name")
                if (count := self._trade_count(model.model))
            ]
            wizard.trade_lost = bool(lost) and self.env._(
                "What is kept on record, for years perhaps, is deleted with the app, "
                "and cannot be brought back: %(records)s. Export it and its documents "
                "first.",
                records=format_list(self.env, lost),
            )

    def _trade_models_kept(self):
        """Return the models of this suite that go, are listed somewhere, and that
        nobody deletes. Of other apps no right says what is kept on record."""
        addons = list(filter(builds_on_base, self._get_modules().mapped("name")))
        going = self.env["ir.model.data"].sudo()._trade_only_of("ir.model", addons)
        rights = self.env["ir.model.access"].sudo()
        deleted = rights.search([("perm_unlink", "=", True)]).model_id
        windows = self.env["ir.actions.act_window"].sudo()
        listed = windows.search([("res_model", "in", going.mapped("model"))])
        return (going - deleted).filtered_domain(
            [("transient", "=", False), ("model", "in", listed.mapped("res_model"))]
        )

    def _trade_count(self, name):
        """Return how many records a model has, unless they are lines of others."""
        Model = self.env[name].sudo().with_context(active_test=False)
        is_line = any(
            field.type == "many2one" and field.required and field.ondelete == "cascade"
            for field in Model._fields.values()
        )
        return 0 if is_line or not Model._auto else Model.search_count([])
