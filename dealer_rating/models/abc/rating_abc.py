from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.windows import shipped

# Fields that the classes follow from; a change of them makes the lines void
BOUNDARIES = {"a_from", "b_from", "a_to", "b_to"}
PARAMETERS = {"company_id", "date", "months", "method"} | BOUNDARIES

# Fields that only methods write
APPLIED = {"state", "applied_on", "applied_by_id", "automatic"}
COMPUTED = {"computed_on", "line_ids"} | APPLIED


class RatingAbc(models.Model):
    """One classification of a company's customers at a day, branches included.

    Computed, it is a proposal; applied, it gives every customer its class.
    """

    _name = "rating.abc"
    _description = "ABC Classification"
    _inherit = ["rating.rooted", "trade.owned", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Day",
        required=True,
        copy=False,
        default=lambda self: self.env.company._trade_day(),
    )
    months = fields.Integer(
        required=True,
        default=12,
        help="So many whole months before the day are looked at.",
    )
    date_from = fields.Date("From", compute="_compute_window")
    date_to = fields.Date(
        "To", compute="_compute_window", help="The last day that counts."
    )
    method = fields.Selection(
        [("amount", "Amounts a month"), ("share", "Cumulated share of sales")],
        required=True,
        default="share",
    )
    a_from = fields.Monetary(default=10000, help="Net sales a month.")
    b_from = fields.Monetary(default=2000, help="Net sales a month.")
    a_to = fields.Float("A Up To", digits=(5, 4), default=0.8)
    b_to = fields.Float(
        "B Up To",
        digits=(5, 4),
        default=0.95,
        help="Of all sales, the largest customers first. The customer who crosses a "
        "boundary still belongs to the better class.",
    )
    repeat = fields.Selection(
        [
            ("no", "No"),
            ("draft", "As a draft for a manager"),
            ("apply", "And apply by itself"),
        ],
        "Repeat Monthly",
        required=True,
        default="draft",
        tracking=True,
        help="The classification applied last says how the next is made, monthly.",
    )

    # How far it is
    state = fields.Selection(
        [("draft", "Draft"), ("applied", "Applied")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    automatic = fields.Boolean("Made by Itself", readonly=True, copy=False)
    computed_on = fields.Datetime(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # What came of it
    line_ids = fields.One2many("rating.abc.line", "abc_id", readonly=True, copy=False)
    count_a = fields.Integer("A Customers", compute="_compute_counts")
    count_b = fields.Integer("B Customers", compute="_compute_counts")
    count_c = fields.Integer("C Customers", compute="_compute_counts")
    mean_a = fields.Monetary("A Sales", compute="_compute_counts")
    mean_b = fields.Monetary("B Sales", compute="_compute_counts")
    mean_c = fields.Monetary("C Sales", compute="_compute_counts")
    moved = fields.Integer(
        "Class Changes",
        compute="_compute_counts",
        help="Customers whose class goes up or down.",
    )

    _months_range = models.Constraint(
        "CHECK (months BETWEEN 1 AND 120)",
        "A classification looks at 1 to 120 months.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for abc in self:
            abc.display_name = self.env._(
                "%(company)s, %(day)s",
                company=abc.company_id.name or "",
                day=format_date(self.env, abc.date),
            )

    @api.depends("date", "months")
    def _compute_window(self):
        for abc in self:
            end = abc.date and abc.date.replace(day=1)
            abc.date_from = end and end - relativedelta(months=abc.months)
            abc.date_to = end and end - relativedelta(days=1)

    @api.depends("line_ids")
    def _compute_counts(self):
        found = {}
        for abc, letter, move, count, mean in self.env["rating.abc.line"]._read_group(
            [("abc_id", "in", self.ids)],
            ["abc_id", "abc_class", "move"],
            ["__count", "mean:sum"],
        ):
            found.setdefault(abc.id, []).append((letter, move, count, mean))
        for abc in self:
            rows = found.get(abc._origin.id, [])
            for letter in "ABC":
                own = [row for row in rows if row[0] == letter]
                abc[f"count_{letter.lower()}"] = sum(row[2] for row in own)
                abc[f"mean_{letter.lower()}"] = sum(row[3] for row in own)
            abc.moved = sum(row[2] for row in rows if row[1] in ("up", "down"))

    # === CONSTRAINT METHODS === #

    @api.constrains("method", "a_from", "b_from", "a_to", "b_to")
    def _check_boundaries(self):
        for abc in self:
            if abc.method == "amount" and not 0 < abc.b_from <= abc.a_from:
                raise ValidationError(
                    self.env._("A begins at an amount no smaller than B, both above 0.")
                )
            if abc.method == "share" and not 0 < abc.a_to <= abc.b_to <= 1:
                raise ValidationError(
                    self.env._("A ends at a share no larger than B, up to 100 %.")
                )

    @api.constrains("company_id", "date")
    def _check_day(self):
        """Applied, one of a day to come would keep all others out until then."""
        if any(abc.date > abc.company_id._trade_day() for abc in self):
            raise ValidationError(
                self.env._(
                    "That day is still to come. Choose today: the months before it are "
                    "over."
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context}
        self._check_written(defaults.union(*vals_list), COMPUTED)
        given = own_defaults(self, COMPUTED)
        return super().create([given | vals for vals in vals_list])

    def write(self, vals):
        self._check_written(vals.keys(), COMPUTED)
        if vals.keys() & PARAMETERS:
            self._check_draft()
            self.filtered("computed_on").sudo()._void()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        self._check_draft()

    def _check_written(self, names, reserved):
        """:raises AccessError: if there are fields that only a method writes"""
        if not self.env.su and names & reserved:
            raise AccessError(
                self.env._(
                    "A classification is computed and applied by its buttons. Its "
                    "classes cannot be written."
                )
            )

    def _check_draft(self):
        """:raises UserError: if one of these was applied: it stays as it is"""
        for abc in self.filtered(lambda each: each.state == "applied"):
            raise UserError(
                self.env._(
                    "The classification of %(day)s was applied and stays as it is. "
                    "Duplicate it to make another.",
                    day=format_date(self.env, abc.date),
                )
            )

    # === ACTION METHODS === #

    def action_compute(self):
        """Sort all customers of the company and cut the classes. Again, if need be.

        :raises AccessError: if the user may not write classifications
        :raises UserError: if one of these was applied
        """
        self.check_access("write")
        self._check_draft()
        for abc in self.sudo():
            abc._compute_lines()
        return True

    def action_apply(self):
        """Give every customer the class that was computed.

        The one way to a customer's class; its lock is that only managers may.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if nothing is computed, or a later one was applied already
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("write")
        self._check_draft()
        self._apply(self.env.user)
        return True

    def action_open_lines(self):
        """Open the customers of this classification as list and graph."""
        self.ensure_one()
        return shipped(
            self.env,
            "dealer_rating.rating_abc_line_action",
            name=self.env._(
                "Customers on %(day)s", day=format_date(self.env, self.date)
            ),
            domain=[("abc_id", "=", self.id)],
        )

    # === COMPUTING === #

    def _counted_domain(self, partner):
        """Return which invoices count for a customer, contacts included.

        :param partner: the commercial entity, a ``res.partner``
        """
        self.ensure_one()
        return [
            ("partner_id.commercial_partner_id", "=", partner.id),
            ("company_id", "child_of", self.company_id.id),
            ("move_type", "in", ["out_invoice", "out_refund"]),
            ("state", "=", "posted"),
            ("invoice_date", ">=", self.date_from),
            ("invoice_date", "<=", self.date_to),
        ]

    def _void(self):
        """Take back what was computed."""
        self.line_ids.unlink()
        self.computed_on = False

    def _compute_lines(self):
        """Write the lines anew: every customer of the company who ever bought before
        the window ends; without sales within it the class is C. Others have none."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM rating_abc_line WHERE abc_id = %s", self.id)
        )
        self.env.cr.execute(self._lines_sql())
        self.env["rating.abc.line"].invalidate_model()
        self.invalidate_recordset()
        self.computed_on = fields.Datetime.now()

    def _lines_sql(self):
        return SQL(
            """WITH sales AS (%(sales)s),
                 sized AS (
                    SELECT partner_id, mean, GREATEST(mean, 0) AS size FROM sales),
                 placed AS (
                    SELECT partner_id, mean, size,
                           RANK() OVER (ORDER BY mean DESC) AS rank,
                           SUM(size) OVER () AS whole,
                           SUM(size) OVER (ORDER BY mean DESC) AS together,
                           SUM(size) OVER (ORDER BY mean DESC)
                           - SUM(size) OVER (PARTITION BY mean) AS larger
                      FROM sized),
                 cut AS (
                    SELECT placed.*, %(letter)s AS abc_class,
                           partner.rating_abc_class->>%(key)s AS previous
                      FROM placed JOIN res_partner partner ON partner.id = partner_id)
            INSERT INTO rating_abc_line (abc_id, company_id, partner_id, rank, mean,
                        share, cumulated, abc_class, previous_class, move,
                        create_uid, create_date, write_uid, write_date)
                 SELECT %(id)s, %(company)s, partner_id, rank, mean,
                        COALESCE(size / NULLIF(whole, 0), 0),
                        COALESCE(together / NULLIF(whole, 0), 0),
                        abc_class, previous, %(move)s,
                        %(user)s, %(now)s, %(user)s, %(now)s
                   FROM cut ORDER BY rank, partner_id""",
            sales=self._sales_sql(),
            letter=self._letter_sql(),
            move=self._move_sql(),
            key=str(self.company_id.id),
            id=self.id,
            company=self.company_id.id,
            user=self.env.uid,
            now=fields.Datetime.now(),
        )

    def _sales_sql(self):
        """Return rows (partner_id, mean): all who bought before the window's end."""
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id,
                      ROUND(COALESCE(SUM(move.amount_untaxed_signed)
                                     FILTER (WHERE move.invoice_date >= %(start)s), 0)
                            / %(months)s, %(decimals)s) AS mean
                 FROM account_move move
                 JOIN res_partner partner ON partner.id = move.partner_id
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.company_id = ANY(%(companies)s)
                  AND move.invoice_date <= %(end)s
             GROUP BY partner.commercial_partner_id""",
            start=self.date_from,
            end=self.date_to,
            months=self.months,
            decimals=self.currency_id.decimal_places,
            companies=self._branches().ids,
        )

    def _letter_sql(self):
        """Return the class of a row of ``placed``; the larger ones' share decides."""
        if self.method == "amount":
            a = SQL("mean >= %s", Decimal(str(self.a_from)))
            b = SQL("mean >= %s", Decimal(str(self.b_from)))
        else:
            a = SQL("larger < %s * whole", Decimal(str(self.a_to)))
            b = SQL("larger < %s * whole", Decimal(str(self.b_to)))
        return SQL(
            """CASE WHEN mean <= 0 THEN 'C'
                    WHEN %s THEN 'A' WHEN %s THEN 'B' ELSE 'C' END""",
            a,
            b,
        )

    def _move_sql(self):
        """Return what happens to a customer's class; ``A`` sorts before ``C``."""
        return SQL(
            """CASE WHEN previous IS NULL THEN 'new' WHEN abc_class < previous THEN 'up'
                    WHEN abc_class > previous THEN 'down' ELSE 'same' END"""
        )

    def _branches(self):
        """Return the company with its branches, archived ones too."""
        return (
            self.env["res.company"]
            .with_context(active_test=False)
            .search([("id", "child_of", self.company_id.id)])
        )
