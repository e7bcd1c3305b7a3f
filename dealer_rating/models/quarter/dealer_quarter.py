from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.grade import BANDS
from ...core.quarter import FIRST, REGULAR, SECOND

LETTERS = [(letter, letter) for letter in BANDS]


class DealerQuarter(models.Model):
    """What a quarter's cards come to for one dealer: two bands, grade, total, rank.

    Nobody may write quarters: they are opened, graded and confirmed by their methods.
    """

    _name = "dealer.quarter"
    _description = "Quarter of a Dealer"
    _inherit = ["mail.thread", "trade.record"]
    # Nobody may write a quarter, everybody who reads it may talk about it
    _mail_post_access = "read"
    _order = "date_from desc, total desc nulls last, dealer_id, id desc"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    version = fields.Integer(default=1)
    previous_id = fields.Many2one("dealer.quarter", "Corrects", ondelete="restrict")
    is_current = fields.Boolean("Current", default=True)
    correction = fields.Char("Reason of the Correction")

    state = fields.Selection(
        [("open", "Open"), ("confirmed", "Confirmed")], default="open", required=True
    )
    missing = fields.Integer("Missing Scores")
    missing_cards = fields.Integer(help="Months, or the conduct card, not opened yet.")
    is_complete = fields.Boolean("Complete")
    performance = fields.Float(digits=(16, 2), aggregator="avg")
    conduct = fields.Float(digits=(16, 2), aggregator="avg")
    total = fields.Float(digits=(16, 2), aggregator="avg")
    performance_band = fields.Selection(LETTERS)
    conduct_band = fields.Selection(LETTERS)
    grade_id = fields.Many2one("dealer.grade", index=True, ondelete="restrict")
    tenure = fields.Selection(
        [
            (FIRST, "New: first quarter"),
            (SECOND, "New: second quarter"),
            (REGULAR, "Regular"),
        ]
    )
    is_good = fields.Boolean(
        "Good for Credit",
        help="Whether the grade may give credit in the next quarter. To a new dealer, "
        "in its second quarter, only a grade does that is marked for it.",
    )
    confirmed_by_id = fields.Many2one("res.users")
    confirmed_on = fields.Datetime()

    # Two poor quarters running: a person decides
    proposal = fields.Selection(
        [
            ("pending", "To decide: stop supply or end the contract"),
            ("stop", "Supply stopped"),
            ("end", "Contract ended"),
            ("keep", "Kept on"),
        ]
    )
    proposal_reason = fields.Char()
    decided_by_id = fields.Many2one("res.users")
    decided_on = fields.Datetime()

    scorecard_ids = fields.One2many(
        "rating.scorecard", compute="_compute_scorecard_ids", string="Cards"
    )

    _current_unique = models.UniqueIndex(
        "(dealer_id, date_from) WHERE is_current",
        "There is a quarter of this dealer and period already.",
    )
    _period_idx = models.Index("(company_id, date_from, state) WHERE is_current")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("dealer_id", "date_from")
    def _compute_display_name(self):
        for quarter in self:
            quarter.display_name = "{} · {}".format(
                quarter.dealer_id.partner_name or "",
                self.env.company._rating_period(quarter.date_from, quarter=True),
            )

    def _compute_scorecard_ids(self):
        """The cards of the quarter, in the version that counts."""
        cards = self.env["rating.scorecard"].search(
            [
                ("dealer_id", "in", self.dealer_id.ids),
                ("is_current", "=", True),
                ("date_from", ">=", min(self.mapped("date_from"), default=False)),
                ("date_to", "<=", max(self.mapped("date_to"), default=False)),
            ],
            order="kind desc, date_from",
        )
        by_dealer = cards.grouped("dealer_id")
        for quarter in self:
            own = by_dealer.get(quarter.dealer_id, cards.browse())
            quarter.scorecard_ids = own.filtered(
                lambda card, quarter=quarter: (
                    card.date_from >= quarter.date_from
                    and card.date_to <= quarter.date_to
                )
            )

    # === ACTION METHODS === #

    def action_decide(self):
        """Open the dialog in which a manager decides on two poor quarters running."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Two Poor Quarters Running"),
            "res_model": "rating.proposal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_quarter_ids": [fields.Command.set(self.ids)]},
        }

    # === BUSINESS METHODS === #

    def _decide(self, choice, reason):
        """Decide on two poor quarters running, in the name of the current user.

        :param str choice: ``stop``, ``end`` or ``keep``
        :raises AccessError: if the user is not a rating manager
        :raises UserError: if nothing is proposed, or it was decided already
        :raises ValueError: if ``choice`` is none of these
        """
        if choice not in ("stop", "end", "keep"):
            raise ValueError(f"no decision: {choice}")
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        if not self.env["rating.dealer"]._is_said(reason):
            raise UserError(self.env._("Say why: the decision is kept."))
        for quarter in self:
            if quarter.proposal != "pending" or not quarter.is_current:
                raise UserError(
                    self.env._(
                        "Nothing is to be decided on %(quarter)s.",
                        quarter=quarter.display_name,
                    )
                )
        self.sudo().write(
            {
                "proposal": choice,
                "proposal_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        if choice == "end":
            self.sudo().dealer_id.active = False
        self.sudo()._supply_decided()

    def _supply_decided(self):
        """Called when a person decided on two poor quarters running.

        Extend to let supply follow ``proposal``.
        """

    def _reopen(self, cards, reason):
        """Make a new open version of confirmed quarters whose cards are corrected."""
        quarters = self.search(
            [
                ("dealer_id", "in", cards.dealer_id.ids),
                ("is_current", "=", True),
                ("state", "=", "confirmed"),
                ("date_from", "<=", max(cards.mapped("date_from"))),
                ("date_to", ">=", min(cards.mapped("date_to"))),
            ]
        )
        concerned = quarters.filtered(
            lambda quarter: any(
                card.dealer_id == quarter.dealer_id
                and quarter.date_from <= card.date_from <= quarter.date_to
                for card in cards
            )
        )
        concerned.is_current = False
        concerned.flush_recordset()
        for quarter in concerned:
            quarter.create(
                {
                    "dealer_id": quarter.dealer_id.id,
                    "partner_id": quarter.partner_id.id,
                    "company_id": quarter.company_id.id,
                    "date_from": quarter.date_from,
                    "date_to": quarter.date_to,
                    "version": quarter.version + 1,
                    "previous_id": quarter.id,
                    "correction": reason,
                }
            )
        self._grade_of(cards)
