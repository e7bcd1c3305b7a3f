from odoo import fields, models
from odoo.tools import SQL


class CollectionActionLine(models.Model):
    """An item as it stood when an action was about it. Each takes each stage once."""

    _name = "collection.action.line"
    _description = "Item of an Action"
    _inherit = ["trade.record"]
    _order = "action_id, date_due, id"
    _rec_name = "number"
    # Its action says when and by whom. A run writes more of these rows than of any
    # other, and PostgreSQL looks up whatever one of them names.
    _log_access = False

    action_id = fields.Many2one(
        "collection.action", required=True, index=True, ondelete="restrict"
    )
    # The index below begins with it
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict")
    stage_id = fields.Many2one("collection.stage", ondelete="restrict")
    company_id = fields.Many2one(related="action_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("due", "Due"),
            ("skipped", "Skipped"),
            ("held_out", "Held out"),
            ("dropped", "Not said after all"),
        ],
        required=True,
        help="Not said after all: paid or on hold before that. The step is taken when "
        "it is owed again.",
    )
    number = fields.Char()
    date = fields.Date()
    date_due = fields.Date()
    days_late = fields.Integer()
    residual = fields.Monetary()

    _stage_unique = models.UniqueIndex(
        "(item_id, stage_id) WHERE state != 'dropped'", "An item takes each stage once."
    )

    # === BUSINESS METHODS === #

    def _set_state(self, state):
        """Write the state of these lines: the one thing of them that changes."""
        self.sudo().write({"state": state})

    def _mark_again(self):
        """Let the items and cases of these lines bear the stage that they did reach."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item AS item
                   SET (stage_id, stage_on) = (
                       SELECT line.stage_id, action.date
                         FROM collection_action_line AS line
                         JOIN collection_action AS action ON action.id = line.action_id
                         JOIN collection_stage AS stage ON stage.id = line.stage_id
                        WHERE line.item_id = item.id AND line.state = 'due'
                        ORDER BY stage.day DESC, action.date DESC LIMIT 1)
                 WHERE item.id = ANY(%s)
                """,
                self.item_id.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case AS own
                   SET stage_id = (
                       SELECT action.stage_id
                         FROM collection_action AS action
                         JOIN collection_stage AS stage ON stage.id = action.stage_id
                        WHERE action.case_id = own.id
                          AND action.state NOT IN ('settled', 'held_out')
                        ORDER BY stage.day DESC LIMIT 1)
                 WHERE own.id = ANY(%s)
                """,
                self.action_id.case_id.ids,
            )
        )
        self.item_id.invalidate_recordset(["stage_id", "stage_on"])
        self.action_id.case_id.invalidate_recordset(["stage_id"])
