from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let the activities that were given before be found by what they wait for."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE mail_activity SET trade_wait = 'scores'
         WHERE res_model = 'rating.reminder' AND trade_wait IS NULL
           AND activity_type_id = %s
        """,
        (env.ref("dealer_rating.mail_activity_type_scores").id,),
    )
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE mail_activity SET trade_wait = 'apply'
         WHERE res_model = 'rating.abc' AND trade_wait IS NULL AND activity_type_id = %s
        """,
        (env.ref("dealer_rating.mail_activity_type_abc").id,),
    )
