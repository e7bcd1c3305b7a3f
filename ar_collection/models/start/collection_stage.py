from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import shipped

from ...statements import all_together

DUE = ("state", "=", "due")


class CollectionStage(models.Model):
    """Whom the next run says something of a stage to."""

    _inherit = "collection.stage"

    preview_customers = fields.Integer("Customers", compute="_compute_preview")
    preview_items = fields.Integer("Items", compute="_compute_preview")
    preview_amount = fields.Monetary("Amount", compute="_compute_preview")

    def _compute_preview(self):
        with all_together(self.env.cr):
            rows = self.env["collection.preview"]._read_group(
                [("contact_stage_id", "in", self.ids), DUE],
                ["contact_stage_id"],
                ["partner_id:count_distinct", "__count", "residual:sum"],
            )
        found = {stage.id: figures for stage, *figures in rows}
        for stage in self:
            figures = found.get(stage.id, (0, 0, 0))
            stage.preview_customers, stage.preview_items = figures[:2]
            stage.preview_amount = figures[2]

    @api.readonly
    def action_open_preview(self):
        """Show what of the next run customers get at this stage."""
        self.ensure_one()
        return shipped(
            self.env,
            "ar_collection.collection_preview_action",
            name=self.name,
            domain=[("contact_stage_id", "=", self.id), DUE],
            context={"search_default_group_customer": 1},
        )
