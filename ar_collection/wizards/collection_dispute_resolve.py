from odoo import api, fields, models
from odoo.exceptions import UserError

VERDICTS = ("valid", "invalid")


class CollectionDisputeResolve(models.TransientModel):
    """Decides on a dispute, or resolves one found valid."""

    _name = "collection.dispute.resolve"
    _description = "Decide on a Dispute"

    dispute_id = fields.Many2one("collection.dispute", required=True, readonly=True)
    state = fields.Selection(related="dispute_id.state")
    partner_id = fields.Many2one(related="dispute_id.partner_id")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(related="dispute_id.amount")
    description = fields.Text(related="dispute_id.description")
    verdict = fields.Selection(
        [
            ("valid", "Valid: stop the days of its items"),
            ("invalid", "Not valid: go on collecting"),
            ("withdrawn", "Withdrawn by the customer"),
        ],
        "Decision",
    )
    resolution = fields.Selection(
        [
            ("credit_note", "A credit note settles it"),
            ("rejected", "Rejected: the customer has to pay"),
            ("withdrawn", "Withdrawn by the customer"),
        ]
    )
    credit_note = fields.Char(
        "Credit Note Number",
        compute="_compute_credit_note",
        store=True,
        readonly=False,
        help="Number of the posted credit note.",
    )
    note = fields.Text(help="Reason, and what was agreed.")

    @api.depends("dispute_id")
    def _compute_credit_note(self):
        """Propose the credit note of the disputed invoices, or the customer's last."""
        for wizard in self:
            dispute = wizard.dispute_id
            since = [("date", ">=", dispute.raised_on)]
            notes = wizard._credit_notes(since) if dispute else dispute.credit_note_id
            invoices = dispute.sudo().item_ids.move_id
            own = notes.filtered(lambda m, i=invoices: m.reversed_entry_id in i)
            wizard.credit_note = (own or notes)[:1].name

    # === ACTION METHODS === #

    def action_decide(self):
        """Decide or resolve, as chosen.

        :raises UserError: if nothing is chosen, or as the methods of the dispute
        """
        self.ensure_one()
        chosen = self.verdict if self.state == "open" else self.resolution
        if not chosen:
            raise UserError(self.env._("Choose what is decided."))
        if chosen in VERDICTS:
            self.dispute_id._decide(chosen == "valid", self.note)
        else:
            self.dispute_id._resolve(chosen, self._credit_note(), self.note)
        return {"type": "ir.actions.act_window_close"}

    def _credit_note(self):
        """:return: the account.move of the number that was entered, or none"""
        if not self.credit_note:
            return self.env["account.move"]
        return self._credit_notes([("name", "=", self.credit_note.strip())])[:1]

    def _credit_notes(self, domain):
        """Return posted credit notes of the customer, the last one first.

        With superuser rights, since collectors need not have any to the ledger: of what
        is found only the number is shown.
        """
        dispute = self.dispute_id
        posted = [
            ("move_type", "=", "out_refund"),
            ("state", "=", "posted"),
            ("commercial_partner_id", "=", dispute.partner_id.id),
            ("company_id", "child_of", dispute.company_id.id),
        ]
        moves = self.env["account.move"].sudo()
        return moves.search([*posted, *domain], order="date desc, id desc")
