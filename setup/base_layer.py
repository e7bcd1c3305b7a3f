"""Finish the base layer. Runs in an Odoo shell: ``env`` is there."""


def load_chart_of_accounts(env):
    """Give the main company the accounts, journals and taxes of no country, where
    there is accounting."""
    if "account.chart.template" in env:
        env["account.chart.template"].try_loading("generic_coa", env.company)


def keep_attachments_in_database(env):
    """Make a copy of the database a complete copy: no folder of files beside it."""
    env["ir.config_parameter"].set_param("ir_attachment.location", "db")
    env["ir.attachment"].force_storage()


def compile_assets(env):
    """Compile the web client's scripts and styles once, not in every copy."""
    env["ir.qweb"]._pregenerate_assets_bundles()


load_chart_of_accounts(env)  # noqa: F821
keep_attachments_in_database(env)  # noqa: F821
compile_assets(env)  # noqa: F821
env.cr.commit()  # noqa: F821
