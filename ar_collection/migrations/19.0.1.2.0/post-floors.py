from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Give each procedure without a floor the one that its currency proposes."""
    every = env["collection.procedure"].with_context(active_test=False).search([])
    every.filtered(lambda each: not each.small_amount)._compute_small_amount()
