from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let rules look at invoices as they look at confirmations, and give each policy
    one version that says so."""
    env.cr.execute("UPDATE credit_rule SET at_invoice = at_confirmation")
    env.invalidate_all()
    env["credit.policy"].with_context(active_test=False).search([])._publish()
