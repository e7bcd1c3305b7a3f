from openupgradelib import openupgrade

from odoo.tools.translate import code_translations

# What activities were given about, and the text, as the code has it, by which they
# are known: the part before what differs
BOUNCED = "Find out the right address and send it again"
LIMITATION = "Claims can be sued for only until %(date)s"


@openupgrade.migrate()
def migrate(env, version):
    """Let the activities that were given before end with their reasons as well: those
    of bounces, limitations, promises and steps are linked with what they are about; of
    two about the same the newest stays. The others are found by what waits."""
    _link(
        env,
        "bounced",
        "collection_delivery",
        """
        SELECT delivery.id, delivery.id, activity.id
          FROM collection_delivery AS delivery
          JOIN collection_action AS action ON action.id = delivery.action_id
          JOIN mail_activity AS activity
            ON (activity.res_model = 'collection.case'
                AND activity.res_id = action.case_id
                OR activity.res_model = 'res.partner'
                AND activity.res_id = action.partner_id)
         WHERE delivery.state = 'bounced' AND activity.active
           AND activity.trade_wait IS NULL
           AND activity.summary LIKE ANY(%s)
           AND position(COALESCE(delivery.recipient, '') IN activity.note) > 0
        """,
        (_patterns(env, BOUNCED),),
    )
    _link(
        env,
        "limitation",
        "collection_item",
        """
        SELECT item.id, item.id, activity.id
          FROM collection_item AS item
          JOIN mail_activity AS activity
            ON activity.res_model = 'collection.case'
           AND activity.res_id = item.case_id
         WHERE item.limitation_alarm IS NOT NULL AND activity.active
           AND activity.trade_wait IS NULL AND activity.summary LIKE ANY(%s)
           AND position(item.number || ' (' IN activity.note) > 0
        """,
        (_patterns(env, LIMITATION),),
        "limitation_activity_id",
    )
    kind = env.ref("ar_collection.activity_promise_broken", False)
    _link(
        env,
        "promise",
        "collection_promise",
        """
        SELECT promise.id, promise.id, activity.id
          FROM collection_promise AS promise
          JOIN mail_activity AS activity
            ON activity.res_model = 'collection.case'
           AND activity.res_id = promise.case_id
           AND activity.date_deadline = promise.settled_on
         WHERE promise.state = 'broken' AND activity.active
           AND activity.trade_wait IS NULL AND activity.activity_type_id = %s
        """,
        (kind.id if kind else None,),
    )
    _link(
        env,
        "step",
        "collection_effect",
        """
        SELECT effect.id,
               (stage_effect.id, action.partner_id, action.company_id)::text,
               activity.id
          FROM collection_effect AS effect
          JOIN collection_stage_effect AS stage_effect
            ON stage_effect.id = effect.stage_effect_id
          JOIN collection_stage AS stage ON stage.id = stage_effect.stage_id
          JOIN collection_action AS action ON action.id = effect.action_id
          JOIN mail_activity AS activity
            ON activity.active AND activity.automated
           AND activity.date_deadline = action.date + stage_effect.days
           AND activity.activity_type_id = COALESCE(
               stage_effect.activity_type_id, %s)
           AND activity.summary IN (
               SELECT jsonb_path_query(stage.name, '$.*') #>> '{}')
           AND (activity.res_model = 'collection.case'
                AND activity.res_id = action.case_id
                OR activity.res_model = 'res.partner'
                AND activity.res_id = action.partner_id)
         WHERE effect.code = 'activity' AND effect.state = 'done'
           AND activity.trade_wait IS NULL
        """,
        (env.ref("mail.mail_activity_data_todo").id,),
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


def _patterns(env, text):
    """Return what a text begins with in the languages that may have been used."""
    langs = [code for code, _name in env["res.lang"].get_installed()]
    texts = [
        code_translations.get_python_translations("ar_collection", lang).get(text, text)
        for lang in langs
    ]
    return [each.split("%(")[0] + "%" for each in {text, *texts}]


def _link(env, wait, table, query, params, column="activity_id"):
    """Link activities with what they are about; of two about the same the newest stays.

    :param query: rows (id in the table, what it is about, activity id)
    """
    env.cr.execute(query, params)
    rows = env.cr.fetchall()
    newest = {}
    for _record, about, activity in rows:
        newest[about] = max(activity, newest.get(about, 0))
    for record, about, _activity in rows:
        env.cr.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = %s",  # noqa: S608
            (newest[about], record),
        )
    stay = set(newest.values())
    openupgrade.logged_query(
        env.cr,
        "UPDATE mail_activity SET trade_wait = %s WHERE id = ANY(%s)",
        (wait, list(stay)),
    )
    env["mail.activity"].browse({row[2] for row in rows} - stay).unlink()
    env.invalidate_all()
