from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ..dealer.rating_dealer import MANAGER

TYPE = "dealer_rating.mail_activity_type_scores"


class RatingReminder(models.Model):
    """A department was reminded of the scores of a period that it had not given.

    There is one of a department, company and period. Its activities end when nothing
    is missing any more. Nobody may write it.
    """

    _name = "rating.reminder"
    _description = "Reminder of Missing Scores"
    _inherit = ["mail.thread", "mail.activity.mixin", "trade.waiting", "trade.card"]
    _mail_post_access = "read"
    _order = "date_to desc, id desc"
    _rec_name = "department_id"

    department_id = fields.Many2one(
        "rating.department", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    told = fields.Selection(
        [("before", "Before the End"), ("after", "After the End")], "Last Reminded"
    )
    period = fields.Char(compute="_compute_period")

    _period_unique = models.UniqueIndex(
        "(company_id, department_id, date_from, date_to)",
        "A department is reminded of a period once.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("date_from", "date_to")
    def _compute_period(self):
        for reminder in self:
            start, end = reminder.date_from, reminder.date_to
            kind = "conduct" if start.month != end.month else "performance"
            reminder.period = self.env["rating.scorecard"]._period_name(kind, start)

    @api.depends_context("lang")
    @api.depends("department_id", "period")
    def _compute_display_name(self):
        for reminder in self:
            name = reminder.department_id.name or ""
            reminder.display_name = f"{name} · {reminder.period}"

    # === ACTION METHODS === #

    def action_open_scores(self):
        """Open the scores that are missing."""
        self.ensure_one()
        self.check_access("read")
        return self.env["rating.score"]._open_missing(
            self.company_id, self.department_id.id, self.date_from, self.date_to
        )

    # === BUSINESS METHODS === #

    @api.model
    def _remind(self, company, day):
        """Remind the departments of what a company misses, and end what is done.

        Each is reminded before a period ends and again after it, unless the first
        reminder is still open.

        :param company: a root company
        :param date day: today, where the company is
        :return: the reminders that were given
        """
        self = self.sudo()
        given = self.browse()
        for department, start, end in self._late(company, day):
            key = {
                "company_id": company.id,
                "department_id": department,
                "date_from": start,
                "date_to": end,
            }
            told = "after" if day > end else "before"
            reminder = self.search([(name, "=", value) for name, value in key.items()])
            if reminder.told == told:
                continue
            reminder = reminder or self.create(key)
            reminder.told = told
            if not reminder.activity_search([TYPE]):
                reminder._follow_waits()
                given += reminder
        self._end()
        return given

    def _late(self, company, day):
        """:return: rows (department id, first day, last day) to remind of now"""
        before, after = company.rating_remind_before, company.rating_remind_after
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT score.department_id, score.date_from, score.date_to
                  FROM rating_score AS score, rating_scorecard AS card
                 WHERE score.company_id = %(company)s
                   AND score.department_id IS NOT NULL AND %(missing)s
                   AND (%(before)s > 0 AND score.date_to >= %(day)s
                        AND score.date_to - %(before)s <= %(day)s
                        OR score.date_to + %(after)s <= %(day)s AND %(after)s > 0)
                 ORDER BY score.date_to, score.department_id
                """,
                company=company.id,
                missing=self.env["rating.score"]._missing_sql(),
                day=day,
                before=before,
                after=after,
            )
        )

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        told = [("told", "!=", False)]
        wait = Wait("scores", told, "date_to", MANAGER, activity=TYPE)
        return [*super()._waits(), wait]

    def _wait_filtered(self, wait):
        """Those of which something is missing still."""
        self.env.flush_all()
        rows = self.env.execute_query(self._missing_sql(self.ids))
        missing = {row[0] for row in rows}
        found = super()._wait_filtered(wait)
        return found.filtered(lambda reminder: reminder.id in missing)

    def _wait_able(self, wait):
        return self.department_id._reminded(self.company_id)

    def _wait_words(self, wait):
        return self.env._("Scores of %(period)s are missing", period=self.period)

    @api.model
    def _missing_sql(self, ids):
        return SQL(
            """
            SELECT reminder.id FROM rating_reminder AS reminder
             WHERE reminder.id = ANY(%s) AND EXISTS (
                   SELECT FROM rating_score AS score, rating_scorecard AS card
                    WHERE score.company_id = reminder.company_id
                      AND score.department_id = reminder.department_id
                      AND score.date_from = reminder.date_from
                      AND score.date_to = reminder.date_to AND %s)
            """,
            list(ids),
            self.env["rating.score"]._missing_sql(),
        )

    @api.model
    def _end(self):
        """End the reminders of which nothing is missing any more."""
        activities = self.env["mail.activity"].sudo()
        open_ones = activities.search([("res_model", "=", self._name)])
        self.browse(set(open_ones.mapped("res_id")))._follow_waits("scores")
