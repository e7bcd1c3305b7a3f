from odoo import fields, models

from odoo.addons.trade_credit_base.windows import chosen


class CollectionLeaveOut(models.TransientModel):
    """Leave customers out of the next run, with the reason."""

    _name = "collection.leave.out"
    _description = "Leave Out of the Next Run"

    reason = fields.Char(required=True)

    def action_leave_out(self):
        """Leave out the customers of the rows that the dialog was opened from."""
        self.ensure_one()
        chosen(self.env["collection.preview"])._leave_out(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
