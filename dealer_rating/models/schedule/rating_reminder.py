from odoo import api, fields, models
from odoo.tools import SQL

TYPE = "dealer_rating.mail_activity_type_scores"


class RatingReminder(models.Model):
    """A department was reminded of the scores of a period that it had not given.

    There is one of a department, company and period. Its activities end when nothing
    is missing any more. Nobody may write it.
    """

    _name = "rating.reminder"
    _description = "Reminder of Missing Scores"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
                reminder._tell()
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

    def _tell(self):
        """Have an activity for whoever is reminded, in their language."""
        quiet = self.with_context(mail_activity_quick_update=True)
        for user in self.department_id._reminded(self.company_id):
            reader = self.with_context(lang=user.lang)
            quiet.activity_schedule(
                TYPE,
                date_deadline=self.date_to,
                user_id=user.id,
                summary=reader.env._(
                    "Scores of %(period)s are missing", period=reader.period
                ),
            )

    @api.model
    def _end(self):
        """End the reminders of which nothing is missing any more."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT reminder.id
                  FROM mail_activity AS activity
                  JOIN rating_reminder AS reminder ON reminder.id = activity.res_id
                 WHERE activity.res_model = 'rating.reminder' AND activity.active
                   AND NOT EXISTS (
                       SELECT FROM rating_score AS score, rating_scorecard AS card
                        WHERE score.company_id = reminder.company_id
                          AND score.department_id = reminder.department_id
                          AND score.date_from = reminder.date_from
                          AND score.date_to = reminder.date_to AND %s)
                """,
                self.env["rating.score"]._missing_sql(),
            )
        )
        if rows:
            self.browse(row[0] for row in rows).activity_unlink([TYPE])
