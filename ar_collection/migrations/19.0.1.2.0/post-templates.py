from openupgradelib import openupgrade

COLUMNS = {"subject": "jsonb", "body_html": "jsonb", "email_from": "varchar"}


@openupgrade.migrate()
def migrate(env, version):
    """Let templates of mails name the one letter that they carry, users' own as well:
    an action may have several now."""
    for column, kind in COLUMNS.items():
        openupgrade.logged_query(
            env.cr,
            f"""
            UPDATE mail_template
               SET {column} = REPLACE({column}::text, %(old)s, %(new)s)::{kind}
             WHERE model = 'collection.action'
               AND POSITION(%(old)s IN {column}::text) > 0
            """,
            {"old": "object.letter_ids", "new": "object.letter_id"},
        )
