from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from ...core.given import said
from ...sentences import Refusal, Sentence
from ..guard.ir_default import own_defaults
from ..waiting.trade_waiting import Wait

DECISION = {"state", "decided_by_id", "decided_on", "decision_note"}


class TradeApprovalMixin(models.AbstractModel):
    """A proposal that somebody else with authority for its amount decides on.

    A model that inherits this has an ``amount``, a ``currency_id`` and a
    ``company_id``, gives nobody write access (its own methods write, past access
    rights, after their checks) and says in ``_tiers`` who signs. It may go on after
    ``approved`` with further states of its own. A proposal whose reason ended lapses.
    """

    _name = "trade.approval.mixin"
    _description = "Proposal to Be Signed"
    _inherit = ["mail.activity.mixin", "trade.waiting"]
    _approval_managers = ""  # xml id of the group that decides where no tier does

    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("lapsed", "Lapsed"),
        ],
        default="proposed",
        required=True,
    )
    proposed_by_id = fields.Many2one("res.users", required=True)
    proposed_on = fields.Date(required=True)
    decided_by_id = fields.Many2one("res.users")
    decided_on = fields.Date()
    decision_note = Sentence("Why Not")
    may_decide = fields.Boolean(compute="_compute_may_decide")
    may_reject = fields.Boolean(compute="_compute_may_decide")
    waits_for = fields.Char(
        compute="_compute_waits_for", help="Those who may decide on it."
    )

    _decided = models.Constraint(
        "CHECK (state IN ('proposed', 'lapsed') OR decided_by_id IS NOT NULL)",
        "A decision carries the name of who took it.",
    )
    _four_eyes = models.Constraint(
        "CHECK (state IN ('proposed', 'rejected', 'lapsed')"
        " OR decided_by_id != proposed_by_id)",
        "Nobody approves what they proposed themselves.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "amount", "proposed_by_id", "company_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for record in self:
            may, state = not record._why_not_decide(), record.state
            own = record.proposed_by_id == self.env.user
            record.may_decide = may and state == "proposed"
            record.may_reject = (may or own) and state in ("proposed", "approved")

    @api.depends("state", "amount", "proposed_by_id", "company_id")
    def _compute_waits_for(self):
        [wait] = (each for each in self._waits() if each.code == "decide")
        for record in self:
            asked = record.sudo()
            able = asked.browse().proposed_by_id
            if asked.state == "proposed":
                able = asked._wait_able(wait) - asked.proposed_by_id
            record.waits_for = format_list(self.env, able.mapped("name"))

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
            if why := record.sudo()._whys_ended().get(record):
                raise Refusal(self.env, why)
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
        self._follow_waits()
        self._after_decision()

    def _lapse(self):
        """End what nobody decided on, or carried out, before its reason ended."""
        open_ones = self.filtered(lambda each: each.state in ("proposed", "approved"))
        ended = open_ones._whys_ended()
        for record, why in ended.items():
            record.write({"state": "lapsed", "decision_note": why})
        self.browse(record.id for record in ended)._follow_waits()
        for record in ended:
            record._after_lapse()

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

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        proposed = [("state", "=", "proposed")]
        managers = self._approval_managers
        return [
            *super()._waits(),
            Wait("decide", proposed, "proposed_on", managers),
        ]

    def _wait_able(self, wait):
        """Those of the lowest tier that is high enough; where no tier is entered, the
        managers."""
        if wait.code != "decide":
            return super()._wait_able(wait)
        tiers, company = self._tiers(), self.company_id
        if not tiers:
            return company._trade_able(self._approval_managers)
        covering = tiers._covers(self.amount)
        named = company._trade_people(covering.filtered("user_ids")[:1].user_ids)
        return named or company._trade_people(covering.group_id[:1].sudo().all_user_ids)

    def _wait_may(self, wait, user):
        """Who stands in decides where they have the authority themselves."""
        if wait.code != "decide":
            return super()._wait_may(wait, user)
        return user._trade_opens(self) and not self.with_user(user)._why_not_decide()

    def _wait_barred(self, wait):
        barred = super()._wait_barred(wait)
        return barred | self.proposed_by_id if wait.code == "decide" else barred

    def _wait_words(self, wait):
        if wait.code == "decide":
            return self.env._("Decide on it")
        return super()._wait_words(wait)

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

    def _whys_ended(self):
        """Return why there is nothing to decide on any more. Extend where the reason
        of a proposal may end before somebody decides.

        :return: {record: a sentence to keep, see :mod:`..sentences`}, without those of
            which there is
        """
        return {}

    def _after_lapse(self):
        """Do what follows when a proposal lapsed. Extend in each model."""

    def _after_decision(self):
        """Do what follows from a decision, as superuser: tell it, start what was
        waiting. Extend in each model."""
