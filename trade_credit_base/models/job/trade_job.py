import functools
import logging
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...batches import apart
from ...windows import list_of
from .ir_cron import RUN
from .trade_job_run import STATES, SYSTEM

_logger = logging.getLogger(__name__)

WRITABLE = {"user_id"}  # what who sees a job may write; the rest is its addon's


class TradeJob(models.Model):
    """A scheduled action of ours, for those whose work hangs on it.

    Its managers see what came of it and start it; they need not be administrators.
    """

    _name = "trade.job"
    _description = "Scheduled Job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text("What It Does", translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An archived job is not watched.")
    cron_id = fields.Many2one(
        "ir.cron",
        "Scheduled Action",
        index="btree_not_null",
        ondelete="set null",
        groups=SYSTEM,
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Managers",
        help="Their members see the job and run it. Administrators see every job.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False), ('all_group_ids', 'in', group_ids)]",
        help="Is told when the job fails or does not run. Without one, all managers "
        "are.",
    )
    run_ids = fields.One2many("trade.job.run", "job_id", "Runs")

    state = fields.Selection(
        [("never", "Not Run Yet"), *STATES, ("late", "Does Not Run")],
        compute="_compute_standing",
        search="_search_state",
    )
    last_run_id = fields.Many2one(
        "trade.job.run", "Newest Run", compute="_compute_standing"
    )
    last_on = fields.Datetime("Last Run", compute="_compute_standing")
    took = fields.Char(compute="_compute_standing")
    next_on = fields.Datetime("Next Run", compute="_compute_standing")
    problem = fields.Text(compute="_compute_standing")
    outcome = fields.Text("What It Did", compute="_compute_standing")
    summary = fields.Text("What Came of It", compute="_compute_standing")
    last_figure_ids = fields.One2many(
        "trade.job.figure", compute="_compute_standing", string="Figures"
    )
    last_failure_ids = fields.One2many(
        "trade.job.failure", compute="_compute_standing", string="Failures"
    )

    _cron_unique = models.UniqueIndex(
        "(cron_id)", "This scheduled action has its job already."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "lang", "allowed_company_ids")
    @api.depends("run_ids.stored_state", "run_ids.figure_ids", "run_ids.failure_ids")
    def _compute_standing(self):
        standings = self._standings()
        runs = self.env["trade.job.run"].browse(
            each.run for each in standings.values() if each.run
        )
        runs.fetch(["job_id", "started", "ended", "seconds"])
        of_job = runs.grouped("job_id")
        for job in self:
            standing = standings.get(job.id)
            run = of_job.get(job, runs.browse())
            job.last_run_id = run
            job.last_on = run.started
            job.took = run.took
            job.next_on = standing and standing.next_on
            job.state = "late" if standing and standing.late else run.state or "never"
            job.problem = standing and job._problem_words(standing, run)
            job.outcome = run.outcome
            lines = (job.problem, job.outcome)
            job.summary = "\n".join(line for line in lines if line)
            job.last_figure_ids = run.seen_figure_ids
            job.last_failure_ids = run.seen_failure_ids

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        jobs = self.search([]).filtered(lambda job: job.state in value)
        return Domain("id", "in", jobs.ids)

    # === CONSTRAINTS === #

    @api.constrains("user_id", "group_ids")
    def _check_responsible(self):
        for job in self.sudo().filtered("user_id"):
            if not job._is_for(job.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not see “%(job)s”. Choose one of its managers.",
                        user=job.user_id.name,
                        job=job.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """:raises AccessError: if a manager changes more than who is responsible"""
        may = self.env.su or self.env.user.has_group(SYSTEM)
        if not may and vals.keys() - WRITABLE:
            raise AccessError(
                self.env._(
                    "Only an administrator changes a scheduled job. You may say who is "
                    "responsible for it."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_run_now(self):
        """Start the job within a minute, out of its turn.

        :raises AccessError: if the user is none of its managers
        :raises UserError: if it is running, switched off, or deleted
        """
        self.ensure_one()
        self._check_may_run()
        cron = self.sudo().cron_id
        if not cron:
            raise UserError(self._why_words("deleted"))
        if not cron.active:
            raise UserError(self._why_words("off"))
        if self.env["ir.cron"]._trade_held(cron):
            raise UserError(
                self.env._(
                    "“%(job)s” is running. Wait until it is done.", job=self.name
                )
            )
        cron._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "“%(job)s” starts within a minute.", job=self.name
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_runs(self):
        """Show all runs of the job that are still kept."""
        self.ensure_one()
        return list_of(self.env["trade.job.run"], self.name, [("job_id", "=", self.id)])

    # === BUSINESS METHODS === #

    def _is_for(self, user):
        """Tell whether a user is one of the job's managers, or an administrator."""
        groups = user.sudo().all_group_ids
        return bool(groups & self.sudo().group_ids) or user.has_group(SYSTEM)

    def _check_may_run(self):
        self.check_access("read")
        if not (self.env.su or self._is_for(self.env.user)):
            raise AccessError(
                self.env._(
                    "Only the managers of “%(job)s” run it. Ask one of them.",
                    job=self.name,
                )
            )

    # === WHAT A JOB REPORTS === #

    @api.model
    def _report(self, company, **figures):
        """Note what came of the job that runs, for a company; else do nothing.

        The figures are part of the job's transaction: what is rolled back, by a
        conflict or because a part failed, is not reported either.

        :param company: whose; its head company is taken
        :param figures: a number by its code, see ``_codes`` of ``trade.job.figure``,
            or the records that it counts: those are added up without doubles
        """
        if record := RUN.get():
            self.env["trade.job.figure"]._add(record.run, company.root_id, figures)

    @contextmanager
    def _apart(self, company, failed=None):
        """Do a job's work for one company; should that fail it is undone, logged and
        reported, and the other companies go on.

        :param failed: called with what went wrong, instead of the report
        :raises psycopg2.OperationalError: a conflict with another transaction
        """

        def undone(error):
            self.env.invalidate_all()
            (failed or functools.partial(self._failed, company))(error)

        with apart(self.env.cr, undone):
            yield

    @api.model
    def _failed(self, company, error):
        """Log and report what went wrong for a company."""
        _logger.error("For %s", company.name, exc_info=error)
        self._report_failed(company, error)

    @api.model
    def _report_failed(self, company, error):
        """Note that a job could not be done for a company, and that others go on.

        :param Exception error: what went wrong
        """
        if record := RUN.get():
            failures = self.env["trade.job.failure"].sudo()
            failures._add(record.run, error, company=company.root_id)
