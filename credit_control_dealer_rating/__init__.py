from . import models


def _add_terms(env):
    """Give the policies that were there before the terms of the shipped one."""
    policies = env["credit.policy"].with_context(active_test=False).search([])
    policies._add_missing_terms()
