from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.groups import USER
from odoo.addons.trade_credit_base.windows import form_of

# Repeated here from the record that is found: by which one it is, not by each change
FILE = {"depends": ("credit_file_id",), "groups": USER}
TERMS = {"depends": ("credit_terms_id",), "groups": USER}
PROPOSAL = {
    "depends": ("credit_proposal_id",),
    "depends_context": ("lang",),
    "groups": USER,
}


class RatingDealer(models.Model):
    """Limit and terms that the grade gives, and the limit that waits to be approved."""

    _inherit = "rating.dealer"

    credit_file_id = fields.Many2one(
        "credit.file", compute="_compute_credit_file", groups=USER
    )
    credit_has_limit = fields.Boolean(related="credit_file_id.has_limit", **FILE)
    credit_limit_amount = fields.Monetary(
        "Limit in Force", related="credit_file_id.limit_amount", **FILE
    )
    credit_terms_id = fields.Many2one(
        "credit.grade.terms", compute="_compute_credit_terms", groups=USER
    )
    credit_worthy = fields.Boolean(related="credit_terms_id.creditworthy", **TERMS)
    credit_rate = fields.Float(related="credit_terms_id.rate", **TERMS)
    credit_cap = fields.Monetary(
        "Highest Limit", compute="_compute_credit_terms", groups=USER
    )
    credit_deposit = fields.Float(related="credit_terms_id.deposit", **TERMS)
    credit_deposit_asked = fields.Monetary(
        related="credit_file_id.deposit_asked", **FILE
    )
    credit_deposit_received = fields.Monetary(
        related="credit_file_id.deposit_received", **FILE
    )
    credit_deposit_missing = fields.Monetary(
        related="credit_file_id.deposit_missing", **FILE
    )
    credit_deposit_known = fields.Boolean(
        related="credit_file_id.deposit_known", **FILE
    )
    credit_payment_term_id = fields.Many2one(
        related="credit_terms_id.payment_term_id", **TERMS
    )
    credit_pricelist_id = fields.Many2one(
        related="credit_terms_id.pricelist_id", **TERMS
    )
    credit_service_level_id = fields.Many2one(
        related="credit_terms_id.service_level_id", **TERMS
    )
    credit_service_words = fields.Text(
        related="credit_service_level_id.description",
        depends=("credit_service_level_id",),
        depends_context=("lang",),
        groups=USER,
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
        related="credit_proposal_id.explanation", **PROPOSAL
    )
    credit_proposed_amount = fields.Monetary(
        "Proposed Limit", related="credit_proposal_id.amount", **PROPOSAL
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
            key = dealer.partner_id._origin, dealer.company_id._origin
            dealer.credit_file_id = files.get(key)

    @api.depends("grade_id", "company_id")
    def _compute_credit_terms(self):
        policies = {
            dealer: dealer.credit_file_id.policy_id
            or dealer.company_id.sudo().credit_default_policy_id
            for dealer in self
        }
        Terms = self.env["credit.grade.terms"]
        known = Terms.search(
            [
                ("policy_id", "in", [policy.id for policy in policies.values()]),
                ("grade_id", "in", self.grade_id.ids),
            ]
        )
        found = {(each.policy_id.id, each.grade_id.id): each for each in known}
        for dealer, policy in policies.items():
            terms = found.get((policy.id, dealer.grade_id.id), Terms)
            dealer.credit_terms_id = terms
            dealer.credit_cap = terms.cap

    @api.depends("credit_proposal_ids.state")
    def _compute_credit_proposal(self):
        Proposal = self.env["credit.limit.proposal"]
        own = [("dealer_id", "in", self.ids)]
        newest = dict(Proposal._read_group(own, ["dealer_id"], ["id:max"]))
        for dealer in self:
            proposal = Proposal.browse(newest.get(dealer._origin))
            dealer.credit_proposal_id = proposal
            dealer.credit_is_proposed = proposal.state == "proposed"

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
        if lowered := self.sudo()._lowered_last():
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
