from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...batches import CONFLICTS, DOUBLES, apart, conflict_in, words_of
from ...sentences import worded
from .job_common import JobCase

RAW = "could not serialize access due to concurrent update"
TWICE = 'duplicate key value violates unique constraint "its_unique"'


def raised(error, cause):
    """Return an error as it is caught that was raised from another one."""
    try:
        raise error from cause
    except Exception as caught:
        return caught


@tagged("post_install", "-at_install")
class TestConflict(TransactionCase):
    """What is a conflict between transactions, and what of it people read."""

    def test_a_conflict_is_known_in_whatever_disguise(self):
        met = errors.SerializationFailure(RAW)
        for error in (
            *(kind(RAW) for kind in CONFLICTS),
            raised(UserError("The template failed."), met),
            raised(ValueError("while evaluating"), raised(KeyError("x"), met)),
        ):
            self.assertIsInstance(conflict_in(error), CONFLICTS, repr(error))
        try:
            try:
                raise LockError("locked")
            except LockError:
                raise UserError("It runs.") from None
        except UserError as error:
            self.assertIsInstance(conflict_in(error), LockError)

    def test_other_errors_are_none(self):
        closed = raised(UserError("Closed."), KeyError("x"))
        for error in closed, errors.CheckViolation("no"), errors.UniqueViolation(TWICE):
            self.assertIsNone(conflict_in(error), repr(error))

    def test_a_double_is_a_conflict_once(self):
        """Who wrote the same at the same moment is seen by whoever begins anew."""
        token = DOUBLES.set(set())
        self.addCleanup(DOUBLES.reset, token)
        double = errors.UniqueViolation(TWICE)
        self.assertIsInstance(conflict_in(double), ConcurrencyError)
        self.assertIsNone(conflict_in(double))
        self.assertTrue(conflict_in(errors.UniqueViolation("another")))

    def test_a_part_that_meets_one_has_not_failed(self):
        met, failed = errors.DeadlockDetected(RAW), []
        hidden = raised(UserError("The template failed."), met)
        for error in met, hidden:
            with (
                self.assertRaises(errors.DeadlockDetected),
                apart(self.env.cr, failed.append),
            ):
                raise error
        self.assertFalse(failed)

    def test_no_words_of_the_database_are_kept(self):
        refused = errors.CheckViolation("violates check constraint")
        for error in refused, raised(ValueError(f"{refused!r} while"), refused):
            said = worded(self.env, words_of(error))
            self.assertNotIn("violates", said)
            self.assertIn("administrator", said)
        for error in UserError("Closed."), KeyError("x"):
            self.assertEqual(words_of(error), str(error))


@tagged("post_install", "-at_install")
class TestJobConflict(JobCase):
    """A job that meets another transaction is taken up again at once."""

    def _met(self, *met):
        """:return: the run of a job that meets these first, and how often it tried"""
        left, tries = list(met), []

        def work(jobs):
            tries.append(1)
            jobs._report(self.company, things=1)
            with jobs._apart(self.company):
                if left:
                    raise left.pop(0)

        with mute_logger("odoo.addons.trade_credit_base.models.job.trade_job"):
            return self._run(work), len(tries)

    def _triggers(self):
        cron = [("cron_id", "=", self.job.cron_id.id)]
        return self.env["ir.cron.trigger"].search(cron)

    def test_it_is_done_again(self):
        met = errors.SerializationFailure(RAW)
        run, tries = self._met(met, raised(UserError("No template."), met))
        self.assertEqual(tries, 3)
        self.assertEqual((run.state, run.outcome), ("done", "things: 1"))

    def test_what_another_wrote_first_is_found_there(self):
        run, tries = self._met(errors.UniqueViolation(TWICE))
        self.assertEqual((run.state, tries), ("done", 2))

    def test_what_is_written_twice_again_has_failed(self):
        run, tries = self._met(*[errors.UniqueViolation(TWICE)] * 9)
        self.assertEqual((run.state, tries), ("failed", 2))
        self.assertEqual(run.failure_ids.company_id, self.company)
        self.assertNotIn("duplicate", run.failure_ids.message)

    def test_five_without_getting_on_have_failed_and_it_is_started_soon(self):
        woken = self._triggers()
        run, tries = self._met(*[errors.SerializationFailure(RAW)] * 9)
        self.assertEqual((run.state, tries), ("failed", 5))
        (soon,) = self._triggers() - woken
        self.assertLess(soon.call_at, fields.Datetime.add(soon.create_date, minutes=2))
        self.assertIn("tried again", run.failure)
        for record, name in (run, "failure"), (run.failure_ids, "message"):
            self.assertNotIn("serialize", record[name])
        self.assertIn(RAW, run.failure_ids.trace)

    def test_one_that_gets_on_has_more_tries(self):
        met, tries = [], []

        def work(jobs):
            tries.append(1)
            jobs.env["ir.cron"]._commit_progress(1, remaining=0)
            if len(tries) < 9:
                met.append(1)
                raise errors.SerializationFailure(RAW)

        run = self._run(work)
        self.assertEqual((run.state, len(met)), ("done", 8))

    def test_jobs_of_others_are_left_alone(self):
        tries = []

        def work(_jobs):
            tries.append(1)
            raise errors.SerializationFailure(RAW)

        with patch.object(self.env.registry["trade.job.run"], "_begin"):
            self.env.registry["trade.job.run"]._begin.return_value = None
            self._run(work)
        self.assertEqual(len(tries), 1)
