"""On which day a customer may be contacted.

Production asks it of all customers by one statement (``collection.run``).

Source: the method's rule 3.1; ours: one contact a day at most, so many in any seven
days, none on quiet days.
"""

from datetime import date, timedelta  # noqa: F401 (date: used by the examples)
from typing import NamedTuple

WEEK = 7  # days, ending with any day


class Quiet(NamedTuple):
    """When nobody is contacted: weekdays (Monday is 0) and single days."""

    weekdays: frozenset = frozenset()
    days: frozenset = frozenset()

    def covers(self, day):
        return day.weekday() in self.weekdays or day in self.days


WEEKEND = Quiet(frozenset({5, 6}))


def may_contact(day, contacts=(), per_week=None, quiet=WEEKEND):
    """Tell whether a customer may be contacted on a day.

    It is not quiet, has no contact yet, and with it the seven days that end with it
    have no more than ``per_week``.

    :param contacts: Iterable[date], had up to that day
    :param per_week: zero or None for as many as there are days

    >>> friday = date(2026, 3, 6)
    >>> may_contact(friday), may_contact(friday, [friday])
    (True, False)
    >>> may_contact(friday, [date(2026, 3, 3), date(2026, 3, 5)], per_week=2)
    False
    """
    week = {day - timedelta(days=back) for back in range(WEEK)}
    had = week.intersection(contacts)
    if quiet.covers(day) or day in had:
        return False
    return not per_week or len(had) < per_week
