from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let the activities that were given before be found by what they wait for."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE mail_activity SET trade_wait = 'resume'
         WHERE res_model = 'credit.file' AND trade_wait IS NULL
           AND activity_type_id = %s
        """,
        (env.ref("credit_control_ar_collection.mail_activity_type_resume").id,),
    )
