"""On which day a customer may be contacted. Plain Python: nothing here imports Odoo.

Source: the method's rule 3.1; ours: one contact a day at most, so many in any seven
days, none on quiet days.
"""

from datetime import date, timedelta  # noqa: F401 (date: used by the examples)
from typing import NamedTuple

WEEK = 7  # days, counted from any day


class Quiet(NamedTuple):
    """When nobody is contacted: weekdays (Monday is 0) and single days."""

    weekdays: frozenset = frozenset()
    days: frozenset = frozenset()

    def covers(self, day):
        return day.weekday() in self.weekdays or day in self.days


WEEKEND = Quiet(frozenset({5, 6}))


def next_day(day, contacts=(), per_week=None, quiet=WEEKEND):
    """Return the first day, from ``day`` on, on which a contact is allowed.

    It is not quiet, has no contact yet, and with it no seven days running have more
    than ``per_week``.

    :param date day: from when on
    :param contacts: Iterable[date], had or planned
    :param per_week: zero or None for as many as there are days
    :raises ValueError: if every weekday is quiet

    >>> friday = date(2026, 3, 6)
    >>> next_day(friday), next_day(friday, [friday])
    (datetime.date(2026, 3, 6), datetime.date(2026, 3, 9))
    >>> next_day(friday, [date(2026, 3, 3), date(2026, 3, 5)], per_week=2)
    datetime.date(2026, 3, 10)
    """
    if len(quiet.weekdays) >= WEEK:
        raise ValueError("every weekday is quiet")
    contacts = frozenset(contacts)
    while not _is_allowed(day, contacts, per_week, quiet):
        day += timedelta(days=1)
    return day


def _is_allowed(day, contacts, per_week, quiet):
    if quiet.covers(day) or day in contacts:
        return False
    return not per_week or _busiest(day, contacts) < per_week


def _busiest(day, contacts):
    """Return how many contacts lie in the busiest seven days that ``day`` is one of."""
    around = {offset: day + timedelta(days=offset) for offset in range(1 - WEEK, WEEK)}
    had = {offset for offset, near in around.items() if near in contacts}
    weeks = (range(start, start + WEEK) for start in range(1 - WEEK, 1))
    return max(len(had.intersection(week)) for week in weeks)
