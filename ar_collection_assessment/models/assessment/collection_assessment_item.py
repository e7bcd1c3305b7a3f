from odoo import fields, models


class CollectionAssessmentItem(models.Model):
    """An item that a salesperson does not answer for, and why."""

    _name = "collection.assessment.item"
    _description = "Item Set Apart"
    _inherit = ["collection.ledger.record", "trade.card"]
    _order = "assessment_id, reason, date_due, id"
    _rec_name = "number"

    assessment_id = fields.Many2one(
        "collection.assessment", required=True, index=True, ondelete="cascade"
    )
    # Odoo replaces the lines of an invoice that is edited as a draft
    item_id = fields.Many2one("collection.item", index="btree_not_null")
    move_id = fields.Many2one(
        "account.move", "Invoice", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    number = fields.Char()
    date = fields.Date()
    date_due = fields.Date()
    reason = fields.Selection(
        [
            ("dispute", "In valid dispute"),
            ("inherited", "Inherited lately"),
            ("released", "Released over the objection"),
        ],
        required=True,
        help="Where there are several, the first of them.",
    )
    amount = fields.Monetary(
        "Open",
        help="At the end of the month, with unallocated payments and credit notes "
        "taken off the oldest items first.",
    )
    contracted = fields.Monetary("Fell Due", help="In the month.")
    collected = fields.Monetary(help="In the month.")
