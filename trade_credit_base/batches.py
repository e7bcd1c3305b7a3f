"""Parts of a batch that fail by themselves, and batches that meet another transaction.

A conflict between transactions is nothing to note and go on from: what the other one
wrote is not seen here. The transaction is rolled back and the work taken up again.
"""

from contextlib import contextmanager

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONFLICTS


@contextmanager
def apart(cr, failed):
    """Run a part of a batch in a savepoint; the others go on, whatever goes wrong.

    :param cr: the cursor
    :param failed: called with the exception, once the part is undone
    :raises psycopg2.OperationalError: a conflict with another transaction
    """
    try:
        with cr.savepoint():
            yield
    except CONFLICTS:
        raise
    except Exception as error:
        failed(error)


@contextmanager
def taken_up_again(env, job):
    """Let a scheduled job run again soon if it meets another transaction.

    What it committed before stays; the rest of its transaction is undone.

    :param str job: xml id of the ir.cron
    """
    try:
        yield
    except CONFLICTS:
        env.cr.rollback()
        env.ref(job).sudo()._trigger()
