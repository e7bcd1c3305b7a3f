from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class RatingScorecard(models.Model):
    """One dealer's card of a month (performance) or a quarter (conduct).

    Nobody may write cards: they are opened, summed and closed by their methods. A
    closed one is corrected by a new version that says why.
    """

    _name = "rating.scorecard"
    _description = "Scorecard"
    _inherit = ["trade.record"]
    _order = "date_from desc, dealer_id, kind desc, version desc, id desc"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    partner_name = fields.Char(related="partner_id.name")
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    template_id = fields.Many2one(
        "rating.scorecard.template", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("performance", "Performance (monthly)"),
            ("conduct", "Conduct (quarterly)"),
        ],
        required=True,
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    version = fields.Integer(default=1)
    previous_id = fields.Many2one("rating.scorecard", "Corrects", ondelete="restrict")
    is_current = fields.Boolean("Current", default=True)
    correction = fields.Char("Reason of the Correction")

    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True
    )
    closed_on = fields.Datetime()
    closed_by_id = fields.Many2one("res.users")
    score_ids = fields.One2many("rating.score", "scorecard_id", "Scores")
    points = fields.Float(
        digits=(16, 2), help="Of what is scored so far; missing scores are not zeros."
    )
    top = fields.Float(related="template_id.top")
    missing = fields.Integer(help="Indicators that nobody scored yet.")
    waived = fields.Integer(help="Indicators that were waived: they earn the least.")

    _current_unique = models.UniqueIndex(
        "(dealer_id, kind, date_from) WHERE is_current",
        "There is a card of this dealer and period already.",
    )
    _period_idx = models.Index("(company_id, date_from, kind) WHERE is_current")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("dealer_id", "date_from", "kind", "version")
    def _compute_display_name(self):
        for card in self:
            period = self._period_name(card.kind, card.date_from) or ""
            card.display_name = f"{card.dealer_id.partner_name or ''} · {period}"

    # === ACTION METHODS === #

    def action_close(self):
        """Close complete cards whose period is over; the others stay as they are.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if none of them can be closed
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        ready = self.filtered(lambda each: each._can_close())
        if not ready:
            raise UserError(
                self.env._(
                    "A card can be closed when its period is over and everything on "
                    "it is scored or waived. None of these can."
                )
            )
        ready.sudo()._close()
        return True

    def _can_close(self):
        over = self.date_to < self.company_id._trade_day()
        return self.state == "open" and self.is_current and not self.missing and over

    def _close(self):
        """Close these cards, in the name of the current user."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_scorecard
                      SET state = 'closed', closed_on = %s, closed_by_id = %s
                    WHERE id = ANY(%s) AND state = 'open'""",
                self.env.cr.now(),
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset()

    # === BUSINESS METHODS === #

    def _correct(self, reason):
        """Open a new version of closed cards; the old ones stay as they were.

        A quarter that was confirmed with them is opened again as a new version too.

        :param str reason: why, shown on the new version
        :raises AccessError: if the user is not a rating manager
        :raises UserError: if a card is not closed, or not the current version
        :return: the new cards
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        if not self.env["rating.dealer"]._is_said(reason):
            raise UserError(self.env._("Say why these cards are corrected."))
        for card in self:
            if card.state != "closed" or not card.is_current:
                raise UserError(
                    self.env._(
                        "%(card)s is not closed, or was corrected already. Only the "
                        "current version of a closed card is corrected.",
                        card=card.display_name,
                    )
                )
        cards = self.sudo()
        cards.is_current = False
        cards.flush_recordset()
        corrected = self.browse()
        for card in cards:
            corrected += card.copy(
                {
                    "version": card.version + 1,
                    "previous_id": card.id,
                    "is_current": True,
                    "correction": reason,
                    "state": "open",
                    "closed_on": False,
                    "closed_by_id": False,
                    "score_ids": [
                        fields.Command.create(score.copy_data()[0])
                        for score in card.score_ids
                    ],
                }
            )
        self.env["dealer.quarter"].sudo()._reopen(corrected, reason)
        return corrected.sudo(False)

    @api.model
    def _total(self, cards):
        """Sum cards up: points, what is missing, what was waived.

        Writes every card it is given, so that scoring and closing one at the same
        time collide in the database and one of them is done again.

        :param SQL cards: a condition on the table ``card``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH chosen AS MATERIALIZED (
                     SELECT card.id FROM rating_scorecard AS card
                      WHERE %(cards)s AND card.state = 'open'),
                     summed AS MATERIALIZED (
                     SELECT chosen.id,
                            ROUND(SUM(CASE WHEN score.state = 'open' THEN 0
                                           ELSE score.points * indicator.weight END
                            )::numeric, 6) AS points,
                            COUNT(*) FILTER (WHERE score.state = 'open') AS missing,
                            COUNT(*) FILTER (WHERE score.state = 'waived') AS waived
                       FROM chosen
                       JOIN rating_score AS score ON score.scorecard_id = chosen.id
                       JOIN rating_indicator AS indicator
                         ON indicator.id = score.indicator_id
                      GROUP BY chosen.id)
                UPDATE rating_scorecard AS card
                   SET points = summed.points, missing = summed.missing,
                       waived = summed.waived
                  FROM summed WHERE card.id = summed.id
                """,
                cards=cards,
            )
        )
        self.invalidate_model(["points", "missing", "waived"])
