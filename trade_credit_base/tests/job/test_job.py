from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from ...models.job.trade_job_run import took
from .job_common import JobCase

OURS = "trade.job", "trade.job.run", "trade.job.figure", "trade.job.failure"


def fail(_jobs):
    raise UserError("The ledger is closed.")


@tagged("post_install", "-at_install")
class TestRun(JobCase):
    """What is put down of a run."""

    def test_what_came_of_a_job_is_seen(self):
        run = self._run(lambda jobs: jobs._report(self.company, things=3))
        self.assertEqual(run.state, "done", run.failure_ids.mapped("trace"))
        self.assertEqual(run.outcome, "things: 3")
        self.assertEqual(self.job.state, "done")
        self.assertTrue(run.ended)
        self.assertFalse(self.job.problem)

    def test_a_job_that_found_nothing_says_so(self):
        self.assertEqual(self._run().outcome, "There was nothing to do.")

    def test_figures_add_up_and_records_are_counted_once(self):
        def work(jobs):
            jobs._report(self.company, things=3, users=self.manager)
            jobs._report(self.branch, things=2, users=self.manager + self.stranger)
            jobs._report(self.company, nothing=0)

        figures = self._run(work).figure_ids
        self.assertEqual(
            {figure.code: (figure.company_id, figure.number) for figure in figures},
            {"things": (self.company, 5), "users": (self.company, 2)},
        )
        users = figures.filtered("model")
        self.assertTrue(users.can_open)
        action = users.action_open()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.manager + self.stranger)
        self.assertFalse((figures - users).can_open)
        self.assertFalse((figures - users).action_open())

    def test_nothing_is_reported_outside_of_a_run(self):
        known = self.env["trade.job.figure"].search_count([])
        self.env["trade.job"]._report(self.company, things=3)
        self.env["trade.job"]._report_failed(self.company, UserError("No."))
        self.assertEqual(self.env["trade.job.figure"].search_count([]), known)

    def test_a_job_that_fails_says_why(self):
        run = self._run(fail)
        self.assertEqual((run.state, self.job.state), ("failed", "failed"))
        self.assertEqual(run.failure, "The ledger is closed.")
        self.assertEqual(self.job.problem, "The ledger is closed.")
        self.assertIn("Traceback", run.failure_ids.trace)

    def test_an_error_in_the_program_is_for_administrators(self):
        def crash(_jobs):
            raise KeyError("secret")

        run = self._run(crash)
        seen = self._seen(run, self.manager)
        self.assertNotIn("secret", seen.failure)
        self.assertIn("administrator", seen.failure)
        for name in ("message", "trace"):
            with self.assertRaises(AccessError):
                seen.seen_failure_ids.read([name])
        self.assertIn("secret", self._seen(run, self.admin).failure_ids.message)

    def test_what_failed_for_no_company_is_worded_for_administrators(self):
        def work(_jobs):
            raise UserError("Oak of Other Ltd is 900 late.")

        run = self._run(work)
        for user in (self.manager, self.elsewhere):
            for record, name in ((run, "failure"), (self.job, "problem")):
                self.assertEqual(
                    self._seen(record, user)[name],
                    "The whole job failed; an administrator sees why.",
                )
        self.assertIn("900 late", self._seen(run, self.admin).failure)

    def test_what_fails_is_undone_and_reported_and_the_others_go_on(self):
        def work(jobs):
            for company in self.company + self.other:
                with jobs._apart(company):
                    jobs._report(company, things=1)
                    if company == self.company:
                        raise UserError("No rate.")

        run = self._run(work)
        self.assertEqual(run.state, "failed")
        self.assertEqual(run.figure_ids.company_id, self.other)
        self.assertEqual(run.failure_ids.company_id, self.company)
        self.assertFalse(self.job.cron_id.failure_count, "Odoo has it done")
        mine = self._seen(run, self.manager)
        self.assertEqual((mine.state, mine.failure), ("failed", "No rate."))
        self.assertFalse(mine.outcome)
        theirs = self._seen(run, self.elsewhere)
        self.assertEqual((theirs.state, theirs.outcome), ("done", "things: 1"))
        self.assertFalse(theirs.failure)
        self.assertEqual(self._seen(self.job, self.elsewhere).state, "done")

    def test_a_branch_sees_what_its_company_does(self):
        user = self._user("job_branch", self.branch)
        run = self._run(lambda jobs: jobs._report(self.company, things=3))
        self.assertEqual(self._seen(run, user).outcome, "things: 3")

    def test_several_loops_are_one_run(self):
        left = [2, 1, 0]

        def work(jobs):
            jobs._report(self.company, things=1)
            jobs.env["ir.cron"]._commit_progress(1, remaining=left.pop(0))

        known = len(self.job.run_ids)
        run = self._run(work)
        self.assertEqual(len(self.job.run_ids), known + 1)
        self.assertEqual(run.outcome, "things: 3")

    def test_a_job_whose_record_fails_runs_all_the_same(self):
        done = []
        runs = self.env.registry["trade.job.run"]
        log = "odoo.addons.trade_credit_base.models.job.ir_cron"
        with (
            patch.object(runs, "_begin", side_effect=KeyError),
            self.assertLogs(log, "ERROR"),
        ):
            self._run(lambda _jobs: done.append(1))
        self.assertTrue(done)

    def test_old_runs_are_forgotten_but_the_last(self):
        first, last = self._run(), self._run()
        long_ago = fields.Datetime.now() - timedelta(days=91)
        (first + last).started = long_ago
        self.env["trade.job.run"]._gc_runs()
        self.assertFalse(first.exists())
        self.assertTrue(last.exists())

    def test_how_long_it_took_is_worded(self):
        self.assertEqual(took(self.env, 2.34), "2.3 s")
        self.assertEqual(took(self.env, 125), "2 min 5 s")
        self.assertEqual(took(self.env, 7300), "2 h 1 min")


