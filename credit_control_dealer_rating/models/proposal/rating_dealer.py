from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.groups import USER
from odoo.addons.trade_credit_base.windows import form_of, shipped


class RatingDealer(models.Model):
    """Limit and terms that the grade gives, and the limit that waits to be approved."""

    _inherit = "rating.dealer"

    credit_file_id = fields.Many2one(
        "credit.file", compute="_compute_credit_file", groups=USER
    )
    credit_has_limit = fields.Boolean(compute="_compute_credit_file", groups=USER)
    credit_limit_amount = fields.Monetary(
        "Limit in Force", compute="_compute_credit_file", groups=USER
    )
    credit_terms_id = fields.Many2one(
        "credit.grade.terms", compute="_compute_credit_terms", groups=USER
    )
    credit_worthy = fields.Boolean(
        "Creditworthy", compute="_compute_credit_terms", groups=USER
    )
    credit_rate = fields.Float(
        "Credit-Sale Rate (%)",
        digits=(16, 2),
        compute="_compute_credit_terms",
        groups=USER,
    )
    credit_cap = fields.Monetary(
        "Highest Limit", compute="_compute_credit_terms", groups=USER
    )
    credit_deposit = fields.Float(
        "Deposit (%)", digits=(16, 2), compute="_compute_credit_terms", groups=USER
    )
    credit_deposit_asked = fields.Monetary(
        "Deposit Asked", compute="_compute_credit_deposit", groups=USER
    )
    credit_deposit_received = fields.Monetary(
        "Deposit Received", compute="_compute_credit_deposit", groups=USER
    )
    credit_deposit_missing = fields.Monetary(
        "Deposit Missing", compute="_compute_credit_deposit", groups=USER
    )
    credit_deposit_known = fields.Boolean(
        compute="_compute_credit_deposit", groups=USER
    )
    credit_payment_term_id = fields.Many2one(
        "account.payment.term",
        "Credit Period",
        compute="_compute_credit_terms",
        groups=USER,
    )
    credit_pricelist_id = fields.Many2one(
        "product.pricelist", compute="_compute_credit_terms", groups=USER
    )
    credit_service_level_id = fields.Many2one(
        "credit.service.level",
        "Service Level",
        compute="_compute_credit_terms",
        groups=USER,
    )
    credit_service_words = fields.Text(
        "What It Means", compute="_compute_credit_terms", groups=USER
    )
    credit_proposal_ids = fields.One2many(
        "credit.limit.proposal",
        "dealer_id",
        "Limits from Ratings",
        readonly=True,
        groups=USER,
    )
    credit_proposal_id = fields.Many2one(
        "credit.limit.proposal",
        "Last Computation",
        compute="_compute_credit_proposal",
        groups=USER,
    )
    credit_explanation = fields.Char(
        "How It Came About", compute="_compute_credit_proposal", groups=USER
    )
    credit_proposed_amount = fields.Monetary(
        "Proposed Limit", compute="_compute_credit_proposal", groups=USER
    )
    credit_is_proposed = fields.Boolean(compute="_compute_credit_proposal", groups=USER)
    credit_change_ids = fields.One2many(
        "credit.terms.change",
        "dealer_id",
        "Changes of Terms",
        readonly=True,
        groups=USER,
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id", "credit_proposal_ids.state")
    def _compute_credit_file(self):
        files = {
            (file.partner_id, file.company_id): file
            for file in self.env["credit.file"]._of_dealers(self._origin)
        }
        for dealer in self:
            file = files.get((dealer.partner_id._origin, dealer.company_id._origin))
            dealer.credit_file_id = file
            dealer.credit_has_limit = file and file.has_limit
            dealer.credit_limit_amount = file and file.limit_amount

    @api.depends("grade_id", "company_id")
    def _compute_credit_terms(self):
        policies = {
            dealer: dealer.credit_file_id.policy_id
            or dealer.company_id.sudo().credit_default_policy_id
            for dealer in self
        }
        Terms = self.env["credit.grade.terms"]
        found = {
            (terms.policy_id.id, terms.grade_id.id): terms
            for terms in Terms.search(
                [
                    ("policy_id", "in", [policy.id for policy in policies.values()]),
                    ("grade_id", "in", self.grade_id.ids),
                ]
            )
        }
        for dealer, policy in policies.items():
            terms = found.get((policy.id, dealer.grade_id.id), Terms)
            dealer.credit_terms_id = terms
            dealer.credit_worthy = terms.creditworthy
            dealer.credit_rate = terms.rate
            dealer.credit_cap = terms.cap
            dealer.credit_deposit = terms.deposit
            dealer.credit_payment_term_id = terms.payment_term_id
            dealer.credit_pricelist_id = terms.pricelist_id
            dealer.credit_service_level_id = terms.service_level_id
            dealer.credit_service_words = terms.service_level_id.description

    @api.depends("partner_id", "company_id", "credit_proposal_ids.state")
    def _compute_credit_deposit(self):
        for dealer in self:
            file = dealer.credit_file_id
            dealer.credit_deposit_asked = file.deposit_asked
            dealer.credit_deposit_received = file.deposit_received
            dealer.credit_deposit_missing = file.deposit_missing
            dealer.credit_deposit_known = file.deposit_known

    @api.depends("credit_proposal_ids.state")
    def _compute_credit_proposal(self):
        Proposal = self.env["credit.limit.proposal"]
        newest = dict(
            Proposal._read_group(
                [("dealer_id", "in", self.ids)], ["dealer_id"], ["id:max"]
            )
        )
        for dealer in self:
            proposal = Proposal.browse(newest.get(dealer._origin))
            dealer.credit_proposal_id = proposal
            dealer.credit_explanation = proposal.explanation
            dealer.credit_is_proposed = proposal.state == "proposed"
            dealer.credit_proposed_amount = proposal.amount

    # === CRUD METHODS === #

    def write(self, vals):
        back = self.browse()
        if vals.get("active"):
            back = self.filtered(lambda dealer: not dealer.active)
        result = super().write(vals)
        if back:
            back.sudo()._taken_up_again()
        return result

    # === ACTION METHODS === #

    def action_open_credit_file(self):
        """Open the dealer's credit file."""
        return form_of(self.credit_file_id)

    def action_open_deposit(self):
        """Open the items that add up to the deposit that was received."""
        return self.credit_file_id.action_open_deposit()

    def action_open_credit_proposals(self):
        """Open the limits that ratings came to for this dealer."""
        self.ensure_one()
        return shipped(
            self.env,
            "credit_control_dealer_rating.credit_limit_proposal_action",
            domain=[("dealer_id", "=", self.id)],
            context={},
        )

    def action_accept_limit(self):
        """Accept what is proposed; see ``credit.limit.proposal.action_accept``."""
        return self.credit_proposal_id.action_accept()

    def action_reject_limit(self):
        """Reject what is proposed; see ``credit.limit.proposal.action_reject``."""
        return self.credit_proposal_id.action_reject()

    # === BUSINESS METHODS === #

    def _taken_up_again(self):
        """Resume supply where the contract was ended, and let limits follow what was
        confirmed or lowered meanwhile. A stop that was decided stands."""
        self.env["credit.file"]._of_dealers(self._ended())._resume_rated()
        Proposals = self.env["credit.limit.proposal"]
        last = self.env["dealer.quarter"].browse(Proposals._last_quarters(self))
        known = Proposals.search([("quarter_id", "in", last.ids)], order="id")
        newest = {each.quarter_id: each for each in known}
        missed = last.filtered(lambda quarter: quarter not in newest)
        Proposals._follow_quarters(missed)
        lowered = last.filtered(
            lambda quarter: (
                quarter in newest
                and newest[quarter].grade_id != quarter.dealer_id.grade_id
            )
        )
        Proposals._follow_downgrade(lowered.dealer_id)

    def _ended(self):
        """:return: those of these dealers of whom the end was decided last"""
        decided = self.env["dealer.quarter"].search(
            [("dealer_id", "in", self.ids), ("decided_on", "!=", False)],
            order="decided_on, id",
        )
        last = {quarter.dealer_id: quarter.proposal for quarter in decided}
        return self.filtered(lambda dealer: last.get(dealer) == "end")

    def _grade_changed(self):
        result = super()._grade_changed()
        lowered = self.sudo()._lowered_last()
        if lowered:
            self.env["credit.limit.proposal"].sudo()._follow_downgrade(lowered)
        return result

    def _lowered_last(self):
        """Return those whose grade was changed last by a downgrade of its own.

        What a quarter changes is followed once it is confirmed.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT dealer_id
                     FROM (SELECT DISTINCT ON (dealer_id) dealer_id, source, quarter_id
                             FROM dealer_grading WHERE dealer_id = ANY(%s)
                         ORDER BY dealer_id, id DESC) AS newest
                    WHERE source = 'downgrade' AND quarter_id IS NULL""",
                self.ids,
            )
        )
        return self.browse(dealer_id for (dealer_id,) in rows)
