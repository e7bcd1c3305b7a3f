"""SQL statements about all customers of a company."""

from contextlib import contextmanager

from odoo.tools import SQL

FILLED = 50  # per cent of a page


@contextmanager
def all_together(cr):
    """Let PostgreSQL join tables as a whole here, for all customers together.

    It cannot know how many rows come out of one step of such a statement, nor how many
    were written a moment ago; taking them to be few, it would compare each row with
    each: minutes for 10,000 customers. Nor does it compile them first, which takes
    longer here than it saves. Ends with the block, or with the transaction.

    :param cr: the cursor; calls must not be nested
    """
    cr.execute("SET LOCAL enable_nestloop TO off; SET LOCAL jit TO off")
    yield
    cr.execute("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT")


def leave_room(cr, table):
    """Let PostgreSQL fill the pages of a table by half, from now on.

    A row that is written again finds room beside its old version then, and none of the
    table's indexes has to learn of it, as long as none is about what was written. Rows
    of one day lie together and are written again together: less room is too little.

    :param cr: the cursor
    :param str table: its name
    """
    cr.execute(
        SQL("ALTER TABLE %s SET (fillfactor = %s)", SQL.identifier(table), FILLED)
    )


def stamp(env):
    """:return: {uid, now} of rows that a statement writes, as Odoo would log them"""
    return {"uid": env.uid, "now": env.cr.now()}
