from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

STATES = [
    ("running", "Running"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("killed", "Stopped Halfway"),
]
KEPT = 90  # days
SYSTEM = "base.group_system"


def took(env, seconds):
    """Return how long something took, in the reader's language.

    :param float seconds: how long
    """
    if seconds < 60:
        return env._("%(seconds)s s", seconds=f"{seconds:.1f}")
    minutes, seconds = divmod(round(seconds), 60)
    if minutes < 60:
        return env._("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
    hours, minutes = divmod(minutes, 60)
    return env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


class TradeJobRun(models.Model):
    """One run of a job: when, how long, and what came of it, company by company.

    Nobody may write runs. One that says that it is running while nobody holds its
    scheduled action was stopped halfway.
    """

    _name = "trade.job.run"
    _description = "Run of a Scheduled Job"
    _order = "id desc"
    _rec_name = "started"

    job_id = fields.Many2one("trade.job", required=True, ondelete="cascade")
    started = fields.Datetime(required=True)
    ended = fields.Datetime()
    seconds = fields.Float(digits=(16, 1), aggregator="avg")
    stored_state = fields.Selection(
        STATES,
        "State for All Companies",
        required=True,
        default="running",
        groups=SYSTEM,
    )
    # Whoever searches runs by these finds those of companies that are not theirs
    figure_ids = fields.One2many(
        "trade.job.figure", "run_id", "Figures for All Companies", groups=SYSTEM
    )
    failure_ids = fields.One2many(
        "trade.job.failure", "run_id", "Failures for All Companies", groups=SYSTEM
    )

    seen_figure_ids = fields.One2many(
        "trade.job.figure", compute="_compute_seen", string="Figures"
    )
    seen_failure_ids = fields.One2many(
        "trade.job.failure", compute="_compute_seen", string="Failures"
    )
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        help="For the companies that you see: it may have failed for others.",
    )
    took = fields.Char(compute="_compute_took")
    outcome = fields.Text("What Came of It", compute="_compute_words")
    failure = fields.Text("What Failed", compute="_compute_words")

    _job_idx = models.Index("(job_id, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("figure_ids", "failure_ids")
    def _compute_seen(self):
        # They are searched for: what is in memory may have been read for somebody else
        whose = [("run_id", "in", self.ids)]
        figures = self.env["trade.job.figure"].search(whose).grouped("run_id")
        failures = self.env["trade.job.failure"].search(whose).grouped("run_id")
        for run in self:
            run.seen_figure_ids = figures.get(run)
            run.seen_failure_ids = failures.get(run)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("stored_state", "seen_failure_ids")
    def _compute_state(self):
        killed = self._killed()
        for run, own in zip(self, self.sudo(), strict=True):
            run.state = "killed" if own in killed else own.stored_state
            if run.state == "failed" and not run.seen_failure_ids:
                run.state = "done"  # it failed for companies that are not the reader's

    @api.depends_context("lang")
    @api.depends("seconds")
    def _compute_took(self):
        for run in self:
            run.took = took(self.env, run.seconds) if run.ended else False

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    @api.depends("state", "seen_figure_ids", "seen_failure_ids")
    def _compute_words(self):
        several = len(self.env.user.company_ids) > 1
        made_up = self._made_up()
        for run in self:
            run.outcome = run.seen_figure_ids._summary() or (
                run.state == "done" and self.env._("There was nothing to do.")
            )
            lines = [failure._line(several) for failure in run.seen_failure_ids]
            if run.state == "killed":
                lines.insert(0, self.env._("It was stopped before it was done."))
            if run.state in ("failed", "killed") and run.id in made_up:
                day = format_datetime(self.env, made_up[run.id], dt_format="short")
                lines.append(self.env._("Made up for on %(day)s.", day=day))
            run.failure = "\n".join(lines)

    def _killed(self):
        """:return: those that say that they run while nobody holds their action"""
        running = self.sudo().filtered(lambda run: run.stored_state == "running")
        held = self.env["ir.cron"]._trade_held(running.job_id.cron_id)
        return running.filtered(lambda run: run.job_id.cron_id not in held)

    def _made_up(self):
        """Return when the job next came to a good end, for runs where it did not.

        :rtype: dict[int, datetime]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT run.id, MIN(later.ended)
                  FROM trade_job_run AS run
                  JOIN trade_job_run AS later
                    ON later.job_id = run.job_id AND later.id > run.id
                   AND later.stored_state = 'done'
                 WHERE run.id = ANY(%s) AND run.stored_state != 'done'
                 GROUP BY run.id
                """,
                self.ids,
            )
        )
        return dict(rows)

    # === BUSINESS METHODS === #

    @api.model
    def _begin(self, cron):
        """Put down that the job of a scheduled action starts; watch over all jobs.

        What says that it runs is over: who starts it holds the lock of the action.

        :param int cron: id of the ir.cron
        :return: id of the run; none if the action is none of ours
        """
        jobs = self.env["trade.job"].with_context(active_test=False)
        job = jobs.search([("cron_id", "=", cron)])
        if not job:
            return None
        self.search(
            [("job_id", "=", job.id), ("stored_state", "=", "running")]
        ).stored_state = "killed"
        self.env["trade.job"].search([])._watch()
        return self.create({"job_id": job.id, "started": fields.Datetime.now()}).id

    @api.model
    def _end(self, run, failed, errors):
        """Put down how a run ended; it failed if it did so for one company alone, too.

        :param int run: id of the run
        :param bool failed: whether Odoo's scheduler says so
        :param errors: exceptions that it caught, with their tracebacks
        """
        run, failures = self.browse(run), self.env["trade.job.failure"]
        for error, trace in errors:
            failures._add(run.id, error, trace)
        if failed and not run.failure_ids:
            failures.create({"run_id": run.id})
        now = fields.Datetime.now()
        run.write(
            {
                "stored_state": "failed" if run.failure_ids else "done",
                "ended": now,
                "seconds": (self.env.cr.now() - run.create_date).total_seconds(),
            }
        )
        run.job_id._watch()

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs of long ago, but for the last one of each job."""
        last = self._read_group([], ["job_id"], ["id:max"])
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT)
        self.search(
            [("started", "<", before), ("id", "not in", [run for _job, run in last])]
        ).unlink()
