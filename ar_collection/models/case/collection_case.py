from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.trade_credit_base.lookups import count_lines
from odoo.addons.trade_credit_base.windows import list_of, shipped

from ...groups import COLLECTOR
from ...statements import leave_room, stamp

# Fields that users of a case may write; everything else comes from the run
WRITABLE = {
    *("is_key", "key_department", "key_user_id", "key_target_on", "key_agreed"),
    *("next_step", "next_step_on", "user_id"),
}

COUNTED = ("action", "delivery", "dispute", "letter", "promise")


class CollectionCase(models.Model):
    """One customer of one company, while anything is late."""

    _name = "collection.case"
    _description = "Collection Case"
    _inherit = [
        "collection.document",
        "mail.thread",
        "mail.activity.mixin",
        "trade.waiting",
        "record.seal.mixin",
        "collection.record",
    ]
    _document_report = "ar_collection.collection_case_report"
    _order = "state desc, priority desc, id"
    _rec_name = "partner_id"

    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True
    )
    user_id = fields.Many2one("res.users", "Owner", index=True, tracking=True)
    company_level = fields.Boolean(
        "With the Company", help="The company's collector took over."
    )
    is_key = fields.Boolean("Key Collection", tracking=True)
    opened_on = fields.Date(required=True)
    closed_on = fields.Date()
    stage_id = fields.Many2one("collection.stage", "Highest Stage")
    priority = fields.Float(help="Overdue amount × days, and further weights.")
    overdue = fields.Monetary(help="As of the last run, payments and credits deducted.")
    days_late = fields.Integer("Oldest Item (days late)")
    next_step = fields.Char()
    item_ids = fields.One2many("collection.item", "case_id", "Items")
    action_ids = fields.One2many("collection.action", "case_id", "Actions")
    delivery_ids = fields.One2many("collection.delivery", "case_id", "Deliveries")

    _open_unique = models.UniqueIndex(
        "(partner_id, company_id) WHERE state = 'open'",
        "This customer has an open case in this company.",
    )

    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    owed = fields.Monetary(
        "Open in All",
        compute="_compute_amounts",
        help="All open items, late or not, payments and credits deducted.",
    )
    promised = fields.Monetary(
        compute="_compute_amounts", help="Amount still expected from open promises."
    )
    disputed = fields.Monetary(
        compute="_compute_amounts",
        help="Disputes that are to be decided, or valid and not resolved.",
    )
    item_count = fields.Integer("Open Items", compute="_compute_amounts")
    is_unchased = fields.Boolean(
        "None Chased",
        compute="_compute_amounts",
        help="All late invoices are marked as left out of follow-ups, or as blocked.",
    )
    broken_count = fields.Integer("Broken Promises", compute="_compute_counts")
    action_count = fields.Integer("Actions Taken", compute="_compute_counts")
    promise_count = fields.Integer("Number of Promises", compute="_compute_counts")
    dispute_count = fields.Integer("Number of Disputes", compute="_compute_counts")
    letter_count = fields.Integer("Number of Letters", compute="_compute_counts")
    delivery_count = fields.Integer("Delivered", compute="_compute_counts")
    other_case_count = fields.Integer("Earlier Cases", compute="_compute_counts")
    is_worked_on = fields.Boolean(
        compute="_compute_is_worked_on", help="You own this case, or you collect."
    )

    def init(self):
        leave_room(self.env.cr, self._table)  # each run writes on all that are open
        return super().init()

    def write(self, vals):
        own = {name for name in vals if name in self._fields}
        kept = own - WRITABLE - set(self.env["mail.thread"]._fields)
        kept -= set(self.env["mail.activity.mixin"]._fields)
        if not self.env.su and kept:
            raise AccessError(
                self.env._(
                    "The figures of a case are computed by the run. Only its owner, "
                    "its next step and the mark of a key collection can be changed."
                )
            )
        if not self.env.su:  # no key of the context leaves it without a trace
            self = self.with_context(tracking_disable=False, mail_notrack=False)
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _follow(self, company, day):
        """Open cases where something is late, close those where nothing is any more.

        What open ones come to is written by :meth:`_weigh`.

        :param company: a root company
        :param date day: today, where the company is
        """
        self.env.flush_all()
        is_late = self._is_late_sql(company, day)
        late = SQL("SELECT DISTINCT partner_id FROM collection_item WHERE %s", is_late)
        self.env.cr.execute(self._open_sql(company, day, late))
        self.env.cr.execute(self._close_sql(company, day))
        self.env.cr.execute(self._belong_sql(company))
        self.env.invalidate_all()

    @api.model
    def _weigh(self, company, day, run=None):
        """Write what is late on the open cases, and the stage that a run reached.

        Together, for a row that is written twice costs more than twice.

        :param company: a root company
        :param date day: today, where the company is
        :param run: the run of this day, once it is planned
        """
        self.env.flush_all()
        self.env.cr.execute(self._weigh_sql(company, day, run))
        self.invalidate_model(["overdue", "days_late", "priority", "stage_id"])

    def _belong_sql(self, company):
        """Let open items belong to the open case of their customer."""
        return SQL(
            """
            UPDATE collection_item AS item SET case_id = opened.id
              FROM collection_case AS opened
             WHERE opened.state = 'open' AND opened.company_id = %s
               AND item.partner_id = opened.partner_id
               AND item.company_id = opened.company_id
               AND item.state = 'open' AND item.case_id IS DISTINCT FROM opened.id
            """,
            company.id,
        )

    def _is_late_sql(self, company, day):
        """:return: SQL of a condition on ``collection_item``"""
        return SQL(
            """company_id = %s AND state = 'open' AND residual > 0 AND date_due < %s""",
            company.id,
            day,
        )

    @api.model
    def _weight_sql(self, company):
        """Return what a customer's overdue amount × days is multiplied by. Extend where
        something else makes a case urgent: ``SQL("%s * …", super()…)``.

        :param company: a root company
        :return: SQL of a number for each ``collection_item.partner_id``
        """
        return SQL("1")

    def _open_sql(self, company, day, customers):
        """Open the cases that customers have not.

        :param SQL customers: rows (partner_id) of commercial entities
        """
        return SQL(
            """
            INSERT INTO collection_case (
                   partner_id, company_id, state, user_id, opened_on, create_uid,
                   write_uid, create_date, write_date)
            SELECT partner.id, %(company)s, 'open', partner.user_id, %(day)s,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (%(customers)s) AS asked
              JOIN res_partner AS partner ON partner.id = asked.partner_id
             WHERE NOT EXISTS (SELECT FROM collection_case AS known
                                WHERE known.partner_id = asked.partner_id
                                  AND known.company_id = %(company)s
                                  AND known.state = 'open')
                ON CONFLICT (partner_id, company_id) WHERE state = 'open' DO NOTHING
            """,
            company=company.id,
            day=day,
            customers=customers,
            **stamp(self.env),
        )

    def _close_sql(self, company, day):
        """A case closes when nothing is late and nobody waits for what was promised or
        judges what was disputed."""
        return SQL(
            """
            UPDATE collection_case AS own
               SET state = 'closed', closed_on = %(day)s, overdue = 0, days_late = 0,
                   priority = 0
             WHERE own.state = 'open' AND own.company_id = %(company)s
               AND NOT EXISTS (SELECT FROM (SELECT partner_id FROM collection_item
                                             WHERE %(is_late)s) AS late
                                WHERE late.partner_id = own.partner_id)
               AND NOT EXISTS (SELECT FROM collection_promise AS promise
                                WHERE promise.case_id = own.id
                                  AND promise.state = 'open')
               AND NOT EXISTS (SELECT FROM collection_dispute AS dispute
                                WHERE dispute.case_id = own.id
                                  AND dispute.state IN ('open', 'valid'))
            """,
            company=company.id,
            day=day,
            is_late=self._is_late_sql(company, day),
        )

    def _weigh_sql(self, company, day, run):
        """Write what has changed. No case goes back to a stage for an earlier day."""
        return SQL(
            """
            UPDATE collection_case AS opened
               SET overdue = fresh.overdue, days_late = fresh.days,
                   priority = fresh.weight, stage_id = fresh.stage_id
              FROM (SELECT own.id, COALESCE(late.overdue, 0) AS overdue,
                           COALESCE(late.days, 0) AS days,
                           COALESCE(late.weight, 0) AS weight,
                           CASE WHEN reached.day >= COALESCE(before.day, reached.day)
                                THEN reached.stage_id ELSE own.stage_id END AS stage_id
                      FROM collection_case AS own
                      LEFT JOIN collection_stage AS before ON before.id = own.stage_id
                      LEFT JOIN (%(late)s) AS late ON late.partner_id = own.partner_id
                      LEFT JOIN (
                           SELECT action.case_id, action.stage_id, stage.day
                             FROM collection_action AS action
                             JOIN collection_stage AS stage
                               ON stage.id = action.stage_id
                            WHERE action.run_id = %(run)s
                              AND action.state != 'held_out') AS reached
                        ON reached.case_id = own.id
                     WHERE own.state = 'open' AND own.company_id = %(company)s) AS fresh
             WHERE opened.id = fresh.id
               AND (opened.overdue, opened.days_late, opened.priority, opened.stage_id)
                   IS DISTINCT FROM (fresh.overdue, fresh.days, fresh.weight,
                                     fresh.stage_id)
            """,
            company=company.id,
            run=run.id if run else None,
            late=self._late_sql(company, day),
        )

    def _late_sql(self, company, day):
        """:return: SQL of rows (partner_id, overdue, days, weight)"""
        return SQL(
            """SELECT partner_id, SUM(residual) AS overdue,
                      MAX(%(day)s::date - date_due) AS days,
                      SUM(residual * (%(day)s::date - date_due)) * %(weight)s
                          AS weight
                 FROM collection_item WHERE %(is_late)s GROUP BY partner_id""",
            day=day,
            weight=self._weight_sql(company),
            is_late=self._is_late_sql(company, day),
        )

    def _own_values(self):
        """:return: the values of a record about this case that say whose it is"""
        self.ensure_one()
        return {
            "case_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
        }

    # === WHAT A CASE SHOWS === #

    @api.depends(
        "item_ids.residual",
        "item_ids.no_followup",
        "promise_ids.state",
        "dispute_ids.state",
    )
    def _compute_amounts(self):
        for case in self:
            items = case.item_ids.filtered(lambda item: item.state == "open")
            promises = case.promise_ids.filtered(lambda each: each.state == "open")
            disputes = case.dispute_ids.filtered(
                lambda each: each.state in ("open", "valid")
            )
            case.owed = sum(items.mapped("residual"))
            case.item_count = len(items)
            late = items.filtered(lambda item: item.residual > 0 and item.days_late > 0)
            case.is_unchased = bool(late) and all(late.mapped("no_followup"))
            case.promised = sum(each.amount - each.received for each in promises)
            case.disputed = sum(disputes.mapped("amount"))

    @api.depends(*(f"{name}_ids" for name in COUNTED), "promise_ids.state")
    def _compute_counts(self):
        for name in COUNTED:
            count_lines(self, f"{name}_count", f"{name}_ids")
        broken = [("state", "=", "broken")]
        count_lines(self, "broken_count", "promise_ids", broken)
        same = [("partner_id", "in", self.partner_id.ids)]
        groups = self._read_group(same, ["partner_id", "company_id"], ["__count"])
        pairs = {(partner, company): count for partner, company, count in groups}
        for case in self:
            pair = (case.partner_id, case.company_id)
            case.other_case_count = max(0, pairs.get(pair, 0) - 1)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_worked_on(self):
        collects = self.env.user.has_group(COLLECTOR)
        for case in self:
            own = not case.user_id or case.user_id == self.env.user
            case.is_worked_on = own or collects

    # === ACTION METHODS === #

    def action_take_over(self):
        """Make the user the owner of cases that have none."""
        self.filtered(lambda case: not case.user_id).user_id = self.env.user
        return True

    def action_call(self):
        """Return the dialog in which a call is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="call")

    def action_visit(self):
        """Return the dialog in which a visit is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="visit")

    def action_note(self):
        """Return the dialog in which a note is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="note")

    def action_promise(self):
        """Return the dialog in which a promise to pay is taken.

        :rtype: dict
        """
        return self._dialog("collection_promise_make_action")

    def action_dispute(self):
        """Return the dialog in which a dispute is raised.

        :rtype: dict
        """
        return self._dialog("collection_dispute_raise_action")

    def action_open_items(self):
        """Return the list of this customer's open items.

        :rtype: dict
        """
        return self._records("collection_item_action", {"search_default_open": 1})

    def action_open_actions(self):
        """Return the list of what was done on this case.

        :rtype: dict
        """
        return self._records("collection_action_action")

    def action_open_promises(self):
        """Return the list of this case's promises.

        :rtype: dict
        """
        return self._records("collection_promise_action")

    def action_open_disputes(self):
        """Return the list of this case's disputes.

        :rtype: dict
        """
        return self._records("collection_dispute_action")

    def action_open_letters(self):
        """Return the list of the letters of this case.

        :rtype: dict
        """
        own = [("case_id", "=", self.id)]
        return list_of(self.env["collection.letter"], self.env._("Letters"), own)

    def action_open_deliveries(self):
        """Return the list of what went out on this case, and of what came back.

        :rtype: dict
        """
        return self._records("collection_delivery_action")

    def action_open_other_cases(self):
        """Return the list of all cases of this customer.

        :rtype: dict
        """
        own = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return self._records("collection_case_action") | {"domain": own}

    # === BUSINESS METHODS === #

    def _dialog(self, xml_id, **context):
        self.ensure_one()
        context["default_case_id"] = self.id
        return shipped(self.env, f"ar_collection.{xml_id}", context=context)

    def _records(self, xml_id, context=None):
        self.ensure_one()
        return shipped(
            self.env,
            f"ar_collection.{xml_id}",
            domain=[("case_id", "=", self.id)],
            context=context or {},
        )
