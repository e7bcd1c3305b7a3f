import json
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount, format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.given import ABSURD
from odoo.addons.trade_credit_base.sentences import Sentence

_lt = LazyTranslate(__name__)


class CreditLimit(models.Model):
    """A limit from a day to a day. Rows are added, never changed.

    A permanent limit is in force until the next one begins. A temporary one takes its
    place while it lasts. A base limit (goods left with the dealer for good) comes on
    top. An *end* closes an earlier limit from its day on.
    """

    _name = "credit.limit"
    _description = "Credit Limit"
    _inherit = ["trade.record"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    file_id = fields.Many2one(
        "credit.file",
        "Credit File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("permanent", "Permanent"),
            ("temporary", "Temporary"),
            ("base", "Base"),
            ("end", "End of a limit"),
        ],
        required=True,
        default="permanent",
    )
    amount = fields.Monetary(required=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day, for a temporary limit.")
    ends_id = fields.Many2one("credit.limit", readonly=True, index="btree_not_null")
    reason = Sentence(required=True)
    in_force = fields.Boolean(compute="_compute_in_force")
    create_uid = fields.Many2one("res.users", "Granted By", readonly=True)

    _amount_sane = models.Constraint(
        "CHECK (amount >= 0)",
        "A credit limit cannot be negative. Enter zero to allow none.",
    )
    _dates_forward = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A credit limit cannot end before it begins.",
    )
    _temporary_ends = models.Constraint(
        "CHECK (kind != 'temporary' OR date_to IS NOT NULL)",
        "A temporary limit needs its last day.",
    )
    _end_of_what = models.Constraint(
        "CHECK ((kind = 'end') = (ends_id IS NOT NULL))",
        "Only an end names the limit that it ends.",
    )

    @api.depends("amount", "currency_id")
    def _compute_display_name(self):
        for limit in self:
            amount = limit.amount or 0.0
            limit.display_name = format_amount(self.env, amount, limit.currency_id)

    def _compute_in_force(self):
        self.env.flush_all()
        day = self.company_id[:1]._trade_day()
        granted = self._in_force_sql(day, SQL("file_id = ANY(%s)", self.file_id.ids))
        rows = self.env.execute_query(
            SQL("SELECT unnest(ids) FROM (%s) AS granted", granted)
        )
        in_force = {limit_id for (limit_id,) in rows}
        for limit in self:
            limit.in_force = limit.id in in_force

    @api.constrains("amount")
    def _check_amount(self):
        # Put so that it also refuses what is not a number.
        if not all(limit.amount <= ABSURD for limit in self):
            raise ValidationError(
                self.env._(
                    "That limit is beyond anything a company could owe. Check the "
                    "amount."
                )
            )

    @api.constrains("file_id", "kind", "date_from", "date_to")
    def _check_overlap(self):
        """Two temporary limits at once would leave open which of them counts."""
        for limit in self.filtered(lambda each: each.kind == "temporary"):
            others = self.search(
                [
                    ("file_id", "=", limit.file_id.id),
                    ("kind", "=", "temporary"),
                    ("id", "!=", limit.id),
                    ("date_from", "<=", limit.date_to),
                    ("date_to", ">=", limit.date_from),
                ]
            )
            for other in others:
                last_day = other._last_day()
                if last_day >= limit.date_from and last_day >= other.date_from:
                    raise ValidationError(
                        self.env._(
                            "%(customer)s has a temporary limit from %(start)s until "
                            "%(end)s already. End that one first, or choose other "
                            "days.",
                            customer=limit.partner_id.display_name,
                            start=format_date(self.env, other.date_from),
                            end=format_date(self.env, last_day),
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits.file_id._push_core_limit()
        self.env["credit.decision"]._retake_soon(limits.file_id)
        return limits

    # What would write through super() is exactly what must not happen.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A limit is never changed. Grant a new one, or end this one.")
        )

    @api.model
    def _instead(self):
        return self.env._("Grant a new one, or end this one.")

    # === ACTION METHODS === #

    def action_end(self):
        """End limits before their time, from today on.

        :raises AccessError: if the user is not a credit manager
        """
        self.env["credit.file"]._check_may_grant()
        today = self.company_id[:1]._trade_day()
        for limit in self:
            if limit.kind == "end" or limit._last_day() < today:
                raise UserError(self.env._("This limit is not in force any more."))
            limit.sudo().create(
                {
                    "file_id": limit.file_id.id,
                    "kind": "end",
                    "amount": limit.amount,
                    "date_from": max(today, limit.date_from),
                    "ends_id": limit.id,
                    "reason": _lt("Ended by %(user)s", user=self.env.user.name),
                }
            )
        return True

    # === BUSINESS METHODS === #

    def _last_day(self):
        """Return the last day the limit was meant for, ends taken into account."""
        self.ensure_one()
        ends = self.sudo().search([("ends_id", "=", self.id)]).mapped("date_from")
        days = [fields.Date.subtract(day, days=1) for day in ends]
        return min(days + [self.date_to or date.max])

    @api.model
    def _in_force_sql(self, day, whose):
        """Return SQL for (file_id, amount, ids) of the limits in force on ``day``.

        ``whose`` is a condition on ``file_id``.

        Of the permanent limits only the newest is asked: one that was replaced does
        not come back when its successor ends.
        """
        return SQL(
            """SELECT file_id, SUM(amount) AS amount, array_agg(id) AS ids
                 FROM (
               SELECT *, bool_or(kind = 'temporary') OVER (PARTITION BY file_id)
                          AND kind = 'permanent' AS replaced
                 FROM (
               SELECT DISTINCT ON (file_id, kind, CASE WHEN kind = 'base' THEN id END)
                      *
                 FROM (
               SELECT id, file_id, kind, amount, date_from,
                      COALESCE(date_to < %(day)s, FALSE) OR EXISTS (
                          SELECT FROM credit_limit gone
                           WHERE gone.ends_id = credit_limit.id
                             AND gone.date_from <= %(day)s) AS over
                 FROM credit_limit
                WHERE kind != 'end' AND date_from <= %(day)s AND %(whose)s) AS begun
             ORDER BY file_id, kind, CASE WHEN kind = 'base' THEN id END,
                      kind = 'temporary' AND over, date_from DESC, id DESC) AS newest
                WHERE NOT over) AS valid
                WHERE NOT replaced
             GROUP BY file_id""",
            day=day,
            whose=whose,
        )

    @api.model
    def _cron_push_core_limits(self):
        """Let the accounting app follow limits that begin or end by themselves."""
        files = self.env["credit.file"].search([("limit_ids", "!=", False)])
        for company, own in files.grouped("company_id").items():
            with self.env["trade.job"]._apart(company):
                own._push_core_limit()

    # === GRANTING === #

    @api.model
    def _grant_each(self, values):
        """Grant each of many files limits of its own.

        The caller has checked that the limits may be granted, and that no temporary
        ones overlap.

        :param values: list of dicts with ``file_id``, ``amount`` in company currency,
            ``date_from``, ``reason`` and, for a temporary limit, ``date_to``
        :return: {file id: the id of its new limit}, of the last one if it has several
        :raises ValidationError: if an amount is beyond anything a company could owe
        """
        if not values:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit (
                       file_id, partner_id, company_id, kind, amount, date_from,
                       date_to, reason,
                       create_uid, write_uid, create_date, write_date)
                SELECT file.id, file.partner_id, file.company_id,
                       CASE WHEN given.date_to IS NULL THEN 'permanent'
                            ELSE 'temporary' END,
                       given.amount, given.date_from, given.date_to, given.reason,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM json_populate_recordset(
                           NULL::credit_limit, %(values)s) AS given
                  JOIN credit_file AS file ON file.id = given.file_id
              ORDER BY file.id
                RETURNING file_id, id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                values=json.dumps(values, default=str),
            )
        )
        granted = dict(rows)
        self.browse(limit_id for _file_id, limit_id in rows)._check_amount()
        files = self.env["credit.file"].browse(granted)
        files.invalidate_model(flush=False)
        files._push_core_limit()
        self.env["credit.decision"]._retake_soon(files)
        return granted
