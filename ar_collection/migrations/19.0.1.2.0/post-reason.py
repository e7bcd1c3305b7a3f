from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Have the reason found out at the first notice in the copies of the standard
    procedure that further companies were given, too."""
    ours = env.ref("ar_collection.effect_notice_reason", False)
    if not ours:
        return
    notice = ours.stage_id
    copies = env["collection.stage"].search(
        [
            ("code", "=", notice.code),
            ("day", "=", notice.day),
            ("procedure_id.is_default", "=", True),
            ("effect_ids", "not any", [("code", "=", ours.code)]),
            ("id", "!=", notice.id),
        ]
    )
    for stage in copies:
        ours.copy({"stage_id": stage.id})
