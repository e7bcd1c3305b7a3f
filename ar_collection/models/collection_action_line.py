from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionActionLine(models.Model):
    """An item as it stood when an action was about it. Each takes each stage once."""

    _name = "collection.action.line"
    _description = "Item of an Action"
    _order = "action_id, date_due, id"
    _rec_name = "number"

    action_id = fields.Many2one(
        "collection.action", required=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "collection.item", required=True, index=True, ondelete="restrict"
    )
    stage_id = fields.Many2one("collection.stage", ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("due", "Due"), ("skipped", "Skipped"), ("held_out", "Held out")],
        required=True,
    )
    number = fields.Char()
    date = fields.Date()
    date_due = fields.Date()
    days_late = fields.Integer()
    residual = fields.Monetary()

    _stage_unique = models.UniqueIndex(
        "(item_id, stage_id)", "An item takes each stage once."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was done on a case is a record that stays."))
