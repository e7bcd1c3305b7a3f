from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.money import nearest
from odoo.addons.trade_credit_base.sentences import Number, Period, kept, worded
from odoo.addons.trade_credit_base.windows import list_of

from ...core.limit import NO_TERMS, UNWORTHY, WEAK_NEW, Terms, limit

_lt = LazyTranslate(__name__)

# Fields that deciding on a proposal writes; the figures stay as they were
DECISION = {"state", "decided_by_id", "decided_on", "limit_id"}
# Fields that the limit can be computed from once more
FIGURES = ("sales", "rate", "cap", "refused")


class CreditLimitProposal(models.Model):
    """A limit that a rating came to, with the figures it was computed from.

    What lowers or keeps a limit is set at once; what raises it waits for a credit
    manager. Rows are added, never changed: only the decision is written on them.
    """

    _name = "credit.limit.proposal"
    _description = "Limit from a Rating"
    _inherit = ["trade.record"]
    _order = "id desc"
    _rec_name = "dealer_id"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    file_id = fields.Many2one(
        "credit.file", "Credit File", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    origin = fields.Selection(
        [("quarter", "Quarter"), ("downgrade", "Downgrade")], required=True
    )
    quarter_id = fields.Many2one(
        "dealer.quarter", required=True, index=True, ondelete="restrict"
    )
    grade_id = fields.Many2one("dealer.grade", required=True, ondelete="restrict")
    policy_id = fields.Many2one("credit.policy", ondelete="restrict")

    # What was computed, and from what
    sales = fields.Monetary(
        "Net Credit Sales",
        help="Of the quarter, branches included, tax included: customer invoices that "
        "were not due at once, less their credit notes.",
    )
    invoice_count = fields.Integer("Invoices")
    rate = fields.Float("Credit-Sale Rate (%)", digits=(16, 2), aggregator=None)
    cap = fields.Monetary("Highest Limit", aggregator=None)
    refused = fields.Selection(
        [
            (NO_TERMS, "No terms for the grade"),
            (UNWORTHY, "Grade not creditworthy"),
            (WEAK_NEW, "New dealer with a weak grade"),
        ],
        "No Credit Because",
    )
    computed = fields.Monetary()
    amount = fields.Monetary("New Limit")
    has_present = fields.Boolean("Had a Limit")
    present = fields.Monetary("Limit Before")
    deposit_rate = fields.Float("Deposit (%)", digits=(16, 2), aggregator=None)
    deposit = fields.Monetary(
        "Deposit Asked",
        compute="_compute_deposit",
        help="What the grade asks of this limit.",
    )
    date_from = fields.Date("Valid From", required=True)
    explanation = fields.Char("How It Came About", compute="_compute_explanation")

    # What became of it
    state = fields.Selection(
        [
            ("set", "Set at once"),
            ("kept", "Present limit kept"),
            ("proposed", "Proposed"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        required=True,
        index=True,
    )
    limit_id = fields.Many2one("credit.limit", "Granted As", ondelete="restrict")
    decided_by_id = fields.Many2one("res.users")
    decided_on = fields.Datetime()
    create_date = fields.Datetime("Computed On", readonly=True)

    _decision_signed = models.Constraint(
        "CHECK (state NOT IN ('accepted', 'rejected') OR decided_by_id IS NOT NULL)",
        "A decision carries the name of the person who took it.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("sales", "rate", "cap", "refused", "computed", "amount")
    def _compute_explanation(self):
        for proposal in self:
            proposal.explanation = worded(self.env, kept(proposal._explained()))

    @api.depends("amount", "deposit_rate")
    def _compute_deposit(self):
        for proposal in self:
            asked = proposal.amount * proposal.deposit_rate / 100
            proposal.deposit = nearest(asked, proposal.currency_id.rounding or 0.01)

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() - DECISION:
            raise UserError(self.env._("The figures of a limit are never changed."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self):
        """Grant what is proposed, in the name of the current user.

        Who may grant limits is said by ``credit.file._check_may_grant``.

        :raises AccessError: if the user may not grant limits
        :raises UserError: if one of these is not proposed any more
        """
        self = self.union()  # a client may name one twice
        self._check_may_decide()
        self.sudo()._check_still_rated()
        values = [
            {
                "file_id": proposal.file_id.id,
                "amount": proposal.amount,
                "date_from": max(proposal.date_from, proposal.company_id._trade_day()),
                "reason": proposal._reason_text(
                    proposal.grade_id, proposal.quarter_id, proposal._explained()
                ),
            }
            for proposal in self.sudo()
        ]
        limits = self.env["credit.limit"].sudo().create(values)
        for proposal, granted in zip(self.sudo(), limits, strict=True):
            proposal.limit_id = granted
        self._set_decided("accepted")
        return True

    def action_reject(self):
        """Leave the limits as they are, in the name of the current user.

        :raises AccessError: if the user may not grant limits
        :raises UserError: if one of these is not proposed any more
        """
        self._check_may_decide()
        self._set_decided("rejected")
        return True

    def action_open_sales(self):
        """Open the invoices and credit notes that the sales add up from."""
        self.ensure_one()
        moves = self._sales_moves(self.quarter_id)
        invoices = self.env.ref("account.view_out_invoice_tree")
        views = [(invoices.id, "list"), (False, "kanban"), (False, "form")]
        own = [("id", "in", moves.ids)]
        return list_of(moves, self.env._("Net Credit Sales"), own, views=views)

    # === BUSINESS METHODS === #

    def _check_may_decide(self):
        """:raises AccessError, UserError: see :meth:`action_accept`"""
        self.env["credit.file"]._check_may_grant()
        self.check_access("read")
        field = self._fields["state"]
        for proposal in self:
            if proposal.state != "proposed":
                raise UserError(
                    self.env._(
                        "The limit of %(dealer)s is not to be decided on: %(state)s.",
                        dealer=proposal.sudo().partner_id.name,
                        state=field.convert_to_export(proposal.state, proposal),
                    )
                )

    def _check_still_rated(self):
        """:raises UserError: if a dealer or a credit file is archived by now"""
        for proposal in self:
            if not (proposal.dealer_id.active and proposal.file_id.active):
                raise UserError(
                    self.env._(
                        "%(dealer)s, or the credit file, is archived. Take it out of "
                        "the archive to grant the limit, or reject it.",
                        dealer=proposal.partner_id.name,
                    )
                )

    def _set_decided(self, state):
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.env["trade.waiting"]._follow_waits_soon()

    @api.model
    def _recompute(self, figures, currency):
        """Compute a limit from the figures that are kept of it.

        :param dict figures: ``sales``, ``rate``, ``cap`` and ``refused``
        :return: core ``Limit``
        """
        refused = figures["refused"] or ""
        known = refused != NO_TERMS
        terms = Terms(figures["rate"], figures["cap"]) if known else None
        return limit(figures["sales"], terms, refused, currency.rounding or 0.01)

    # === WORDS === #

    def _explained(self):
        figures = {name: self[name] for name in FIGURES}
        return self._explain(figures, self.grade_id, self.currency_id)

    @api.model
    def _explain(self, figures, grade, currency):
        """Return a limit's computation as a sentence, to be kept or worded.

        :param dict figures: ``sales``, ``rate``, ``cap`` and ``refused``
        """
        outcome = self._recompute(figures, currency)

        def number(amount):
            digits = 0 if amount == int(amount) else currency.decimal_places
            return Number(amount, digits)

        values = {
            "sales": number(figures["sales"]),
            "rate": f"{figures['rate']:g}",
            "computed": number(outcome.computed),
            "cap": number(figures["cap"]),
            "grade": grade.name,
        }
        if outcome.refused:
            return self._explain_refusal(outcome.refused, values)
        if outcome.capped:
            return _lt(
                "%(sales)s × %(rate)s %% = %(computed)s, capped at %(cap)s", **values
            )
        if outcome.computed < 0:
            return _lt(
                "%(sales)s × %(rate)s %%: more came back than was sold, so no limit",
                **values,
            )
        return _lt("%(sales)s × %(rate)s %% = %(computed)s", **values)

    def _explain_refusal(self, refused, values):
        if refused == NO_TERMS:
            return _lt(
                "No credit: the policy has no terms for the grade %(grade)s", **values
            )
        if refused == UNWORTHY:
            return _lt("No credit: the grade %(grade)s is not creditworthy", **values)
        return _lt(
            "%(sales)s × %(rate)s %% = %(computed)s, but the grade %(grade)s gives no "
            "credit to a new dealer",
            **values,
        )

    @api.model
    def _reason_text(self, grade, quarter, explanation):
        """Return what is kept as the reason of a limit, for each reader in their
        language.

        :param explanation: what :meth:`_explain` returned
        """
        return kept(
            _lt(
                "Rated %(grade)s, %(quarter)s: %(explanation)s",
                grade=grade.name,
                quarter=Period(quarter.date_from, True),
                explanation=explanation,
            )
        )
