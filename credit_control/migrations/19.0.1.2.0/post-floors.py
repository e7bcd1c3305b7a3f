from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Give each policy the floor that its company's currency proposes, and decisions
    from now on a version that has it."""
    for policy in env["credit.policy"].with_context(active_test=False).search([]):
        company = policy.company_id or env.ref("base.main_company")
        policy.floor = company._trade_floor()  # which makes a version
