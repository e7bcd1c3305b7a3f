import logging
import traceback
from contextvars import ContextVar
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import CompletionStatus

from ...batches import AGAIN, conflict_in, taken_up_again

_logger = logging.getLogger(__name__)

# The run that this thread is busy with. Not in Odoo's context: a client sends any
RUN = ContextVar("trade_job_run", default=None)


class Record:
    """What is kept in memory of a run: its id, and what Odoo's scheduler caught."""

    def __init__(self, run):
        self.run, self.errors = run, []

    def caught(self, error):
        """Keep an exception that ended a part of the run."""
        self.errors.append((error, "".join(traceback.format_exception(error))))


class IrCron(models.Model):
    """Runs of scheduled actions that are jobs of ours, put down for people to see."""

    _inherit = "ir.cron"

    @classmethod
    def _run_job(cls, job):
        """Put down that a job began, before it does: whatever kills it leaves a trace.

        Both ends are written in a transaction of their own, while the scheduler holds
        the lock of the action: nobody else writes runs of this job.
        """
        run = cls._trade_kept("_begin", job["id"])
        if not run:
            return super()._run_job(job)
        record = Record(run)
        token = RUN.set(record)
        try:
            status = super()._run_job(job)
        finally:
            RUN.reset(token)
        failed = status == CompletionStatus.FAILED
        cls._trade_kept("_end", run, failed, record.errors)
        return status

    @classmethod
    def _trade_kept(cls, method, *args):
        """Call a method of runs in a transaction of its own.

        The work goes on should its record fail: that is for the log.
        """
        try:
            with cls.pool.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                runs = env["trade.job.run"]
                return retrying(partial(getattr(runs, method), *args), env)
        except Exception:
            _logger.exception("A run of a scheduled job was not recorded")
            return None

    def _callback(self, cron_name, server_action_id):
        """Do the work of a job of ours again, at once, if it met another transaction.

        What it committed before stays. Should it meet one time and again, it has
        failed, and is started once more in a minute.
        """
        work = partial(super()._callback, cron_name, server_action_id)
        record = RUN.get()
        if not record:
            return work()
        try:
            return taken_up_again(work, self._trade_done)
        except Exception as error:
            record.caught(error)
            if conflict_in(error):
                self.sudo()._trigger(fields.Datetime.now() + AGAIN)
            raise

    def _trade_done(self):
        """:return: how many records the run reported as done so far"""
        run = self.env.context.get("ir_cron_progress_id")
        return self.env["ir.cron.progress"].sudo().browse(run).done

    @api.model
    def _trade_held(self, crons):
        """Tell which scheduled actions somebody works on: who does holds its row.

        The free ones are let go at once, before a worker could miss them.

        :return: those that are held
        """
        if not crons:
            return crons
        query = "SELECT id FROM ir_cron WHERE id = ANY(%s) FOR SHARE SKIP LOCKED"
        self.env.cr.flush()
        with self.env.cr.savepoint(flush=False) as savepoint:
            free = self.env.execute_query(SQL(query, crons.ids))
            savepoint.rollback()
        return crons - crons.browse(row[0] for row in free)
