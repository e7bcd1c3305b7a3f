from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.trade_credit_base.windows import shipped

from ...groups import COLLECTOR, require

COPIED = ("name", "type", "url", "raw", "mimetype")  # of evidence


class CollectionDispute(models.Model):
    """A claim that a customer contests, and its outcome. Nobody edits it.

    ``collection.case._dispute`` raises one; a collector who did not raise it finds it
    valid or not (:meth:`_decide`); a valid one stops the days of its items until it is
    resolved (:meth:`_resolve`).
    """

    _name = "collection.dispute"
    _description = "Dispute"
    _inherit = ["record.seal.mixin", "collection.case.record"]
    _order = "raised_on desc, id desc"

    case_id = fields.Many2one(required=True, index=True)
    item_ids = fields.Many2many("collection.item", string="Items", required=True)
    amount = fields.Monetary("Disputed", required=True)
    reason_id = fields.Many2one("collection.reason", required=True, ondelete="restrict")
    description = fields.Text(help="The customer's own words.")
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
        "CHECK (amount > 0)", "The disputed amount is above zero."
    )
    _judge_signed = models.Constraint(
        "CHECK (state NOT IN ('valid', 'invalid') OR judged_by_id IS NOT NULL)",
        "A decision carries the name of who took it.",
    )
    _four_eyes = models.Constraint(
        "CHECK (judged_by_id IS NULL OR judged_by_id != raised_by_id)",
        "Nobody decides on a dispute that they raised themselves.",
    )
    _resolution_known = models.Constraint(
        "CHECK (state != 'resolved' OR resolution IS NOT NULL)",
        "A resolved dispute says how it was resolved.",
    )

    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("partner_id", "reason_id", "raised_on")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = (
                f"{dispute.partner_id.name}: {dispute.reason_id.name}"
            )

    # === VERDICT === #

    def _compute_can_decide(self):
        collects = self.env.user.has_group(COLLECTOR)
        for dispute in self:
            dispute.can_decide = collects and dispute.raised_by_id != self.env.user

    # === ACTION METHODS === #

    def action_decide(self):
        """Return the dialog that decides on this dispute or resolves it.

        :rtype: dict
        """
        self.ensure_one()
        xml_id = "ar_collection.collection_dispute_resolve_action"
        return shipped(self.env, xml_id, context={"default_dispute_id": self.id})

    def action_withdraw(self):
        """Enter that the customer withdrew a dispute that this user had raised.

        :raises AccessError: if somebody else raised it and the user is no collector
        """
        for dispute in self:
            dispute._resolve("withdrawn")
        return True

    # === BUSINESS METHODS === #

    def _decide(self, valid, note=None):
        """Find a dispute valid or not: the one way. A valid one stops its items.

        :param bool valid: is the customer right to hold the money back?
        :param str note: why
        :raises AccessError: if the user is no collector, or raised it
        :raises UserError: if it is decided already
        """
        self.ensure_one()
        self._check_may_decide()
        self._take_turns()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "This dispute is decided already. Resolve it, or raise a new one "
                    "on the case if something new is known."
                )
            )
        self._settle(
            {
                "state": "valid" if valid else "invalid",
                "judged_by_id": self.env.uid,
                "judged_on": self.company_id._trade_day(),
                "judgement": note,
            }
        )

    def _resolve(self, resolution, credit_note=None, note=None):
        """End a dispute: the one way. Its items go on where they stood.

        :param str resolution: ``credit_note``, ``rejected`` or ``withdrawn``
        :param credit_note: the posted account.move, for ``credit_note``
        :param str note: what was agreed
        :raises AccessError: if the user is no collector or raised it; the user who
            raised it may enter that it was withdrawn
        :raises UserError: if it cannot be resolved so, with what to do first
        """
        self.ensure_one()
        withdrawn = resolution == "withdrawn"
        if not withdrawn or self.sudo().raised_by_id != self.env.user:
            self._check_may_decide(own=withdrawn)
        self._take_turns()
        if self.state not in ("open", "valid"):
            raise UserError(self.env._("This dispute is closed. Raise a new one."))
        if self.state == "open" and not withdrawn:
            raise UserError(self.env._("Decide first whether the dispute is valid."))
        if resolution == "credit_note":
            self._check_credit_note(credit_note)
        self._settle(
            {
                "state": "resolved",
                "resolution": resolution,
                "resolved_by_id": self.env.uid,
                "resolved_on": self.company_id._trade_day(),
                "resolution_note": note,
                "credit_note_id": credit_note.id
                if resolution == "credit_note"
                else False,
            }
        )

    def _check_may_decide(self, own=False):
        """Refuse users who may not decide on these disputes.

        :param bool own: whether it may be the user's own
        :raises AccessError:
        """
        why = self.env._("Only collectors decide on disputes. Ask one of them.")
        require(self.env, COLLECTOR, why)
        if not self.env.su:
            self.check_access("read")
        if not own and self.env.user in self.sudo().raised_by_id:
            raise AccessError(
                self.env._(
                    "You raised this dispute yourself. Ask another collector to decide."
                )
            )

    def _check_credit_note(self, credit_note):
        """:raises UserError: if this is no posted credit note of the customer"""
        move = credit_note and credit_note.sudo()
        if not (
            move
            and move.move_type == "out_refund"
            and move.state == "posted"
            and move.commercial_partner_id == self.partner_id
            and move.company_id.root_id == self.company_id
        ):
            raise UserError(
                self.env._(
                    "Post a credit note for %(customer)s first, then choose it here.",
                    customer=self.partner_id.name,
                )
            )

    def _take_turns(self):
        self.sudo().case_id._take_turns()
        self.invalidate_recordset()

    def _settle(self, values):
        """Write a decision, and let the items stop or go on at once."""
        dispute = self.sudo()
        dispute.write(values)
        company = dispute.company_id
        dispute.env["collection.item"]._update_pauses(
            company, company._trade_day(), dispute.item_ids
        )
        dispute.case_id._follow_waits("dispute")

    def _copied(self, evidence):
        """Return copies of attachments that belong to this dispute.

        Copies, so that nobody changes evidence by changing its source, and nobody gets
        to read what they could not read before.

        :param evidence: ir.attachment records with the rights of the user
        :raises AccessError: if the user may not read one
        """
        evidence.check_access("read")
        return self.env["ir.attachment"].create(
            [
                {name: each[name] for name in COPIED}
                | {"res_model": self._name, "res_id": self.id}
                for each in evidence.sudo()
            ]
        )
