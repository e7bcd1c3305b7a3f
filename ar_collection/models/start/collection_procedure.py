from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import form_of


class CollectionProcedure(models.Model):
    """Where old items enter, chosen where the first run is looked at."""

    _inherit = "collection.procedure"

    entry_id = fields.Many2one(
        "collection.stage", "Where Old Items Enter", compute="_compute_entry_id"
    )

    @api.depends("entry_stage_id", "stage_ids.day", "stage_ids.letter_kind")
    def _compute_entry_id(self):
        """Name the stage that is chosen, or the first notice."""
        for procedure in self:
            notices = procedure.stage_ids.filtered(
                lambda stage: stage.letter_kind == "notice"
            )
            procedure.entry_id = (
                procedure.entry_stage_id or notices.sorted(lambda stage: stage.day)[:1]
            )

    def action_choose_entry(self):
        """Ask at which stage old items enter."""
        view = self.env.ref("ar_collection.collection_procedure_view_form_entry")
        return form_of(
            self,
            name=self.env._("Old Items Enter At"),
            target="new",
            views=[(view.id, "form")],
        )
