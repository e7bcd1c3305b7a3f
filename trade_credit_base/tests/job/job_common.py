from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

CRON_LOG = "odoo.addons.base.models.ir_cron"
JOB_LOG = "odoo.addons.trade_credit_base.models.job.trade_job"


def run_job(case, job, *quiet):
    """Run a job as the scheduler does, inside a test's transaction.

    :param case: a test of :class:`TransactionCase`
    :param quiet: further logs that are not looked at
    :return: the run
    """
    soon = patch("odoo.addons.trade_credit_base.batches.random.uniform", lambda *_: 0)
    with soon, case.enter_registry_test_mode(), mute_logger(CRON_LOG, JOB_LOG, *quiet):
        job.sudo().cron_id.method_direct_trigger()
    return job.sudo().run_ids[:1]


def meeting(case, model, method, met, times=1):
    """Let a method of a model meet something, so many times, before it does its work.

    :param case: a test of :class:`TransactionCase`
    :param Exception met: what is raised
    :return: a patch, to be entered
    """
    original, left = getattr(case.env.registry[model], method), [met] * times

    def met_first(records, *args, **kwargs):
        if left:
            raise left.pop()
        return original(records, *args, **kwargs)

    return patch.object(case.env.registry[model], method, met_first)


class JobCase(TransactionCase):
    """The job that watches over jobs, made to do what other jobs do; its managers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company.root_id
        cls.other = cls.env["res.company"].create({"name": "Other Ltd"})
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids += cls.other + cls.branch
        cls.group = cls.env["res.groups"].create({"name": "Managers of the job"})
        cls.manager = cls._user("job_manager", cls.company)
        cls.elsewhere = cls._user("job_elsewhere", cls.other)
        cls.stranger = new_test_user(cls.env, "job_stranger", "base.group_user")
        cls.admin = new_test_user(cls.env, "job_admin", "base.group_system")
        cls.env["trade.job"].search([]).active = False
        cls.job = cls.env.ref("trade_credit_base.job_watch")
        cls.job.write({"active": True, "group_ids": [Command.set(cls.group.ids)]})

    @classmethod
    def _user(cls, login, company, **values):
        user = new_test_user(
            cls.env,
            login,
            "base.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )
        user.group_ids += cls.group
        return user

    def _run(self, work=lambda jobs: None):
        """:param work: what the job does, called with the empty model of jobs"""
        with patch.object(self.env.registry["trade.job"], "_cron_watch", work):
            return run_job(self, self.job)

    def _seen(self, record, user):
        """:return: a record as a user sees it, who works for all their companies"""
        companies = user.company_ids.ids
        return record.with_user(user).with_context(allowed_company_ids=companies)
