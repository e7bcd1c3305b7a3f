from odoo import api, fields, models


class CollectionMeasure(models.Model):
    """The ways from a measure to what it is about."""

    _inherit = "collection.measure"

    item_count = fields.Integer("Number of Items", compute="_compute_item_count")
    case_state = fields.Selection(related="case_id.state", string="State of the Case")

    @api.depends("item_ids")
    def _compute_item_count(self):
        for measure in self:
            measure.item_count = len(measure.item_ids)

    def action_open_case(self):
        """Show the case."""
        return self._open(self.case_id)

    def action_open_move(self):
        """Show the entry that wrote it off."""
        return self._open(self.move_id)

    def action_open_items(self):
        """Show the items that the measure is about."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "ar_collection.collection_item_action"
        )
        return {**action, "domain": [("id", "in", self.item_ids.ids)], "context": {}}

    def _open(self, record):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