@tagged("post_install", "-at_install")
class TestKilled(JobCase):
    """A run that nobody holds was stopped halfway."""

    def setUp(self):
        super().setUp()
        self.killed = self.env["trade.job.run"].create(
            {"job_id": self.job.id, "started": fields.Datetime.now()}
        )

    def test_it_is_shown_as_stopped_while_nobody_holds_its_action(self):
        self.assertEqual(self.killed.stored_state, "running")
        self.assertEqual((self.killed.state, self.job.state), ("killed", "killed"))
        self.assertIn("stopped before it was done", self.job.problem)

    def test_it_is_shown_as_running_while_somebody_does(self):
        cron = self.job.cron_id
        with self.registry.cursor() as worker:
            worker.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron.id]
            )
            self.env.invalidate_all()
            self.assertEqual((self.killed.state, self.job.state), ("running",) * 2)
            with self.assertRaisesRegex(UserError, "is running"):
                self.job.action_run_now()
            worker.rollback()
        self.env.invalidate_all()
        self.assertEqual(self.job.state, "killed")

    def test_looking_keeps_no_worker_from_the_action(self):
        self.assertEqual(self.job.state, "killed")
        with self.registry.cursor() as worker:
            found = self.env.registry["ir.cron"]._acquire_one_job(
                worker, self.job.cron_id.id, include_not_ready=True
            )
            worker.rollback()
        self.assertTrue(found)

    def test_it_is_written_down_and_made_up_for_when_the_job_starts_again(self):
        run = self._run()
        self.assertEqual(self.killed.stored_state, "killed")
        self.assertIn("Made up for on", self.killed.failure)
        self.assertEqual((run.state, self.job.state), ("done", "done"))


