from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import form_of


class CollectionProcedure(models.Model):
    """Where old items enter, chosen where the first run is looked at."""

    _inherit = "collection.procedure"

    entry_id = fields.Many2one(
        "collection.stage", "Backlog Stage", compute="_compute_entry_id"
    )

    @api.depends("entry_stage_id", "stage_ids.day", "stage_ids.letter_kind")
    def _compute_entry_id(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT procedure_id, stage_id FROM (%s) AS entry
                    WHERE procedure_id = ANY(%s)""",
                self._entry_sql(),
                self.ids,
            )
        )
        found = dict(rows)
        for procedure in self:
            procedure.entry_id = found.get(procedure.id)

    def action_choose_entry(self):
        """Ask at which stage old items enter."""
        view = self.env.ref("ar_collection.collection_procedure_view_form_entry")
        return form_of(
            self,
            name=self.env._("Backlog Starts At"),
            target="new",
            views=[(view.id, "form")],
        )
