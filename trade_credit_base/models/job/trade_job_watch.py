from collections import namedtuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, format_datetime

from .trade_job_run import SYSTEM

TYPE = "trade_credit_base.mail_activity_type_job"

# Where a job stands: its last run and how that ended as stored, the last one that came
# to an end, when it runs next, why it does not, whether it has not run for too long
Standing = namedtuple("Standing", "run state ran next_on why late")


class TradeJob(models.Model):
    """Watch over the jobs: who is told that one fails, or does not run."""

    _inherit = "trade.job"

    # What was told last: once done with, it is not told again
    told = fields.Char(copy=False, groups=SYSTEM)

    # === WHERE JOBS STAND === #

    def _standings(self):
        """Return where jobs stand, whoever asks: a few statements for any number.

        A job is late that did not come to an end within two days; where it runs less
        often than daily, two days after it should have. What runs now is not late.

        :rtype: dict[int, Standing]
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        rows = self.env.execute_query(self._standings_sql(now))
        running = [row[1] for row in rows if row[2] == "running"]
        killed = set(self.env["trade.job.run"].browse(running)._killed()._ids)
        standings = {}
        for job, run, state, ran, next_on, active, cron, late in rows:
            state = "killed" if run in killed else state
            why = "deleted" if not cron else "off" if not active else "waiting"
            if state == "killed" and why == "waiting":
                why = "killed"
            late = late and state != "running"
            next_on = max(next_on, now) if active else None
            standings[job] = Standing(run, state, ran, next_on, why, late)
        return standings

    def _standings_sql(self, now):
        every = "(cron.interval_number || ' ' || cron.interval_type)::interval"
        return SQL(
            """
            SELECT job.id, last.id, last.stored_state, ran.started,
                   LEAST(cron.nextcall, asked.at), cron.active, cron.id,
                   COALESCE(ran.started, job.create_date) + interval '2 days'
                   + CASE WHEN %(every)s > interval '1 day' THEN %(every)s
                          ELSE interval '0' END < %(now)s
              FROM trade_job AS job
              LEFT JOIN ir_cron AS cron ON cron.id = job.cron_id
              LEFT JOIN LATERAL (
                   SELECT id, stored_state FROM trade_job_run
                    WHERE job_id = job.id ORDER BY id DESC LIMIT 1) AS last ON TRUE
              LEFT JOIN LATERAL (
                   SELECT started FROM trade_job_run
                    WHERE job_id = job.id AND stored_state IN ('done', 'failed')
                    ORDER BY id DESC LIMIT 1) AS ran ON TRUE
              LEFT JOIN LATERAL (
                   SELECT MIN(call_at) AS at FROM ir_cron_trigger
                    WHERE cron_id = cron.id) AS asked ON TRUE
             WHERE job.id = ANY(%(ids)s)
            """,
            every=SQL(every),
            now=now,
            ids=self.ids,
        )

    def _problem_words(self, standing, run):
        """Return what is wrong with a job, for the reader; nothing if nothing is.

        :param run: its last run
        """
        if standing.late:
            since = standing.ran or self.create_date
            day = format_datetime(self.env, since, dt_format="medium")
            not_run = self.env._("It has not run since %(day)s.", day=day)
            return f"{not_run} {self._why_words(standing.why)}"
        return run.failure if run.state in ("failed", "killed") else False

    def _why_words(self, why):
        """Return why a job does not run, and what to do, in the reader's language."""
        return {
            "deleted": self.env._(
                "Its scheduled action was deleted: an administrator has it back by "
                "updating the app."
            ),
            "off": self.env._(
                "Its scheduled action is switched off: an administrator switches it on."
            ),
            "killed": self.env._(
                "Each time it was stopped before it was done: an administrator looks "
                "into the log of the server."
            ),
            "waiting": self.env._(
                "Nothing starts scheduled actions: an administrator looks at the "
                "server."
            ),
        }[why]

    # === WATCHING === #

    @api.model
    def _cron_watch(self):
        """Look after all jobs once a day, should none of them start any more."""
        self.sudo().search([])._watch()

    def _watch(self):
        """Notify of what is wrong with these jobs, once; take it back if it is not.

        Two transactions that tell the same meet in the job's row, and one begins anew.
        """
        self = self.with_user(SUPERUSER_ID)  # by whom notices are told from others'
        standings, notices = self._standings(), self._notices()
        of_job = notices.grouped("res_id")
        for job in self:
            standing = standings[job.id]
            wrong = "late" if standing.late else standing.state
            own = of_job.get(job.id, notices.browse())
            if wrong in ("late", "failed"):
                job._tell(standing, f"{wrong} {standing.run or ''}", own.user_id)
            elif wrong == "done" and (job.told or own):
                job.told = False
                own.unlink()

    def _notices(self):
        """:return: open notices of these jobs; what people plan themselves is none"""
        own = [("create_uid", "=", SUPERUSER_ID)]
        return self.activity_search([TYPE], additional_domain=own)

    def _tell(self, standing, what, known):
        """Have an activity for each who has to know; it leads to the job, which words
        for each reader what they may know of.

        :param str what: what is wrong; nobody is told of the same twice
        :param known: users whose notice is open
        """
        if self.told == what:
            return
        self.told = what
        for user in (self.user_id.filtered("active") or self._managers()) - known:
            reader = self.with_user(user).with_context(
                lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids
            )
            run = reader.env["trade.job.run"].browse(standing.run or ())
            if not reader._problem_words(standing, run):
                continue  # nothing that they may know of
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                TYPE,
                user_id=user.id,
                summary=reader.env._("%(job)s: look after it", job=reader.name),
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let nobody be done with the notices of others: managers may write jobs."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        changed = message_operation in ("write", "unlink")
        if changed and not self.env.user.has_group(SYSTEM):
            return dict.fromkeys(operations, "unlink")  # of jobs: nobody's right
        return operations

    def _managers(self):
        """:return: users who are managers of the job"""
        users = self.group_ids.all_user_ids
        return users.filtered(lambda user: user.active and not user.share)
