from . import controllers
from . import models
from . import wizards


def _take_over(env):
    """Give companies their policy and adopt the limits of the accounting app."""
    companies = env["res.company"].search([])
    companies.filtered(lambda company: not company.credit_default_policy_id).write(
        {
            "credit_default_policy_id": env.ref(
                "credit_control.credit_policy_standard"
            ).id
        }
    )
    env["credit.takeover"]._adopt()


def _leave(env):
    """Leave the accounting app the limits that were meant to last."""
    env["credit.file"]._leave_core_limits()
