from odoo import api, models
from odoo.tools import sql

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .ir_default import builds_on_base


class IrModelData(models.Model):
    """Addons that build on this one leave nothing behind when they are uninstalled."""

    _inherit = "ir.model.data"

    @api.model
    def _module_data_uninstall(self, modules_to_remove):
        """Odoo deletes what addons ship record by record, before their tables, and
        keeps what is referred to: in a database that was used, most of it.
        """
        going = [name for name in modules_to_remove if builds_on_base(name)]
        if going:
            self._trade_let_go(going)
        return super()._module_data_uninstall(modules_to_remove)

    def _trade_let_go(self, addons):
        """Let nothing that goes away with addons hold what they ship."""
        models_gone = set(self._trade_only_of("ir.model", addons).mapped("model"))
        for field in self._trade_only_of("ir.model.fields", addons):
            if field.on_delete == "restrict" and field.store:
                self._trade_loosen(field, field.model in models_gone)
        types = self._trade_only_of("mail.activity.type", addons)
        passing = {"active_test": False, MODULE_UNINSTALL_FLAG: True}
        activities = self.env["mail.activity"].with_context(**passing)
        activities.search([("activity_type_id", "in", types.ids)]).unlink()

    def _trade_loosen(self, field, with_model):
        """Let rows follow what a field names; empty it where its model stays.

        :param field: an ``ir.model.fields``
        :param bool with_model: whether the model goes away as well
        """
        table, comodel = self.env[field.model]._table, self.env[field.relation]
        if sql.table_kind(self.env.cr, table) == sql.TableKind.Regular:
            ondelete = "cascade" if with_model else "set null"
            if field.required and not with_model:
                sql.drop_not_null(self.env.cr, table, field.name)
            columns = table, field.name, comodel._table, "id"
            sql.fix_foreign_key(self.env.cr, *columns, ondelete)

    def _trade_only_of(self, model, addons):
        """Return the records of a model that addons ship and no other does.

        :rtype: odoo.models.Model
        """
        shipped = self.search([("model", "=", model), ("module", "in", addons)])
        others = self.search(
            [
                ("model", "=", model),
                ("res_id", "in", shipped.mapped("res_id")),
                ("module", "not in", addons),
            ]
        )
        numbers = set(shipped.mapped("res_id")) - set(others.mapped("res_id"))
        return self.env[model].browse(numbers).exists()
