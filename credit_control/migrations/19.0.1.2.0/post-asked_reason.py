from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Keep why a salesperson asks apart from why somebody decides: what was not decided
    yet had the former where the latter belongs."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE credit_decision SET asked_reason = reason, reason = NULL
         WHERE checkpoint = 'growth' AND reason IS NOT NULL
           AND asked_reason IS NULL AND released_by_id IS NULL
           AND rejected_by_id IS NULL
        """,
    )
