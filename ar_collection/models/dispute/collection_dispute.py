from odoo import api, fields, models


class CollectionDispute(models.Model):
    """What a customer contests, and what came of it. Nobody edits it.

    ``collection.case._dispute`` raises one; a collector who did not raise it finds it
    valid or not (:meth:`_decide`); a valid one stops the days of its items until it is
    resolved (:meth:`_resolve`).
    """

    _name = "collection.dispute"
    _description = "Dispute"
    _inherit = ["record.seal.mixin", "trade.record"]
    _order = "raised_on desc, id desc"

    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_ids = fields.Many2many("collection.item", string="Items", required=True)
    amount = fields.Monetary("Disputed", required=True)
    reason_id = fields.Many2one("collection.reason", required=True, ondelete="restrict")
    description = fields.Text(help="What the customer says, in his words.")
    evidence_ids = fields.Many2many(
        "ir.attachment", help="Kept as it was when it was added."
    )
    state = fields.Selection(
        [
            ("open", "To be decided"),
            ("valid", "Valid"),
            ("invalid", "Not valid"),
            ("resolved", "Resolved"),
        ],
        default="open",
        required=True,
        help="A valid one stops the days of its items until it is resolved.",
    )
    raised_by_id = fields.Many2one("res.users", required=True)
    raised_on = fields.Date(required=True)
    judged_by_id = fields.Many2one("res.users", "Decided By")
    judged_on = fields.Date("Decided On")
    judgement = fields.Text("Decision")
    resolution = fields.Selection(
        [
            ("credit_note", "Credit note"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn by the customer"),
        ]
    )
    resolved_by_id = fields.Many2one("res.users")
    resolved_on = fields.Date()
    resolution_note = fields.Text("Outcome")
    credit_note_id = fields.Many2one("account.move", index="btree_not_null")

    _valid_idx = models.Index("(company_id) WHERE state = 'valid'")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A dispute is about more than nothing."
    )
    _judge_signed = models.Constraint(
        "CHECK (state NOT IN ('valid', 'invalid') OR judged_by_id IS NOT NULL)",
        "A decision carries the name of who took it.",
    )
    _four_eyes = models.Constraint(
        "CHECK (judged_by_id IS NULL OR judged_by_id != raised_by_id)",
        "Nobody decides on a dispute that he raised himself.",
    )
    _resolution_known = models.Constraint(
        "CHECK (state != 'resolved' OR resolution IS NOT NULL)",
        "A resolved dispute says how it was resolved.",
    )

    @api.depends("partner_id", "reason_id", "raised_on")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = (
                f"{dispute.partner_id.name}: {dispute.reason_id.name}"
            )
