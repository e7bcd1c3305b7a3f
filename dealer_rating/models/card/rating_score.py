from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What a department may write; everything else comes from methods.
WRITABLE = {"entry", "remark"}


class RatingScore(models.Model):
    """One indicator of one card: what was measured or entered, and what it earns."""

    _name = "rating.score"
    _description = "Score"
    _inherit = ["trade.record"]
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
    method = fields.Selection(
        [
            ("entered", "Entered"),
            ("violations", "Counted"),
            ("measured", "Measured"),
        ]
    )
    dealer_id = fields.Many2one("rating.dealer", index=True)
    partner_id = fields.Many2one("res.partner", "Customer")
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("performance", "Performance (monthly)"),
            ("conduct", "Conduct (quarterly)"),
        ]
    )
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
    is_measured = fields.Boolean("Measured Value", help="The books knew a value.")
    value = fields.Float(digits=(16, 6), help="What was measured or counted.")
    part = fields.Float(digits=(16, 2), help="The value is this share …")
    whole = fields.Float(digits=(16, 2), help="… of this.")
    items = fields.Integer(help="How many records stand behind it.")
    points = fields.Float(digits=(16, 2))
    reason = fields.Char("Reason of the Waiver")
    remark = fields.Char()
    scored_by_id = fields.Many2one(
        "res.users", help="Who entered or waived it, or confirmed what was measured."
    )
    scored_on = fields.Datetime()
    given_by_id = fields.Many2one(
        "res.users", help="Gave points before the books knew a value."
    )
    given_points = fields.Float(
        "Points Given Before",
        digits=(16, 2),
        help="What was given before the books knew a value. They come back should the "
        "value be gone again.",
    )

    entry = fields.Char(
        compute="_compute_entry",
        inverse="_inverse_entry",
        help="Points, or a count where violations are counted. Empty means that nobody "
        "scored it yet, which is not a zero.",
    )
    can_score = fields.Boolean(compute="_compute_can_score")
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
            shown = score.value if counted else score.points
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

    @api.depends_context("lang")
    @api.depends(
        *("state", "value", "part", "whole", "items", "reason", "is_measured"),
        *("scored_by_id", "given_by_id", "scorecard_id.state"),
    )
    def _compute_explanation(self):
        for score in self:
            if score.state == "waived":
                score.explanation = self.env._("Waived: %(why)s", why=score.reason)
            elif score.is_measured:
                score.explanation = self._explain_measured(score)
            elif score.method == "measured":
                score.explanation = self._explain_unmeasured(score)
            elif score.state == "scored" and score.method == "violations":
                score.explanation = self.env._(
                    "%(count)d counted, %(points)g points",
                    count=score.value,
                    points=score.points,
                )
            else:
                score.explanation = False

    def _explain_measured(self, score):
        """Return what the books said, and whose points it took the place of."""
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
        """Return who says what a score is worth where the books know nothing."""
        if score.scorecard_id.state != "open":
            return self.env._("There was nothing to measure.")
        if score.state == "open":
            return self.env._(
                "There was nothing to measure: give points. Should the books know a "
                "value before the card is closed, it takes their place."
            )
        if score.scored_by_id:
            return self.env._(
                "There was nothing to measure, points were given. Should the books "
                "know a value before the card is closed, it takes their place."
            )
        return self.env._("There was nothing to measure.")

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - WRITABLE:
                raise AccessError(
                    self.env._(
                        "A department enters scores and remarks. Everything else on a "
                        "card comes from the books or from its rules."
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
                self.env._("This was not measured: there are no records behind it.")
            )
        return self.env["rating.measure"]._records(self)
