from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.trade_credit_base.models.guard.trade_record import kept


class CollectionHandoverLine(models.Model):
    """A customer as it was handed over, with what it owed."""

    _name = "collection.handover.line"
    _description = "Customer Handed Over"
    _order = "handover_id, overdue desc, receivables desc, id"
    _rec_name = "partner_id"

    handover_id = fields.Many2one(
        "collection.handover", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one("collection.case", index="btree_not_null")
    to_id = fields.Many2one(related="handover_id.to_id", store=True)
    date = fields.Date(related="handover_id.date", store=True)
    state = fields.Selection(related="handover_id.state", store=True)
    receivables = fields.Monetary(
        help="Amount that the customer owed, credits taken off."
    )
    overdue = fields.Monetary()
    days_late = fields.Integer("Oldest Item (days late)", aggregator="max")
    item_count = fields.Integer("Open Items")
    stage_id = fields.Many2one("collection.stage", "Highest Stage")
    promise_count = fields.Integer("Open Promises")
    promised = fields.Monetary(
        help="Amount that the customer promised and has not paid yet."
    )
    promised_for = fields.Date(help="The first open promise is for this day.")
    dispute_count = fields.Integer("Open Disputes")
    disputed = fields.Monetary(help="Amount that the customer contests.")
    remarks = fields.Char(compute="_compute_remarks")

    _partner_unique = models.UniqueIndex(
        "(handover_id, partner_id)", "A customer is handed over once."
    )

    @api.depends("promise_count", "promised", "dispute_count", "disputed")
    def _compute_remarks(self):
        for line in self:
            line.remarks = " ".join(filter(None, line._remarks()))

    def _remarks(self):
        """:return: what the one who takes over has to know, sentence by sentence"""
        self.ensure_one()
        money = self.currency_id
        return [
            self.promise_count
            and self.env._(
                "Promised: %(amount)s by %(date)s.",
                amount=money.format(self.promised),
                date=format_date(self.env, self.promised_for),
            ),
            self.dispute_count
            and self.env._("Disputed: %(amount)s.", amount=money.format(self.disputed)),
        ]

    @kept
    def _unlink_except_draft(self):
        if any(line.handover_id.state != "draft" for line in self):
            raise UserError(self.env._("A confirmed hand-over cannot be deleted."))

    def action_leave_out(self):
        """Leave customers out of a hand-over that is not signed yet."""
        self.handover_id._check_draft()
        self.sudo().unlink()
        return True
