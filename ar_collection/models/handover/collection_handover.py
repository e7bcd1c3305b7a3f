from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils, format_date

from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.windows import shipped, shipped_for

from ...groups import COLLECTOR, require
from ...statements import stamp


class CollectionHandover(models.Model):
    """A salesperson's customers go to another one, with a statement of what they owe.

    ``_prepare`` lists them as they stand; the statement is printed and signed;
    ``action_confirm`` moves cases and customers. From then on it stays as signed.
    """

    _name = "collection.handover"
    _description = "Hand-over of Cases"
    _inherit = ["collection.document", "mail.thread", "record.seal.mixin"]
    _document_report = "ar_collection.collection_handover_report"
    _mail_post_access = "read"
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    from_id = fields.Many2one("res.users", "Handed Over By", required=True)
    to_id = fields.Many2one("res.users", "Taken Over By", required=True)
    date = fields.Date(required=True, help="From this day on the other one owns them.")
    figures_on = fields.Date(
        "Figures As Of", required=True, help="Day on which the amounts were taken."
    )
    reason = fields.Text()
    state = fields.Selection(
        [("draft", "To be signed"), ("done", "Handed over")],
        default="draft",
        required=True,
        tracking=True,
    )
    line_ids = fields.One2many("collection.handover.line", "handover_id", "Customers")
    customer_count = fields.Integer("Number of Customers", compute="_compute_totals")
    case_count = fields.Integer("Cases", compute="_compute_totals")
    receivables = fields.Monetary(compute="_compute_totals")
    overdue = fields.Monetary(compute="_compute_totals")
    confirmed_by_id = fields.Many2one("res.users")
    confirmed_on = fields.Datetime()

    _two_people = models.Constraint(
        "CHECK (from_id != to_id)", "Choose two different people."
    )
    _confirmed = models.Constraint(
        "CHECK (state != 'done' OR confirmed_by_id IS NOT NULL)",
        "A hand-over carries the name of who confirmed it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("from_id", "to_id", "date")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "%(giver)s to %(taker)s, %(date)s",
                giver=handover.from_id.name,
                taker=handover.to_id.name,
                date=format_date(self.env, handover.date),
            )

    @api.depends("line_ids")
    def _compute_totals(self):
        rows = self.env["collection.handover.line"]._read_group(
            [("handover_id", "in", self.ids)],
            ["handover_id"],
            ["__count", "case_id:count", "receivables:sum", "overdue:sum"],
        )
        totals = {handover.id: numbers for handover, *numbers in rows}
        names = ("customer_count", "case_count", "receivables", "overdue")
        for handover in self:
            numbers = totals.get(handover.id, (0, 0, 0, 0))
            handover.update(dict(zip(names, numbers, strict=True)))

    # === CRUD METHODS === #

    @kept
    def _unlink_except_draft(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("A confirmed hand-over cannot be deleted."))

    # === ACTION METHODS === #

    def action_refresh(self):
        """Take the amounts of today, before it is signed."""
        self._check_draft()
        for handover in self.sudo():
            handover._fill(handover.line_ids.partner_id)
        return True

    def action_discard(self):
        """Drop hand-overs that are not signed."""
        self._check_draft()
        self.sudo().line_ids.unlink()
        self.sudo().unlink()
        return shipped(self.env, "ar_collection.collection_handover_action")

    def action_confirm(self):
        """Hand the customers and their cases over: both have signed.

        :raises AccessError: if the user is not a collector
        :raises UserError: if it is done already, or nothing is left to hand over
        """
        self._check_draft()
        for handover in self.sudo():
            if not handover.line_ids:
                raise UserError(
                    self.env._(
                        "There is nothing to hand over. Refresh the amounts, or "
                        "discard the hand-over."
                    )
                )
            people = handover.from_id | handover.to_id
            self._check_reach(handover.company_id, people, handover.date)
            handover._move()
        return True

    def action_print(self):
        """Print the statement for both to sign."""
        report = self.env.ref("ar_collection.collection_handover_report")
        return report.report_action(self, config=False)

    def action_open_cases(self):
        """Show the cases that are handed over."""
        own = [("id", "in", self.line_ids.case_id.ids)]
        return shipped_for(self.env, "ar_collection.collection_case_action", own)

    def action_open_items(self):
        """Show the open items of the customers that are handed over."""
        domain = [
            ("partner_id", "in", self.line_ids.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("state", "=", "open"),
        ]
        return shipped_for(self.env, "ar_collection.collection_item_action", domain)

    # === BUSINESS METHODS === #

    def _check_draft(self):
        """Let only collectors at hand-overs that are not signed yet."""
        self.check_access("read")
        why = self.env._("Only collectors hand cases over. Ask one of them.")
        require(self.env, COLLECTOR, why)
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._("This hand-over is confirmed already. Make another one.")
            )

    @api.model
    def _check_reach(self, company, people, date):
        """Keep a hand-over out of months that are settled: who earned or lost on the
        customers then does not change any more.

        :param company: a root company
        :param people: res.users records, who hands over and who takes over
        :raises UserError: if ``date`` lies before the first month that is open
        """
        if date < (first := self.sudo()._first_open_day(company, people)):
            raise UserError(
                self.env._(
                    "A hand-over reaches back to %(day)s at most: the months before "
                    "are settled. Hand over as of that day or later.",
                    day=format_date(self.env, first),
                )
            )

    def _first_open_day(self, company, people):
        """Return the first day of the oldest month that is not settled. Extend.

        That is the month before this one: what people earn by their customers is
        settled once a month is over.

        :param company: a root company
        :param people: res.users records, who hands over and who takes over
        """
        this_month = date_utils.start_of(company._trade_day(), "month")
        return date_utils.subtract(this_month, months=1)

    @api.model
    def _check_change(self, company, giver, taker, date, today):
        """:raises UserError: if ``taker`` cannot take over, or not as of ``date``"""
        if not company._trade_staff(taker):
            raise UserError(
                self.env._(
                    "%(person)s does not work for %(company)s. Choose somebody who "
                    "does.",
                    person=taker.name,
                    company=company.name,
                )
            )
        if date > today:
            raise UserError(
                self.env._(
                    "The day cannot be in the future: cases change hands when the "
                    "hand-over is confirmed. Make the hand-over on that day."
                )
            )
        self._check_reach(company, giver | taker, date)

    @api.model
    def _prepare(self, company, giver, taker, *, date=None, partners=None, reason=None):
        """List the customers that one person hands over to another.

        Those are customers with open items that the person looks after, or whose case
        the person owns.

        :param company: res.company; its root company's ledger counts
        :param giver, taker: res.users records
        :param date: when; by default today
        :param partners: only these customers, if any are given
        :return: the hand-over, to be signed
        :raises AccessError: if the user is not a collector, or not in the company
        :raises UserError: if there is nothing to hand over, or nobody to take it
        """
        self._check_draft()
        company.with_env(self.env)._collection_check_own()
        company = company.root_id
        taker = taker.sudo()
        today = company._trade_day()
        date = date or today
        self._check_change(company, giver, taker, date, today)
        handover = self.sudo().with_context(mail_create_nolog=True)
        handover = handover.create(
            {
                "company_id": company.id,
                "from_id": giver.id,
                "to_id": taker.id,
                "date": date,
                "figures_on": today,
                "reason": reason,
            }
        )
        handover._fill(partners)
        if not handover.line_ids:
            raise UserError(
                self.env._(
                    "%(person)s is responsible for no customer with open items "
                    "here, so there is nothing to hand over.",
                    person=giver.name,
                )
            )
        return handover.with_env(self.env)

    # === CUSTOMERS MOVE === #

    def _fill(self, partners=None):
        """Write down the customers with what they owe today, in place of what is there.

        :param partners: only these customers, if any are given
        """
        self.ensure_one()
        day = self.company_id._trade_day()
        customers = (partners or self.env["res.partner"]).commercial_partner_id
        self.env["collection.item"]._sync(self.company_id, day, customers or None)
        self.line_ids.unlink()
        self.figures_on = day
        self.env.flush_all()
        self.env.cr.execute(self._fill_sql(day, customers.ids))
        self.invalidate_recordset()
        self.env["collection.handover.line"].invalidate_model()

    def _fill_sql(self, day, chosen):
        return SQL(
            """
            INSERT INTO collection_handover_line (
                   handover_id, company_id, partner_id, case_id, to_id, date, state,
                   receivables, overdue, days_late, item_count, stage_id,
                   promise_count, promised, promised_for, dispute_count, disputed,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(handover)s, %(company)s, owing.partner_id, opened.id, %(taker)s,
                   %(date)s, 'draft', owing.receivables, COALESCE(owing.overdue, 0),
                   GREATEST(owing.days, 0), owing.items, opened.stage_id,
                   COALESCE(promise.number, 0), COALESCE(promise.amount, 0),
                   promise.day, COALESCE(dispute.number, 0),
                   COALESCE(dispute.amount, 0), %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT partner_id, SUM(residual) AS receivables,
                           SUM(residual) FILTER (WHERE date_due < %(day)s) AS overdue,
                           MAX(%(day)s::date - date_due) AS days, COUNT(*) AS items
                      FROM collection_item
                     WHERE company_id = %(company)s AND state = 'open' AND residual > 0
                     GROUP BY partner_id) AS owing
              JOIN res_partner AS partner ON partner.id = owing.partner_id
              LEFT JOIN collection_case AS opened
                ON opened.partner_id = owing.partner_id AND opened.state = 'open'
               AND opened.company_id = %(company)s
              LEFT JOIN (SELECT partner_id, COUNT(*) AS number, SUM(amount) AS amount,
                                MIN(date) AS day
                           FROM collection_promise
                          WHERE company_id = %(company)s AND state = 'open'
                          GROUP BY partner_id) AS promise
                ON promise.partner_id = owing.partner_id
              LEFT JOIN (SELECT partner_id, COUNT(*) AS number, SUM(amount) AS amount
                           FROM collection_dispute
                          WHERE company_id = %(company)s AND state IN ('open', 'valid')
                          GROUP BY partner_id) AS dispute
                ON dispute.partner_id = owing.partner_id
             WHERE (partner.user_id = %(giver)s OR opened.user_id = %(giver)s)
               AND (%(everybody)s OR owing.partner_id = ANY(%(chosen)s))
            """,
            handover=self.id,
            company=self.company_id.id,
            giver=self.from_id.id,
            taker=self.to_id.id,
            date=self.date,
            day=day,
            **stamp(self.env),
            everybody=not chosen,
            chosen=chosen,
        )

    def _move(self):
        """Move customers, cases and what is to do on them to the other person.

        A case that the company took over stays with its collector.
        """
        self.ensure_one()
        giver, taker = self.from_id, self.to_id
        customers = self.env["res.partner"].with_context(active_test=False)
        customers.search(
            [
                ("commercial_partner_id", "in", self.line_ids.partner_id.ids),
                ("user_id", "=", giver.id),
            ]
        ).write({"user_id": taker.id})
        cases = self.line_ids.case_id
        own = cases.filtered(lambda case: case.user_id == giver)
        own.with_context(mail_notrack=True).write({"user_id": taker.id})
        self._move_activities(own)
        self.write(
            {
                "state": "done",
                "confirmed_by_id": self.env.uid,
                "confirmed_on": fields.Datetime.now(),
            }
        )
        self._tell_cases()

    def _move_activities(self, cases):
        """Give what the one still had to do on these cases to the other."""
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", cases._name),
                ("res_id", "in", cases.ids),
                ("user_id", "=", self.from_id.id),
            ]
        )
        quietly = activities.with_context(mail_activity_quick_update=True)
        quietly.write({"user_id": self.to_id.id})

    def _tell_cases(self):
        lines = self.line_ids.filtered("case_id")
        lines.case_id._message_log_batch(
            bodies={
                line.case_id.id: self.env._(
                    "Handed over from %(giver)s to %(taker)s: %(receivables)s owed, "
                    "%(overdue)s of it overdue.",
                    giver=self.from_id.name,
                    taker=self.to_id.name,
                    receivables=line.currency_id.format(line.receivables),
                    overdue=line.currency_id.format(line.overdue),
                )
                for line in lines
            }
        )
