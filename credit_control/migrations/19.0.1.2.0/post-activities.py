from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let the activities that were given before be found by what they wait for."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE mail_activity SET trade_wait = 'release'
         WHERE res_model = 'sale.order' AND trade_wait IS NULL AND activity_type_id = %s
        """,
        (env.ref("credit_control.mail_activity_type_release").id,),
    )
