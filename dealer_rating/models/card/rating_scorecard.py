from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.windows import dialog_for

from ...core.sheet_cell import period_code
from .rating_scorecard_template import KINDS

MANY = 1000  # cards


class RatingScorecard(models.Model):
    """One dealer's card of a month (performance) or a quarter (conduct).

    Nobody may write cards: they are opened, summed and closed by their methods. A
    closed one is corrected by a new version that says why.
    """

    _name = "rating.scorecard"
    _description = "Scorecard"
    _inherit = ["trade.record", "trade.card"]
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
    kind = fields.Selection(KINDS, required=True)
    period = fields.Char(compute="_compute_period")
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
        digits=(16, 2),
        aggregator="avg",
        help="Of what is scored so far; missing scores are not zeros.",
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

    @api.depends_context("lang")
    @api.depends("kind", "date_from")
    def _compute_period(self):
        for card in self:
            card.period = self._period_name(card.kind, card.date_from)

    @api.model
    def _period_name(self, kind, date_from):
        """:return: a month or a quarter in the reader's language, like *March 2025*"""
        quarter = kind == "conduct"
        return date_from and self.env.company._trade_period(date_from, quarter=quarter)

    @api.model
    def _period_code(self, kind, date_from):
        """:return: a month or a quarter as sheets name it, like ``2025-M03``"""
        return period_code(date_from, quarterly=kind == "conduct")

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

    def action_ask_correction(self):
        """Open the dialog that asks why the chosen cards are corrected."""
        return dialog_for(
            self.env["rating.correct"],
            self.env._("Correct Cards"),
            {"default_scorecard_ids": [fields.Command.set(self.ids)]},
        )

    # === TOTALS, CLOSING AND CORRECTING === #

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

    def _can_close(self):
        over = self.date_to < self.company_id._trade_day()
        return self.state == "open" and self.is_current and not self.missing and over

    def _close(self, cards=None):
        """Close cards that are open, in the name of the current user.

        :param SQL cards: a condition on the table ``card``; None for these cards
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_scorecard AS card
                      SET state = 'closed', closed_on = %(now)s, closed_by_id = %(uid)s,
                          write_uid = %(uid)s, write_date = %(now)s
                    WHERE %(cards)s AND card.state = 'open'""",
                now=self.env.cr.now(),
                uid=self.env.uid,
                cards=cards or SQL("card.id = ANY(%s)", self.ids),
            )
        )
        self.invalidate_model()
        self.env["rating.score"].invalidate_model()

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
        if not said(reason):
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

    # === OPENING === #

    @api.model
    def _cron_rate(self):
        """Open what began, measure what is open, in every company that has dealers.

        Safe to run at any time and any number of times. What fails in one company
        stops no other.
        """
        dealers = self.env["rating.dealer"].sudo()
        companies = dealers._read_group([("active", "=", True)], ["company_id"])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for (company,) in companies:
            with self.env["trade.job"]._apart(company):
                day = company._trade_day()
                self._rate(company, day)
                reminders = self.env["rating.reminder"]._remind(company.root_id, day)
                self.env["trade.job"]._report(company, departments_reminded=reminders)
            if not cron._commit_progress(1):
                break

    @api.model
    def _rate(self, company, day):
        """Open the cards of a company up to a day, measure them, grade the quarters.

        Quarters that were missed since the last one are caught up with.

        :param date day: today, where the company is
        """
        company = company.root_id
        now = date_utils.start_of(day, "quarter")
        newest, quarters = self._quarters_to_do(company, now)
        for start in quarters:
            end = date_utils.end_of(start, "quarter")
            if start >= newest:
                self.env["dealer.quarter"]._open(
                    company, start, newest if start < now else None
                )
            self.env["trade.job"]._report(
                company,
                cards_opened=self._open_missing(company, min(day, end)),
                values_measured=self._measure(company, start, end),
                grades_changed=self.env["dealer.quarter"]._grade_open(company, start),
            )
        self.env["dealer.quarter"]._report_waiting(company, now)

    @api.model
    def _quarters_to_do(self, company, now):
        """Return the quarters that have something to do, the oldest first.

        Those since the newest one are opened. What is older and open, like a
        correction, is only gone on with.

        :param date now: the first day of the quarter that runs
        :return: (first day of the newest quarter there is, list of first days)
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT quarter.date_from,
                          BOOL_OR(quarter.state = 'open' AND dealer.active)
                     FROM dealer_quarter AS quarter
                     JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
                    WHERE quarter.company_id = %s AND quarter.is_current
                      AND quarter.date_from <= %s
                    GROUP BY quarter.date_from ORDER BY quarter.date_from""",
                company.id,
                now,
            )
        )
        newest = start = rows[-1][0] if rows else now
        quarters = [first for first, is_open in rows if is_open and first < newest]
        while start <= now:
            quarters.append(start)
            start = date_utils.add(start, months=3)
        return newest, quarters

    @api.model
    def _open_cards(self, company, day):
        """Open the quarter of a day and its cards: the months up to that day, and the
        conduct card. Those that are there stay as they are.

        :return: how many cards were opened
        :rtype: int
        """
        company = company.root_id
        self.env.flush_all()
        start = date_utils.start_of(day, "quarter")
        self.env["dealer.quarter"]._open(company, start)
        return self._open_missing(company, day)

    def _open_missing(self, company, day):
        """Open the cards that the open quarters of a day lack.

        :return: how many cards were opened
        """
        self.env.flush_all()
        start = date_utils.start_of(day, "quarter")
        opened = 0
        templates = self.env["rating.scorecard.template"]._of(company)
        for kind, template in templates.items():
            unit = "month" if kind == "performance" else "quarter"
            month = start
            while month <= day:
                end = date_utils.end_of(month, unit)
                opened += self._open_period(company, template, month, end)
                month = date_utils.add(end, days=1)
        if opened:
            self._open_scores(company, start)
        if opened > MANY:
            # Without statistics on the fresh rows what follows would loop over them
            self.env.cr.execute("ANALYZE rating_scorecard, rating_score")
        self.invalidate_model()
        return opened

    def _open_period(self, company, template, date_from, date_to):
        """:return: how many cards of one period were opened"""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rating_scorecard (
                       dealer_id, partner_id, user_id, company_id, template_id, kind,
                       date_from, date_to, version, is_current, state, points, missing,
                       waived, create_uid, write_uid, create_date, write_date)
                SELECT dealer.id, dealer.partner_id, dealer.user_id, dealer.company_id,
                       %(template)s, %(kind)s, %(date_from)s, %(date_to)s, 1, TRUE,
                       'open', 0, %(lines)s, 0, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM rating_dealer AS dealer
                  JOIN dealer_quarter AS quarter
                    ON quarter.dealer_id = dealer.id AND quarter.is_current
                   AND quarter.state = 'open'
                   AND %(date_from)s BETWEEN quarter.date_from AND quarter.date_to
                 WHERE dealer.company_id = %(company)s AND dealer.active
                   AND dealer.since <= %(date_to)s
                    ON CONFLICT (dealer_id, kind, date_from) WHERE is_current DO NOTHING
                """,
                template=template.id,
                kind=template.kind,
                date_from=date_from,
                date_to=date_to,
                lines=len(template.indicator_ids),
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.id,
            )
        )
        return self.env.cr.rowcount

    def _open_scores(self, company, start):
        """Give the new cards of a quarter a line for each indicator."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rating_score (
                       scorecard_id, indicator_id, department_id, sequence, method,
                       dealer_id, partner_id, user_id, company_id, kind, date_from,
                       date_to, state, is_measured, create_uid, write_uid, create_date,
                       write_date)
                SELECT card.id, indicator.id, indicator.department_id,
                       indicator.sequence, indicator.method, card.dealer_id,
                       card.partner_id, card.user_id, card.company_id, card.kind,
                       card.date_from, card.date_to, 'open', FALSE, %(uid)s, %(uid)s,
                       %(now)s, %(now)s
                  FROM rating_scorecard AS card
                  JOIN rating_indicator AS indicator
                    ON indicator.template_id = card.template_id
                 WHERE card.company_id = %(company)s AND card.state = 'open'
                   AND card.date_from BETWEEN %(start)s AND %(end)s AND card.is_current
                   AND NOT EXISTS (SELECT FROM rating_score AS known
                                    WHERE known.scorecard_id = card.id)
                 ORDER BY card.id, indicator.sequence
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.id,
                start=start,
                end=date_utils.end_of(start, "quarter"),
            )
        )
        self.env["rating.score"].invalidate_model()
