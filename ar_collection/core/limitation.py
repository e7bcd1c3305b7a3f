"""Limitation of claims: to which day each can be sued for. Plain Python: nothing here
imports Odoo.

A claim's period starts on its due date and ends years later on the same day of the
year, or on the month's last where there is none. A demand that was served, or a debt
that was acknowledged, before the end starts it anew from its own day. What counts as
either, and whether a law lets it, is the caller's: only what counts is given.

Sources: Civil Code of the People's Republic of China, articles 188 (three years), 195
(a demand or an acknowledgement interrupts) and 202 (end of a period); German Civil
Code, sections 195 and 199 (three years from the end of the year), 212 (an
acknowledgement starts the period anew, from its own day) and 188.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

YEARS = 3
ALARMS = (180, 90, 30)  # days before the end


class Limitation(NamedTuple):
    """End of a claim's period, and the day that it counts from.

    ``until`` is the last day on which it can be sued for, ``since`` the day that the
    period in force started from, ``late`` what came after an end and changed nothing.
    """

    until: date
    since: date
    late: tuple[date, ...] = ()


def limitation(
    due: date,
    restarts: Iterable[date] = (),
    *,
    years: int = YEARS,
    from_year_end: bool = False,
) -> Limitation:
    """Return to which day a claim can be sued for.

    :param due: the claim's due date
    :param restarts: Iterable[date] of what starts the period anew, in any order
    :param years: of the period
    :param from_year_end: the first period runs from the end of the due date's
        year; what starts it anew counts from its own day all the same, and earlier
        than that end it changes nothing

    >>> limitation(date(2026, 3, 31)).until
    datetime.date(2029, 3, 31)
    >>> limitation(date(2026, 3, 31), from_year_end=True).until
    datetime.date(2029, 12, 31)
    >>> limitation(date(2026, 3, 31), [date(2027, 5, 1), date(2031, 1, 1)])
    ... # doctest: +NORMALIZE_WHITESPACE
    Limitation(until=datetime.date(2030, 5, 1), since=datetime.date(2027, 5, 1),
               late=(datetime.date(2031, 1, 1),))
    """
    since = date(due.year, 12, 31) if from_year_end else due
    period = relativedelta(years=years)
    until, late = since + period, []
    for day in sorted(restarts):
        if day > until:
            late.append(day)
        elif day > since:
            since, until = day, day + period
    return Limitation(until, since, tuple(late))


# === Alarms === #


def alarm(until: date, today: date, before: Iterable[int] = ALARMS) -> int | None:
    """Return the most pressing alarm that has come: its days before the end.

    :return: None before the first one; 0 once the claim can be sued for no longer

    >>> until = date(2029, 3, 31)
    >>> [alarm(until, date(2029, *day)) for day in ((1, 1), (3, 2), (3, 31), (4, 1))]
    [90, 30, 30, 0]
    >>> alarm(until, date(2028, 1, 1))
    """
    left = (until - today).days
    if left < 0:
        return 0
    return min((days for days in before if left <= days), default=None)
