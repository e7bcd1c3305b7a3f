from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, date_utils, format_date, formatLang

from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.windows import list_of

from ...core.score import points_of

# Fields that a score may have been measured on
MEASURED = {"dealer_id", "date", "value"}


class RatingStockReport(models.Model):
    """Stock of our goods at a dealer on the day of a count.

    In money, not in days: days as a dealer computes them cannot be checked, a value by
    our prices is compared with what our invoices say it bought.
    """

    _name = "rating.stock.report"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "dealer_id.company_id"
    _branches_write = True
    _description = "Stock Report"
    _order = "date desc, dealer_id, id"
    _rec_name = "dealer_id"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="dealer_id.partner_id", string="Customer", store=True
    )
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Counted On",
        required=True,
        default=lambda self: self.env.company._trade_day(),
        help="The card of the month in which this day lies is scored by it.",
    )
    value = fields.Monetary(
        "Stock Value",
        required=True,
        help="What the dealer has of our goods, at our net prices and without tax.",
    )
    reported_by = fields.Char(help="Name of the person who counted or reported.")
    note = fields.Text(help="Other observations: gaps, old goods, goods near expiry.")

    bought = fields.Monetary(
        "Bought Before",
        compute="_compute_days",
        help="Invoiced to the dealer in the days up to the count that the settings "
        "name, credit notes taken off, without tax.",
    )
    has_days = fields.Boolean(compute="_compute_days")
    days = fields.Float(
        "Days of Stock",
        compute="_compute_days",
        digits=(16, 1),
        help="How long the stock lasts if the dealer sells as fast as it bought.",
    )
    norm = fields.Integer(
        compute="_compute_days", help="In days: of the dealer or the company."
    )
    # As exact as a score has it: the days are rounded to be shown
    ratio = fields.Float("Of the Norm", compute="_compute_days", digits=(16, 6))
    explanation = fields.Char(compute="_compute_days")
    points = fields.Float(
        "Earns",
        compute="_compute_points",
        digits=(16, 2),
        help="By the steps of the card in use.",
    )
    top = fields.Float(compute="_compute_points")

    _day_unique = models.UniqueIndex(
        "(dealer_id, date)",
        "There is a report of this dealer and day already. Change that one.",
    )
    _company_date_idx = models.Index("(company_id, date)")
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "The value of a stock cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("dealer_id", "date")
    def _compute_display_name(self):
        for report in self:
            day = format_date(self.env, report.date) if report.date else ""
            report.display_name = f"{report.dealer_id.partner_name or ''} · {day}"

    @api.depends_context("lang")
    @api.depends("dealer_id.stock_norm", "date", "value")
    def _compute_days(self):
        """One statement for all reports of a company; read past record rules, so that
        a salesperson sees the same days as an accountant."""
        found = {}
        for company, reports in self.sudo().grouped("company_id").items():
            if company and reports.ids:
                found |= reports._days(company)
        nothing = 0, 0, False, None
        for report in self:
            norm, bought, has_begun, days = found.get(report._origin.id, nothing)
            report.norm = norm
            report.bought = bought
            report.has_days = days is not None
            report.days = days or 0
            report.ratio = (days or 0) / norm if norm else 0
            report.explanation = bool(norm) and report._explain(has_begun)

    @api.depends("company_id", "ratio", "has_days")
    def _compute_points(self):
        templates = self.env["rating.scorecard.template"]
        for company, reports in self.grouped("company_id").items():
            template = templates._of(company or self.env.company).get("performance")
            lines = (template or templates).indicator_ids
            line = lines.filtered(lambda each: each.measure == "stock")[:1]
            steps = line._steps() if line else []
            for report in reports:
                told = steps and report.has_days
                report.points = points_of(report.ratio, steps) if told else 0
                report.top = line.top if told else 0

    def _days(self, company):
        """:return: {id: (norm, bought, has_begun, days)}"""
        self.env.flush_all()
        own = SQL("SELECT unnest(%s::int[])", self.ids)
        measure = self.env["rating.measure"]
        rows = self.env.execute_query(
            SQL(
                """SELECT id, norm, bought::float, has_begun, days::float
                     FROM (%s) AS stock""",
                measure._stock_sql(company, own, company._trade_day()),
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _explain(self, has_begun):
        """:return: how the days came about, or why there are none"""
        pace = self.company_id.root_id.sudo().rating_stock_days
        words = {
            "bought": self.currency_id.format(self.bought),
            "pace": pace,
            "dealer": self.dealer_id.partner_name,
            "norm": self.norm,
        }
        if self.has_days:
            return self.env._(
                "%(bought)s bought in the %(pace)d days up to the count is %(daily)s a "
                "day: this stock lasts %(days)s days. The norm is %(norm)d days.",
                daily=self.currency_id.format(self.bought / pace),
                days=formatLang(self.env, self.days, digits=1),
                **words,
            )
        if self.bought > 0 and not has_begun:
            return self.env._(
                "%(dealer)s bought nothing more than %(pace)d days before the count: "
                "how fast it sells is not known yet. The department gives points.",
                **words,
            )
        return self.env._(
            "%(dealer)s bought nothing, returns taken off, in the %(pace)d days up to "
            "the count: how long the stock lasts is not known. The department gives "
            "points.",
            **words,
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("date", "dealer_id")
    def _check_date(self):
        for report in self:
            if report.date > report.company_id._trade_day():
                raise ValidationError(
                    self.env._(
                        "%(day)s is still to come. Enter the day on which the stock of "
                        "%(dealer)s was counted.",
                        day=format_date(self.env, report.date),
                        dealer=report.dealer_id.partner_name,
                    )
                )

    def _check_not_scored(self):
        """:raises UserError: if a closed card was measured on one of these reports"""
        scored = [
            ("dealer_id", "in", self.dealer_id.ids),
            ("is_current", "=", True),
            ("is_measured", "=", True),
            ("indicator_id.measure", "=", "stock"),
            ("scorecard_id.state", "=", "closed"),
        ]
        scores = self.env["rating.score"].sudo().search(scored)
        windows = {score: self.env["rating.measure"]._window(score) for score in scores}
        for report in self.sudo():
            for score, (first, last) in windows.items():
                if score.dealer_id == report.dealer_id and first <= report.date <= last:
                    raise UserError(
                        self.env._(
                            "The card %(card)s was scored by this report and is "
                            "closed. Let a rating manager correct the card, then "
                            "change the report.",
                            card=score.scorecard_id.display_name,
                        )
                    )

    # === CRUD METHODS === #

    def write(self, vals):
        changes = bool(vals.keys() & MEASURED)
        if changes:
            self._check_not_scored()
        done = super().write(vals)
        if changes:  # it may have moved into the month of a closed card
            self._check_not_scored()
        return done

    @kept
    def _unlink_not_scored(self):
        self._check_not_scored()

    # === ACTION METHODS === #

    def action_open_bought(self):
        """Open the invoices and credit notes that the days were computed from."""
        self.ensure_one()
        days = self.company_id.root_id.sudo().rating_stock_days
        first = date_utils.subtract(self.date, days=days - 1)
        invoices = self.env["rating.measure"]._invoices_sql(
            self.company_id, first, self.date, self.partner_id.id
        )
        self.env.flush_all()
        found = self.env.execute_query(SQL("SELECT id FROM (%s) AS invoice", invoices))
        return list_of(
            self.env["account.move"],
            self.env._("Bought before %(report)s", report=self.display_name),
            [("id", "in", sorted(move for (move,) in found))],
        )
