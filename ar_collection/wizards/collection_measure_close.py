from odoo import fields, models


class CollectionMeasureClose(models.TransientModel):
    """Say why a measure is rejected, or how it ended."""

    _name = "collection.measure.close"
    _description = "Close a Measure"

    measure_id = fields.Many2one("collection.measure", required=True)
    step = fields.Selection(
        [("reject", "Rejected"), ("end", "Ended")], required=True, readonly=True
    )
    note = fields.Text(required=True)

    def action_close(self):
        """Reject or end the measure; it checks who may."""
        self.ensure_one()
        if self.step == "reject":
            self.measure_id._reject(self.note)
        else:
            self.measure_id._end(self.note)
        return True
