"""Parts of a batch that fail by themselves, and work that meets another transaction.

A conflict between transactions is nothing to note and go on from: what the other one
wrote is not seen here. The transaction is rolled back and the work taken up again.
"""

import logging
import random
import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.service.model import (
    MAX_TRIES_ON_CONCURRENCY_FAILURE,
    PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
)
from odoo.tools.translate import LazyTranslate

from .sentences import Refusal, kept

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

REFUSED = _lt(
    "The database refused it. An administrator finds the reason in the log of the "
    "server."
)

CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, LockError)

AGAIN = timedelta(minutes=1)  # then what others were in the way of is begun anew

AWHILE = timedelta(minutes=15)  # then what many ask for is done once for all of them

# What somebody else wrote first, as far as the work of this thread met it once
DOUBLES = ContextVar("trade_doubles", default=None)


def conflict_in(error):
    """Return the conflict with another transaction that an error is, or hides.

    Odoo says of whatever goes wrong in a template that the template failed.

    :param Exception error: what was raised
    :return: the conflict; None if there is none
    """
    if found := _within(error, CONFLICTS):
        return found
    double, known = _within(error, UniqueViolation), DOUBLES.get()
    if not double or known is None or str(double) in known:
        return None
    # Somebody wrote the same at the same moment, it seems. Whoever begins anew sees
    # it; what then meets it once more has another fault.
    known.add(str(double))
    return ConcurrencyError(str(double))


def _within(error, kinds):
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error


def words_of(error):
    """Return what is kept of an error for people, see :mod:`.sentences`: for each in
    their language where that can be, and no words of the database."""
    if isinstance(error, Refusal):
        return error.kept
    if not isinstance(error, UserError) and _within(error, psycopg2.Error):
        return kept(REFUSED)
    return str(error)


@contextmanager
def apart(cr, failed):
    """Run a part of a batch in a savepoint; the others go on, whatever goes wrong.

    :param cr: the cursor
    :param failed: called with the exception, once the part is undone
    :raises Exception: one of :const:`CONFLICTS` with another transaction
    """
    try:
        with cr.savepoint():
            yield
    except Exception as error:
        if conflict := conflict_in(error):
            raise conflict from None
        failed(error)


def taken_up_again(work, standing):
    """Do work that may be repeated until no other transaction is in its way.

    :param work: called without arguments; it rolls back what it did not commit
    :param standing: called without arguments; returns how far the work has come: tries
        are counted anew once it got on
    :return: what the work returned
    :raises Exception: what the work raised, a conflict if all tries met one
    """
    token, tries, before = DOUBLES.set(set()), 0, standing()
    try:
        while True:
            try:
                return work()
            except Exception as error:
                now = standing()
                tries, before = (tries + 1 if now == before else 1), now
                conflict = conflict_in(error)
                if not conflict or tries == MAX_TRIES_ON_CONCURRENCY_FAILURE:
                    raise
                _logger.info("Met another transaction, begin anew: %r", conflict)
                time.sleep(random.uniform(0, tries))  # noqa: S311  no secret
    finally:
        DOUBLES.reset(token)
