from odoo import fields, models

from ...statements import leave_room


class CollectionItem(models.Model):
    """One receivable line: an instalment of an invoice is an item of its own."""

    _name = "collection.item"
    _description = "Item to Collect"
    _inherit = ["trade.record"]
    _order = "date_due, id"
    _rec_name = "number"

    # Odoo replaces the lines of an invoice that is edited as a draft: nothing here may
    # stand in the way of that. Without its line an item is closed.
    line_id = fields.Many2one("account.move.line", ondelete="set null")
    move_id = fields.Many2one("account.move", index=True)
    number = fields.Char()
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date()
    date_due = fields.Date(required=True, index=True)
    case_id = fields.Many2one("collection.case", index="btree_not_null")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True
    )
    residual = fields.Monetary(
        help="As of the last run, with unallocated payments and credit notes taken off "
        "the oldest items first."
    )
    no_followup = fields.Boolean(
        "Not Chased",
        help="The invoice is marked as left out of follow-ups, or as blocked: it is "
        "owed, and nobody asks for it.",
    )
    stage_id = fields.Many2one("collection.stage", "Stage Reached")
    stage_on = fields.Date("Reached On")
    first_seen = fields.Date(required=True)
    paused_days = fields.Integer(help="Days that a promise or a dispute stopped.")
    paused_since = fields.Date()

    _line_unique = models.UniqueIndex("(line_id)", "Each receivable line is one item.")
    _open_idx = models.Index("(company_id, partner_id, date_due) WHERE state = 'open'")

    def init(self):
        leave_room(self.env.cr, self._table)  # each run writes on what took a step
        return super().init()

    # === BUSINESS METHODS === #

    def _taken_back(self, moves):
        """Close the items of entries that are set back to draft, and say so on their
        cases: what was said to the customer about them happened.

        :param moves: account.move records
        """
        items = self.search([("move_id", "in", moves.ids), ("state", "=", "open")])
        for item in items.filtered("case_id"):
            item.case_id.message_post(
                body=self.env._(
                    "%(number)s was set back to draft by %(user)s; it had reached "
                    "“%(stage)s”.",
                    number=item.number,
                    user=self.env.user.name,
                    stage=item.stage_id.name or self.env._("no stage"),
                )
            )
        items.write({"state": "closed", "residual": 0})
