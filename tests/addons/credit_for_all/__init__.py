from . import models


def _enforce(env):
    """Be as strict as can be in every company."""
    env["res.company"].search([])._be_strict("enforce")
