import math
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.windows import dialog_for

from ...core.score import least, points_of
from .rating_indicator import METHODS
from .rating_scorecard_template import KINDS

# Who is told figures; a salesperson is told what they say
RATERS = "dealer_rating.rating_group_user"
# Fields that a department may write; everything else comes from methods
WRITABLE = {"entry", "remark"}


class RatingScore(models.Model):
    """One indicator of one card: what was measured or entered, and what it earns."""

    _name = "rating.score"
    _description = "Score"
    _inherit = ["trade.record", "trade.card"]
    _order = "date_from desc, kind desc, sequence, dealer_id, id"
    _rec_name = "indicator_id"

    scorecard_id = fields.Many2one(
        "rating.scorecard", "Card", required=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(
        "rating.indicator", required=True, index=True, ondelete="restrict"
    )
    guide = fields.Text(related="indicator_id.guide")
    top = fields.Float(related="indicator_id.top")

    # Copied from card and indicator when the card is opened: lists of a hundred
    # thousand scores are filtered and grouped by them
    department_id = fields.Many2one("rating.department", index=True)
    sequence = fields.Integer()
    method = fields.Selection(METHODS)
    dealer_id = fields.Many2one("rating.dealer", index=True)
    partner_id = fields.Many2one("res.partner", "Customer")
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS)
    period = fields.Char(compute="_compute_period")
    date_from = fields.Date("From")
    date_to = fields.Date("To")

    state = fields.Selection(
        [("open", "Open"), ("scored", "Scored"), ("waived", "Waived")],
        default="open",
        required=True,
        copy=True,  # a corrected card begins with what its predecessor said
    )
    card_state = fields.Selection(
        related="scorecard_id.state", string="State of the Card"
    )
    is_current = fields.Boolean(related="scorecard_id.is_current")
    is_measured = fields.Boolean("Measured Value", help="The ledger had a value.")
    value = fields.Float(
        digits=(16, 6), groups=RATERS, help="The measured or counted value."
    )
    part = fields.Float(digits=(16, 2), groups=RATERS, help="The value is this share …")
    whole = fields.Float(digits=(16, 2), groups=RATERS, help="… of this.")
    items = fields.Integer(help="Number of records that it was computed from.")
    # A mean says something of many dealers, a sum does not
    points = fields.Float(digits=(16, 2), aggregator="avg")
    reason = fields.Char("Reason of the Waiver")
    remark = fields.Char()
    scored_by_id = fields.Many2one(
        "res.users",
        help="The user who entered, waived or confirmed it.",
    )
    scored_on = fields.Datetime()
    given_by_id = fields.Many2one(
        "res.users", help="Gave points before the ledger had a value."
    )
    given_points = fields.Float(
        "Points Given Before",
        digits=(16, 2),
        help="Points that were given before the ledger had a value. They come back "
        "should the value be gone again.",
    )

    entry = fields.Char(
        compute="_compute_entry",
        inverse="_inverse_entry",
        help="Points, or a count where violations are counted. Empty means that nobody "
        "scored it yet, which is not a zero.",
    )
    can_score = fields.Boolean(compute="_compute_can_score")
    is_mine = fields.Boolean(
        "My Department", compute="_compute_is_mine", search="_search_is_mine"
    )
    explanation = fields.Char(compute="_compute_explanation")

    _indicator_unique = models.UniqueIndex(
        "(scorecard_id, indicator_id)", "A card has each indicator once."
    )
    _desk_idx = models.Index("(company_id, date_from, department_id, state)")

    # === COMPUTE METHODS === #

    @api.depends("state", "value", "points", "method", "is_measured")
    def _compute_entry(self):
        for score in self:
            counted = score.method == "violations"
            shown = score.sudo().value if counted else score.points
            score.entry = f"{shown:g}" if score.state == "scored" else False

    def _inverse_entry(self):
        self._enter({score.id: score.entry for score in self})

    @api.depends_context("uid")
    @api.depends("department_id", "scorecard_id.state", "is_measured")
    def _compute_can_score(self):
        """Tell whether the current user may enter this score: for the lists."""
        mine = self.env["rating.department"]._of(self.env.user)
        for score in self:
            score.can_score = (
                score.department_id in mine
                and score.scorecard_id.state == "open"
                and not score.is_measured
            )

    @api.depends_context("uid")
    @api.depends("department_id")
    def _compute_is_mine(self):
        mine = self.env["rating.department"]._of(self.env.user)
        for score in self:
            score.is_mine = score.department_id in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env["rating.department"]._of(self.env.user)
        domain = Domain("department_id", "in", mine.ids)
        return domain if True in value else ~domain

    @api.depends_context("lang")
    @api.depends("kind", "date_from")
    def _compute_period(self):
        cards = self.env["rating.scorecard"]
        for score in self:
            score.period = cards._period_name(score.kind, score.date_from)

    @api.depends_context("lang", "uid")
    @api.depends(
        *("state", "value", "part", "whole", "items", "reason", "is_measured"),
        *("scored_by_id", "given_by_id", "scorecard_id.state"),
    )
    def _compute_explanation(self):
        for score in self:
            if score.state == "waived":
                score.explanation = self.env._("Waived: %(why)s", why=score.reason)
            elif score.is_measured:
                # The figures are for raters, what they say for all who see the score
                score.explanation = self._explain_measured(score.sudo())
            elif score.method == "measured":
                score.explanation = self._explain_unmeasured(score)
            elif score.state == "scored" and score.method == "violations":
                score.explanation = self.env._(
                    "%(count)d counted, %(points)g points",
                    count=score.sudo().value,
                    points=score.points,
                )
            else:
                score.explanation = False

    def _explain_measured(self, score):
        """Return the measured value in words, and whose points it replaced."""
        said = self.env["rating.measure"]._explain(score)
        if not score.given_by_id:
            return said
        return self.env._(
            "%(measured)s This takes the place of the %(points)g points that "
            "%(user)s had given.",
            measured=said,
            points=score.given_points,
            user=score.sudo().given_by_id.name,
        )

    def _explain_unmeasured(self, score):
        """Return who gives points where there is nothing to measure."""
        if score.scorecard_id.state == "open" and score.state == "open":
            return self.env._(
                "There was nothing to measure: give points. Should the ledger have a "
                "value before the card is closed, it takes their place."
            )
        if score.scorecard_id.state == "open" and score.scored_by_id:
            return self.env._(
                "There was nothing to measure, points were given. Should the ledger "
                "have a value before the card is closed, it takes their place."
            )
        return self.env._("There was nothing to measure.")

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - WRITABLE:
                raise AccessError(
                    self.env._(
                        "A department enters scores and remarks. Everything else on a "
                        "card comes from the ledger or from its rules."
                    )
                )
            self._check_may_score()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_records(self):
        """Open the records that a measured value was computed from."""
        self.ensure_one()
        if not self.is_measured:
            raise UserError(
                self.env._("This was not measured: there are no records to open.")
            )
        return self.env["rating.measure"]._records(self)

    def action_guide(self):
        """Show what to look at when scoring this."""
        return self.indicator_id.action_guide()

    def action_confirm_measured(self):
        """Confirm measured values, in the name of a department's member.

        A value that the books change later is to be confirmed again.

        :raises AccessError: if one belongs to another department
        :raises UserError: if a card is closed, or nothing here was measured
        """
        self.check_access("read")
        measured = self.filtered("is_measured")
        measured._check_may_score()
        if not measured:
            raise UserError(
                self.env._("Nothing to confirm: none of these was measured.")
            )
        measured.sudo().write(
            {"scored_by_id": self.env.uid, "scored_on": fields.Datetime.now()}
        )
        return True

    def action_ask_waiver(self):
        """Open the dialog that asks why the chosen scores are waived.

        :raises UserError: if none of them can be: scored, or on a closed card
        """
        todo = self.filtered(
            lambda score: score.state == "open" and score.card_state == "open"
        )
        if not todo:
            raise UserError(
                self.env._(
                    "Only open scores on open cards can be waived, and none of these "
                    "is one."
                )
            )
        return dialog_for(
            self.env["rating.waive"],
            self.env._("Waive Scores"),
            {"default_score_ids": [fields.Command.set(todo.ids)]},
        )

    # === ENTERING AND WAIVING === #

    def _enter(self, entries):
        """Enter scores of the current user's department; blank takes one back.

        All or nothing: one that cannot be entered is an error, and none is entered.

        :param entries: {score id: text or number}; points, or a count where
            violations are counted
        :type entries: dict[int, str | float | None]
        :raises AccessError: if one belongs to another department
        :raises UserError: if one is no number, out of range, measured or closed
        """
        scores = self.browse(entries)
        scores.check_access("read")
        scores._check_may_score()
        numbers = {
            score: score._number_of(entries[score.id]) for score in scores.sudo()
        }
        rows = [
            score._entered(number)
            for score, number in numbers.items()
            # Blank is how a waiver looks: typing it again does not take it back
            if number is not None or score.state == "scored"
        ]
        self._store_scores(rows)

    def _check_may_score(self):
        """:raises AccessError: if the user's department is not the one that scores
        :raises UserError: if a card is closed
        """
        if self.env.su:
            mine = self.sudo().department_id
        else:
            mine = self.env["rating.department"]._of(self.env.user)
        for score in self.sudo():
            if score.department_id not in mine:
                raise AccessError(
                    self.env._(
                        "%(indicator)s is scored by %(department)s. Ask them.",
                        indicator=score.indicator_id.name,
                        department=score.department_id.name,
                    )
                )
            if score.scorecard_id.state != "open" or not score.scorecard_id.is_current:
                raise UserError(
                    self.env._(
                        "The card %(card)s is closed. A rating manager can correct "
                        "it: that makes a new version with a reason.",
                        card=score.scorecard_id.display_name,
                    )
                )

    def _number_of(self, entry):
        """:return: an entry as a number, None for a blank one
        :raises UserError: if it is neither, or nobody can have meant it
        """
        typed = "" if entry is None or entry is False else str(entry)
        # Full-width digits, points and commas are what a Chinese keyboard types
        typed = unicodedata.normalize("NFKC", typed).strip().replace(",", ".")
        if not typed:
            number = None
        else:
            try:
                number = float(typed)
            except ValueError:
                number = float("nan")
            if not math.isfinite(number) or "_" in typed:
                raise UserError(
                    self.env._(
                        "“%(entry)s” is not a number: %(indicator)s of %(dealer)s.",
                        entry=entry,
                        indicator=self.indicator_id.name,
                        dealer=self.dealer_id.partner_name,
                    )
                )
            self.indicator_id._check_entry(number)
            number = round(number, 2) + 0.0  # kept as shown, and no minus before a zero
        if self.is_measured:
            raise UserError(
                self.env._(
                    "%(indicator)s of %(dealer)s was measured from the ledger. Correct "
                    "the ledger, and it will be measured anew.",
                    indicator=self.indicator_id.name,
                    dealer=self.dealer_id.partner_name,
                )
            )
        return number

    def _entered(self, number):
        """:return: this score as a row to store, see :meth:`_store_scores`"""
        if number is None:
            return (self.id, "open", None, None, None)
        points = number
        if self.method == "violations":
            points = points_of(number, self.indicator_id._steps())
        return (self.id, "scored", number, points, None)

    def _waive(self, reason):
        """Go without these scores: each earns the least that its indicator can give.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if one is scored, or its card closed
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        if not said(reason):
            raise UserError(self.env._("Say why these scores are waived."))
        rows = []
        for score in self.sudo():
            if score.state == "scored" or score.scorecard_id.state != "open":
                raise UserError(
                    self.env._(
                        "%(indicator)s of %(dealer)s is scored, or its card is "
                        "closed. Only open scores can be waived.",
                        indicator=score.indicator_id.name,
                        dealer=score.dealer_id.partner_name,
                    )
                )
            steps = score.indicator_id._steps()
            worst = least(steps if score.method != "entered" else ())
            if score.method == "measured":  # a department could have given nothing
                worst = min(worst, least())
            rows.append((score.id, "waived", None, worst, reason))
        self._store_scores(rows)

    @api.model
    def _store_scores(self, rows):
        """Write scores and sum their cards up: three statements for any number.

        :param rows: tuples (score id, state, value, points, reason)
        """
        if not rows:
            return
        self.env.flush_all()
        ids, states, values, points, reasons = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE rating_score AS score
                      SET state = new.state, value = new.value, points = new.points,
                          reason = new.reason, is_measured = FALSE, part = NULL,
                          whole = NULL, items = NULL,
                          scored_by_id = CASE WHEN new.state != 'open' THEN %(uid)s END,
                          scored_on = %(now)s, write_uid = %(uid)s,
                          write_date = %(now)s
                     FROM unnest(%(ids)s::int[], %(states)s::varchar[],
                                 %(values)s::numeric[], %(points)s::numeric[],
                                 %(reasons)s::varchar[])
                          AS new (id, state, value, points, reason)
                    WHERE score.id = new.id""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=ids,
                states=states,
                values=values,
                points=points,
                reasons=reasons,
            )
        )
        self.invalidate_model()
        cards = self.sudo().browse(ids).scorecard_id
        self.env["rating.scorecard"]._total(SQL("card.id = ANY(%s)", cards.ids))
        self.env["dealer.quarter"].sudo()._grade_of(cards)
