from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...core.given import said
from ..guard.ir_default import own_defaults

DECISION = {"state", "decided_by_id", "decided_on", "decision_note"}


class TradeApprovalMixin(models.AbstractModel):
    """A proposal that somebody else with authority for its amount decides on.

    A model that inherits this has an ``amount``, a ``currency_id`` and a
    ``company_id``, gives nobody write access (its own methods write, past access
    rights, after their checks) and says in ``_tiers`` who signs. It may go on after
    ``approved`` with further states of its own.
    """

    _name = "trade.approval.mixin"
    _description = "Proposal to Be Signed"
    _inherit = ["mail.activity.mixin"]

    state = fields.Selection(
        [("proposed", "Proposed"), ("approved", "Approved"), ("rejected", "Rejected")],
        default="proposed",
        required=True,
    )
    proposed_by_id = fields.Many2one("res.users", required=True)
    proposed_on = fields.Date(required=True)
    decided_by_id = fields.Many2one("res.users")
    decided_on = fields.Date()
    decision_note = fields.Text("Why Not")
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _decided = models.Constraint(
        "CHECK (state = 'proposed' OR decided_by_id IS NOT NULL)",
        "A decision carries the name of who took it.",
    )
    _four_eyes = models.Constraint(
        "CHECK (state IN ('proposed', 'rejected') OR decided_by_id != proposed_by_id)",
        "Nobody approves what they proposed themselves.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "amount", "proposed_by_id", "company_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for record in self:
            record.may_decide = (
                record.state == "proposed" and not record._why_not_decide()
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # No default that a client sends along decides anything
        given = own_defaults(self, DECISION)
        return super().create([given | vals for vals in vals_list])

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve what is proposed, in the name of the current user.

        :raises AccessError: if the user proposed one, or has no authority for it
        """
        self.check_access("read")
        for record in self.filtered(lambda each: each.state == "proposed"):
            if why := record._why_not_decide():
                raise AccessError(why)
            record.sudo()._decide("approved")
        return True

    # === BUSINESS METHODS === #

    def _reject(self, note):
        """Reject what is not done yet; who proposed it withdraws it so.

        :param str note: why
        :raises AccessError: if the user neither may decide on it nor proposed it
        :raises UserError: if it is done or rejected already, or the note is empty
        """
        self.ensure_one()
        self.check_access("read")
        if self.state not in ("proposed", "approved"):
            raise UserError(
                self.env._(
                    "%(record)s is decided and done already.", record=self.display_name
                )
            )
        why = self._why_not_decide()
        if why and self.env.user != self.proposed_by_id:
            raise AccessError(why)
        if not said(note):
            raise UserError(
                self.env._(
                    "Write down why %(record)s is rejected.", record=self.display_name
                )
            )
        self.sudo()._decide("rejected", note)

    def _decide(self, state, note=False):
        """Sign: write the decision and what follows from it. The caller has checked.

        :param str state: approved or rejected
        """
        self.ensure_one()
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": self.company_id._trade_day(),
                "decision_note": note,
            }
        )
        self.activity_ids.action_feedback()
        self._after_decision()

    def _why_not_decide(self):
        """Return why the user may not decide on this. Extend to ask for more.

        Where a company entered no tier, ``_decides_without_tiers`` says who has it.

        :return: a sentence, or False if the user may
        :rtype: str | bool
        """
        self.ensure_one()
        if self.env.user == self.proposed_by_id:
            return self.env._(
                "Nobody decides on what they proposed themselves. Ask a colleague with "
                "authority for %(record)s.",
                record=self.display_name,
            )
        tiers = self._tiers()
        if tiers:
            may = tiers._covers(self.amount)._names(self.env.user)
        else:
            may = self._decides_without_tiers()
        return not may and self.env._(
            "You have no authority for %(record)s over %(amount)s. Ask a colleague who "
            "has it by the configuration.",
            record=self.display_name,
            amount=self.currency_id.format(self.amount),
        )

    def _ask_deciders(self):
        """Ask those named in the lowest tier that is high enough."""
        for record in self:
            covering = record._tiers()._covers(record.amount)
            named = covering.filtered("user_ids")[:1].user_ids
            for user in named.filtered("active") - record.proposed_by_id:
                record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=record.with_context(lang=user.lang).env._("Decide on it"),
                    user_id=user.id,
                )

    # === HOOKS === #

    def _tiers(self):
        """Return the tiers of authority for this record, the lowest first.
        Each model says it.

        :return: records of a model that inherits ``trade.approval.tier``
        """
        raise NotImplementedError

    def _decides_without_tiers(self):
        """Tell whether the user may decide where no tier is entered. Extend to name
        a group."""
        return False

    def _after_decision(self):
        """Do what follows from a decision, as superuser: tell it, start what was
        waiting. Extend in each model."""