@tagged("post_install", "-at_install")
class TestRights(JobCase):
    """Who sees jobs, who runs them, and that nobody writes what came of them."""

    def setUp(self):
        super().setUp()
        self.ran = self._run(lambda jobs: jobs._report(self.company, things=3))

    def _call(self, user, record, method, *args):
        model = self.env[record._name].with_user(user)
        return call_kw(model, method, [record.ids, *args], {})

    def test_only_managers_and_administrators_see_a_job(self):
        for name in OURS:
            seen = {
                user.login: self.env[name].with_user(user).search_count([])
                for user in (self.manager, self.stranger, self.admin)
            }
            with self.subTest(name):
                self.assertFalse(seen["job_stranger"])
                if name != "trade.job.failure":
                    self.assertTrue(seen["job_manager"])
                    self.assertTrue(seen["job_admin"])

    def test_nobody_writes_what_came_of_a_job(self):
        for record in (self.ran, self.ran.figure_ids):
            for user in (self.manager, self.stranger, self.admin):
                for method, args in (
                    ("write", [{"create_date": "2020-01-01"}]),
                    ("unlink", []),
                    ("copy", []),
                ):
                    with self.subTest(record._name, who=user.login, method=method):
                        with self.assertRaises(AccessError):
                            self._call(user, record, method, *args)

    def test_runs_are_not_searched_by_what_others_see_of_them(self):
        def work(jobs):
            with jobs._apart(self.other):
                raise UserError("Secret of the other.")

        run = self._run(work)
        for name in ("figure_ids", "failure_ids"):
            for domain in (
                [(name, "!=", False)],
                [(f"{name}.company_id", "=", self.other.id)],
            ):
                with self.subTest(domain), self.assertRaises(AccessError):
                    self._seen(run, self.manager).search(domain)
                with self.subTest(domain), self.assertRaises(AccessError):
                    path = [("run_ids", "any", domain)]
                    self._seen(self.job, self.manager).search(path)
            # Nothing searches what each reader sees
            with self.assertRaisesRegex(ValueError, "not stored"):
                self._seen(run, self.manager).search([(f"seen_{name}", "!=", False)])
        values = dict.fromkeys(("seen_figure_ids", "seen_failure_ids"), {})
        for user, failures in ((self.manager, 0), (self.elsewhere, 1)):
            (seen,) = self._call(user, run, "web_read", values)
            self.assertEqual(len(seen["seen_failure_ids"]), failures)

    def test_a_manager_changes_who_is_responsible_and_nothing_else(self):
        self._call(self.manager, self.job, "write", {"user_id": self.manager.id})
        self.assertEqual(self.job.user_id, self.manager)
        for values in ({"name": "Mine"}, {"group_ids": [], "user_id": False}):
            with self.assertRaises(AccessError):
                self._call(self.manager, self.job, "write", values)
        with self.assertRaises(AccessError):
            self._call(self.stranger, self.job, "write", {"user_id": False})

    def test_who_does_not_see_a_job_is_not_responsible_for_it(self):
        with self.assertRaisesRegex(ValidationError, "does not see"):
            self.job.user_id = self.stranger

    def test_a_client_reports_nothing(self):
        for method in ("_report", "_report_failed", "_watch", "_tell"):
            with self.assertRaises(AccessError):
                self._call(self.admin, self.job, method)
        for method in ("_begin", "_end"):
            with self.assertRaises(AccessError):
                self._call(self.admin, self.ran, method)

    def test_who_manages_a_job_runs_it(self):
        triggers = self.env["ir.cron.trigger"]
        whose = [("cron_id", "=", self.job.cron_id.id)]
        for user in (self.manager, self.admin):
            known = triggers.search_count(whose)
            action = self._call(user, self.job, "action_run_now")
            self.assertEqual(action["tag"], "display_notification")
            self.assertEqual(triggers.search_count(whose), known + 1)
        with self.assertRaises(AccessError):
            self._call(self.stranger, self.job, "action_run_now")

    def test_a_job_that_cannot_run_says_why(self):
        cron = self.job.cron_id
        cron.active = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self._call(self.manager, self.job, "action_run_now")
        cron.unlink()
        with self.assertRaisesRegex(UserError, "was deleted"):
            self._call(self.manager, self.job, "action_run_now")
        self.assertFalse(self.job.next_on)

    def test_a_manager_uses_the_form(self):
        with Form(self._seen(self.job, self.manager)) as form:
            form.user_id = self.manager
        self.assertEqual(self.job.user_id, self.manager)


