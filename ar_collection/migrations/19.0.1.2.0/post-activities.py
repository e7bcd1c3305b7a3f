from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let the activities that were given before end with their reasons as well.

    Those of a step are found by whose they are and when they are due; of two of one
    step the newest stays. The first look at what waits ends the others.
    """
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE collection_effect AS effect SET activity_id = given.activity_id
          FROM (SELECT effect.id, MAX(activity.id) AS activity_id
                  FROM collection_effect AS effect
                  JOIN collection_stage_effect AS stage_effect
                    ON stage_effect.id = effect.stage_effect_id
                  JOIN collection_action AS action ON action.id = effect.action_id
                  JOIN mail_activity AS activity
                    ON activity.active AND activity.automated
                   AND activity.date_deadline = action.date + stage_effect.days
                   AND (activity.res_model = 'collection.case'
                        AND activity.res_id = action.case_id
                        OR activity.res_model = 'res.partner'
                        AND activity.res_id = action.partner_id)
                 WHERE effect.code = 'activity' AND effect.state = 'done'
                 GROUP BY effect.id) AS given
         WHERE given.id = effect.id
        """,
    )
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE mail_activity SET trade_wait = 'step'
         WHERE id IN (SELECT activity_id FROM collection_effect)
        """,
    )
    for model, xmlid, wait in (
        ("collection.case", "activity_dispute", "dispute"),
        ("collection.run", "activity_first_run", "start"),
        ("collection.measure", None, "decide"),
    ):
        kind = env.ref(f"ar_collection.{xmlid}", False) if xmlid else None
        openupgrade.logged_query(
            env.cr,
            """
            UPDATE mail_activity SET trade_wait = %s
             WHERE res_model = %s AND automated AND trade_wait IS NULL
               AND (%s IS NULL OR activity_type_id = %s)
            """,
            (wait, model, kind and kind.id, kind and kind.id),
        )
    env["trade.waiting"]._follow_waits_soon()
