from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.windows import shipped

from ..dealer.rating_dealer import MANAGER

# Fields that the classes follow from; a change of them makes the lines void
BOUNDARIES = {"a_from", "b_from", "a_to", "b_to"}
PARAMETERS = {"company_id", "date", "months", "method"} | BOUNDARIES

# Fields that only methods write
COMPUTED = {"computed_on", "line_ids", "state", "applied_on", "applied_by_id"}
COMPUTED |= {"automatic"}

ABC = "dealer_rating.mail_activity_type_abc"


class RatingAbc(models.Model):
    """One classification of a company's customers at a day, branches included.

    Computed, it is a proposal; applied, it gives every customer its class.
    """

    _name = "rating.abc"
    _description = "ABC Classification"
    _inherit = [
        "trade.rooted",
        "trade.owned",
        "mail.thread",
        "mail.activity.mixin",
        "trade.waiting",
    ]
    _branches_write = True
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
        found = self.env["rating.abc.line"]._read_group(
            [("abc_id", "in", self.ids)],
            ["abc_id", "abc_class", "move"],
            ["__count", "mean:sum"],
        )
        for abc in self:
            rows = [row[1:] for row in found if row[0] == abc._origin]
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
        self._check_written(defaults.union(*vals_list))
        given = own_defaults(self, COMPUTED)
        return super().create([given | vals for vals in vals_list])

    def write(self, vals):
        self._check_written(vals.keys())
        if vals.keys() & PARAMETERS:
            self._check_draft()
            self.filtered("computed_on").sudo()._void()
        return super().write(vals)

    @kept
    def _unlink_draft(self):
        self._check_draft()

    def _check_written(self, names):
        """:raises AccessError: if there are fields that only a method writes"""
        if not self.env.su and names & COMPUTED:
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
        companies = self.env["res.company"].with_context(active_test=False)
        return companies.search([("id", "child_of", self.company_id.id)])

    # === APPLYING === #

    def _apply(self, user):
        """Give every customer the class that was computed, in the name of ``user``.

        :raises UserError: if nothing is computed, or a later one was applied already
        :return: how many customers have another class now
        """
        changed = 0
        for abc in self.sudo().sorted("date"):
            abc._check_appliable()
            abc.write(
                {
                    "state": "applied",
                    "applied_on": fields.Datetime.now(),
                    "applied_by_id": user.id,
                }
            )
            abc._write_previous()
            changed += abc._write_classes()
            abc._follow_waits("apply")
        self.env["rating.abc.service"]._plan_soon()
        return changed

    def _check_appliable(self):
        if not self.computed_on:
            raise UserError(
                self.env._(
                    "The classification of %(day)s is not computed yet. Compute it, "
                    "look at it, then apply it.",
                    day=format_date(self.env, self.date),
                )
            )
        later = self._last_applied(self.company_id)
        if later.date and later.date > self.date:
            raise UserError(
                self.env._(
                    "The classification of %(later)s is newer than that of %(day)s and "
                    "was applied already.",
                    later=format_date(self.env, later.date),
                    day=format_date(self.env, self.date),
                )
            )

    @api.model
    def _last_applied(self, company):
        """:return: the applied classification of a company with the latest day"""
        return self.search(
            [("company_id", "=", company.id), ("state", "=", "applied")], limit=1
        )

    def _write_previous(self):
        """Update the lines' present classes: others may have been applied since."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_abc_line line
                      SET previous_class = previous, move = %(move)s
                     FROM (SELECT id, rating_abc_class->>%(key)s AS previous
                             FROM res_partner) AS partner
                    WHERE line.partner_id = partner.id AND line.abc_id = %(id)s
                      AND line.previous_class IS DISTINCT FROM previous""",
                move=self._move_sql(),
                key=str(self.company_id.id),
                id=self.id,
            )
        )
        self.env["rating.abc.line"].invalidate_model(["previous_class", "move"])

    def _write_classes(self):
        """Give each customer its class, since when, and the one before, at once.

        Only those whose class changes are written; a customer in no line loses it. The
        values go to the branches too: their users look at the same customers.

        :return: how many were written
        """
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner partner
                      SET rating_abc_class = %(letter)s, rating_abc_date = %(date)s,
                          rating_abc_previous = %(previous)s,
                          write_uid = %(user)s, write_date = %(now)s
                     FROM (SELECT known.id, line.abc_class AS new,
                                  known.rating_abc_class->>%(key)s AS old
                             FROM res_partner known
                        LEFT JOIN rating_abc_line line
                               ON line.partner_id = known.id AND line.abc_id = %(id)s
                            WHERE known.rating_abc_class->>%(key)s
                                  IS DISTINCT FROM line.abc_class) AS change
                    WHERE partner.id = change.id""",
                letter=self._given_sql("rating_abc_class", SQL("change.new")),
                date=self._given_sql(
                    "rating_abc_date", SQL("%s::text", str(self.date))
                ),
                previous=self._given_sql("rating_abc_previous", SQL("change.old")),
                key=str(self.company_id.id),
                id=self.id,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        written = self.env.cr.rowcount
        self.env["res.partner"].invalidate_model()
        self.env["rating.dealer"]._shown_anew()
        return written

    def _given_sql(self, column, value):
        """Return a company dependent column with ``value`` in the company and its
        branches; where that is null they have none."""
        keys = [str(branch.id) for branch in self._branches()]
        return SQL(
            """CASE WHEN %(value)s IS NULL THEN NULLIF(%(column)s - %(keys)s::text[],
                                                       '{}'::jsonb)
                    ELSE COALESCE(%(column)s, '{}'::jsonb)
                         || (SELECT jsonb_object_agg(key, %(value)s)
                               FROM unnest(%(keys)s::text[]) AS key) END""",
            column=SQL.identifier("partner", column),
            value=value,
            keys=keys,
        )

    # === EACH MONTH === #

    @api.model
    def _cron_reclassify(self):
        """Classify the companies anew that are not yet classified this month."""
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            with self.env["trade.job"]._apart(company):
                self._reclassify(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _reclassify(self, company):
        """Classify a company as it last was, unless that was done this month.

        An automatic draft of an earlier month that nobody applied is made anew: drafts
        do not pile up. A second call in the month changes nothing.

        :return: the classification, or none
        """
        last = self._last_applied(company)
        day = company._trade_day()
        # A draft that somebody tries things on is not this month's classification
        own = self.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("state", "=", "applied"),
                ("automatic", "=", True),
            ]
        )
        done = own.filtered(lambda abc: abc.date >= day.replace(day=1))
        if not last or last.repeat == "no" or done:
            return self.browse()
        own.filtered(lambda abc: abc.state == "draft").unlink()
        abc = last.copy({"date": day, "automatic": True})
        abc._compute_lines()
        if last.repeat == "apply":
            changed = abc._apply(self.env.user)
            report = {"classes_applied": abc, "classes_changed": changed}
        else:
            abc._ask_to_apply()
            report = {"classes_to_apply": abc}
        self.env["trade.job"]._report(company, **report)
        return abc

    def _ask_to_apply(self):
        """Notify the user who applied the last one that the next waits."""
        self._follow_waits("apply")

    @api.model
    def _waits(self):
        drafts = [("state", "=", "draft"), ("automatic", "=", True)]
        wait = Wait("apply", drafts, "date", MANAGER, MANAGER, ABC)
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        """Who applied the last one."""
        applied = [("company_id", "=", self.company_id.id), ("state", "=", "applied")]
        return self.search(applied, order="date desc, id desc", limit=1).applied_by_id