@tagged("post_install", "-at_install")
class TestWatch(JobCase):
    """Who is told that a job fails, or does not run; once, and until it is well."""

    def _told(self, *users):
        """:return: open activities of the job, of some users or all"""
        found = self.job.activity_search(["trade_credit_base.mail_activity_type_job"])
        return found.filtered(lambda each: not users or each.user_id in users)

    def test_a_job_that_fails_is_told_once_until_it_ran_well(self):
        self.job.user_id = self.manager
        self._run(fail)
        self.assertEqual(self._told().user_id, self.manager)
        self._run(fail)
        self.assertEqual(len(self._told()), 1)
        self._run()
        self.assertFalse(self._told())

    def test_what_was_done_with_is_told_again_only_when_it_fails_again(self):
        self._run(fail)
        self._told().action_done()
        self.job._watch()
        self.assertFalse(self._told())
        self._run(fail)
        self.assertTrue(self._told())

    def test_without_a_responsible_all_managers_are_told(self):
        self._run(fail)
        self.assertEqual(self._told().user_id, self.manager + self.elsewhere)

    def test_who_may_not_know_of_a_company_is_not_told_what_failed_there(self):
        def work(jobs):
            with jobs._apart(self.company):
                raise UserError("Secret of the company.")

        self._run(work)
        self.assertEqual(self._told().user_id, self.manager)
        self.assertIn("Secret", self._seen(self.job, self.manager).problem)

    def test_what_failed_stands_in_no_notice_which_all_managers_read(self):
        def work(jobs):
            for company in self.company + self.other:
                with jobs._apart(company):
                    raise UserError(f"Secret of {company.name}.")

        self._run(work)
        notices = self._told()
        self.assertEqual(notices.user_id, self.manager + self.elsewhere)
        self.assertFalse(any(notices.mapped("note")))
        for notice in notices:
            notice.with_user(notice.user_id).action_done()
        self.assertNotIn("Secret", str(self.job.message_ids.mapped("body")))
        self.assertEqual(
            self._seen(self.job, self.manager).problem,
            f"Secret of {self.company.name}.",
        )

    def test_what_managers_plan_themselves_keeps_nobody_from_being_told(self):
        own = self._seen(self.job, self.manager).activity_schedule(
            "trade_credit_base.mail_activity_type_job", user_id=self.manager.id
        )
        self._run(fail)
        self.assertEqual((self._told() - own).user_id, self.manager + self.elsewhere)
        self._run()
        self.assertEqual(self._told(), own, "theirs stays")

    def test_each_is_told_whose_own_notice_is_not_open(self):
        def work(jobs):
            with jobs._apart(self.company):
                raise UserError("No rate.")

        self._run(work)
        self.assertEqual(self._told().user_id, self.manager)
        self._run(fail)
        self.assertEqual(
            self._told().mapped("user_id.login"), ["job_manager", "job_elsewhere"]
        )

    def test_nobody_is_done_with_the_notice_of_somebody_else(self):
        self._run(fail)
        theirs = self._told(self.elsewhere)
        for method in ("action_done", "unlink", "action_cancel"):
            with self.subTest(method), self.assertRaises(AccessError):
                call_kw(
                    theirs.with_user(self.manager).browse(), method, [theirs.ids], {}
                )
        self.assertTrue(theirs.exists().active)
        theirs.with_user(self.elsewhere).action_done()
        self._told(self.manager).with_user(self.admin).action_done()
        self.assertFalse(self._told())

    def test_it_is_told_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.lang = "zh_CN"
        self._age(days=3)
        self.job._watch()
        self.assertRegex(self._told(self.manager).summary, "[\u4e00-\u9fff]")
        self.assertNotRegex(self._told(self.elsewhere).summary, "[\u4e00-\u9fff]")

    def _age(self, **past):
        """Let the job, and its last run if there is one, be older."""
        self.job.run_ids.started = fields.Datetime.now() - timedelta(**past)
        self.env.cr.execute(
            "UPDATE trade_job SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(**past), self.job.id],
        )
        self.env.invalidate_all()

    def test_a_job_that_does_not_run_for_two_days_is_told(self):
        self._run()
        self._age(days=1, hours=23)
        self.assertEqual(self.job.state, "done")
        self._age(days=2, minutes=1)
        self.assertEqual(self.job.state, "late")
        self.assertIn("Nothing starts scheduled actions", self.job.problem)
        self.job._watch()
        self.job._watch()
        self.assertEqual(len(self._told(self.manager)), 1)
        self._run()
        self.assertFalse(self._told())

    def test_why_it_does_not_run_is_said(self):
        self._age(days=3)
        self.env["trade.job.run"].create(
            {"job_id": self.job.id, "started": fields.Datetime.now()}
        )
        self.assertIn("stopped before it was done", self.job.problem)
        self.job.cron_id.active = False
        self.env.invalidate_all()
        self.assertIn("switched off", self.job.problem)
        self.job.cron_id.unlink()
        self.env.invalidate_all()
        self.assertIn("was deleted", self.job.problem)
        self.assertEqual(self.job.state, "late")

    def test_what_runs_seldom_is_late_two_days_after_its_turn(self):
        self.job.cron_id.write({"interval_number": 1, "interval_type": "weeks"})
        self._run()
        self._age(days=8, hours=23)
        self.assertEqual(self.job.state, "done")
        self._age(days=9, minutes=1)
        self.assertEqual(self.job.state, "late")

    def test_any_job_that_starts_watches_over_all(self):
        sleeper = self.env["trade.job"].create(
            {"name": "Sleeper", "group_ids": self.group.ids}
        )
        self.env.cr.execute(
            "UPDATE trade_job SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=3), sleeper.id],
        )
        self.env.invalidate_all()
        self._run()
        self.assertEqual(sleeper.activity_ids.user_id, self.manager + self.elsewhere)
        self.assertEqual(
            self.env["trade.job"].search([("state", "=", "late")]), sleeper
        )

    def test_the_daily_job_watches(self):
        self.env["trade.job"]._cron_watch()
        self.assertFalse(self._told())
        self._age(days=3)
        self.env["trade.job"]._cron_watch()
        self.assertTrue(self._told())


@tagged("post_install", "-at_install")
class TestPage(JobCase):
    """The page of all jobs."""

    def test_the_page_costs_as_much_for_all_jobs_as_for_one(self):
        self._run(lambda jobs: jobs._report(self.company, things=3))
        self.env["trade.job"].create(
            [{"name": f"Job {n}", "group_ids": self.group.ids} for n in range(3)]
        )
        jobs = self.env["trade.job"].with_context(active_test=False).search([])
        specification = {
            name: {}
            for name in ("name", "state", "last_on", "took", "outcome", "problem")
            + ("next_on",)
        }

        def costs(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.web_read(specification)
            return self.env.cr.sql_log_count - before

        for job in jobs:
            self.env["trade.job.run"].create(
                {
                    "job_id": job.id,
                    "started": fields.Datetime.now(),
                    "stored_state": "failed",
                    "failure_ids": [Command.create({"message": "?"})],
                }
            )
        costs(jobs)
        one, every = costs(self.job), costs(jobs)
        self.assertGreater(len(jobs), 1)
        self.assertLessEqual(every, one)
        self.assertLessEqual(every, 13)
