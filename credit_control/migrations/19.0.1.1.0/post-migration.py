from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let letters quote invoices that were imported before by their old numbers."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE account_move AS move SET trade_number = move.ref
          FROM account_journal AS journal
         WHERE journal.id = move.journal_id AND journal.code = 'OPEN'
           AND journal.type = 'sale' AND move.ref IS NOT NULL
           AND move.trade_number IS NULL
           AND move.move_type IN ('out_invoice', 'out_refund')
        """,
    )
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE account_move_line AS line SET trade_number = move.trade_number
          FROM account_move AS move
         WHERE move.id = line.move_id AND move.trade_number IS NOT NULL
           AND line.trade_number IS NULL
        """,
    )
