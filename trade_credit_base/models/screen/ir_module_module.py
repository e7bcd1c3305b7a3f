from odoo import api, models
from odoo.tools import SQL


class IrModuleModule(models.Model):
    """Labels of selections that a model takes over from an abstract one."""

    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Translate what the models of these addons take over, too.

        A choice is a term of the addon that wrote it down, for each model that has it.
        Its catalog was read before the model of another addon was there.
        """
        loaded = super()._load_module_terms(modules, langs, overwrite=overwrite)
        self.env.cr.execute(
            SQL(
                """
                UPDATE ir_model_fields_selection AS choice
                   SET name = said.name || choice.name
                  FROM (
                       SELECT DISTINCT ON (mute.id) mute.id, other.name
                         FROM ir_model_fields_selection AS mute
                         JOIN ir_model_fields AS field ON field.id = mute.field_id
                         JOIN ir_model_data AS data
                           ON data.model = 'ir.model.fields'
                          AND data.res_id = field.id
                         JOIN ir_model_fields AS same ON same.name = field.name
                         JOIN ir_model_fields_selection AS other
                           ON other.field_id = same.id
                          AND other.value = mute.value
                          AND other.name->>'en_US' = mute.name->>'en_US'
                        WHERE data.module = ANY(%(modules)s)
                          AND NOT mute.name ?& %(langs)s
                          AND other.name ?& %(langs)s
                     ORDER BY mute.id, other.id
                       ) AS said
                 WHERE said.id = choice.id
                """,
                langs=list(langs),
                modules=list(modules),
            )
        )
        self.env["ir.model.fields.selection"].invalidate_model(["name"])
        self.env.registry.clear_cache("stable")
        return loaded
