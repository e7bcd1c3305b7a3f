"""Which step of the procedure an open item is due for.

Production asks it of all items by one statement (``collection.run``).

Each item has a clock: the days from its due date to today, negative before it. A pause
(a promise to pay in force, a dispute accepted as valid) stops the clock; it goes on
where it stood. A stage is due when the clock has reached its day. It never goes back.

No letter is passed over: of several that the clock has reached, the first is due. An
item that was late already when it was first seen enters at a stage that the company
chose, or at the last letter that is for it if that comes before; never at measures, as
long as a letter leads there. Either way its clock is put back to the day of that stage
if it shows more: from there it goes on by the days between the stages. The stages
before it that the item never saw are named as skipped.

Source: the method's rules 3.1. What counts against the items before anyone is chased is
in :mod:`.netting`, on which day a customer may be contacted in :mod:`.contact`.
"""

from datetime import date, timedelta
from typing import NamedTuple

ANY, SAME, OTHER = "any", "same", "other"


class Stage(NamedTuple):
    """One step of a procedure, and whom it is for.

    ``region`` is the customer's against the salesperson's. Amounts go from
    ``amount_from`` up to, and without, ``amount_to``, so that bands can join; a bound
    of zero or None is none. ``categories`` are keys of which the customer has to have
    one; none given is everyone. ``company_level`` is a step only for cases that the
    company has taken over from the salesperson. ``letter``: it sends one. ``measures``:
    it announces or proposes protective measures.
    """

    code: str
    day: int
    region: str = ANY
    amount_from: float | None = None
    amount_to: float | None = None
    categories: frozenset = frozenset()
    company_level: bool = False
    letter: bool = False
    measures: bool = False


class Item(NamedTuple):
    """An open item, and what is known of its customer.

    ``amount`` is what the stages' amounts are compared with, in company currency.
    ``paused_since`` is the day of a pause still running, ``paused_days`` the length of
    those that ended. ``reached`` is the day (:attr:`Stage.day`) of the furthest stage
    done, None for an item first seen. ``seen`` is how many days it was late at first
    sight, None for one that was seen in time. ``behind`` are the days by which its
    clock was put back.
    """

    due: date
    amount: float = 0.0
    same_region: bool = False
    categories: frozenset = frozenset()
    company_level: bool = False
    paused_days: int = 0
    paused_since: date | None = None
    reached: int | None = None
    seen: int | None = None
    behind: int = 0


class Due(NamedTuple):
    """What an item is due for, the stages before it that it never saw, and the days by
    which its clock is put back with it."""

    stage: Stage
    skipped: tuple = ()
    behind: int = 0


# === The clock === #


def clock(item, today):
    """Return how many days the item's clock shows.

    >>> clock(Item(date(2026, 3, 1), paused_days=4), date(2026, 3, 11))
    6
    >>> clock(Item(date(2026, 3, 1), paused_since=date(2026, 3, 3)), date(2026, 3, 11))
    2
    """
    stopped = item.paused_since
    until = min(today, stopped) if stopped else today
    return (until - item.due).days - item.paused_days - item.behind


def paused(item, day):
    """Return the item with its clock stopped. One that stands already stays so: a
    second pause changes nothing, and the caller resumes when the last one ends.

    >>> paused(Item(date(2026, 3, 1)), date(2026, 3, 3)).paused_since
    datetime.date(2026, 3, 3)
    """
    return item if item.paused_since else item._replace(paused_since=day)


def resumed(item, day):
    """Return the item with its clock going on where it stood.

    >>> item = Item(date(2026, 3, 1), paused_since=date(2026, 3, 3))
    >>> resumed(item, date(2026, 3, 10)).paused_days
    7
    """
    if not item.paused_since:
        return item
    rested = max(0, (day - item.paused_since).days)
    return item._replace(paused_since=None, paused_days=item.paused_days + rested)


def reached_on(item, stage):
    """Return the day on which the clock reaches a stage; None while it stands.

    >>> reached_on(Item(date(2026, 3, 1), paused_days=4), Stage("warning", 15))
    datetime.date(2026, 3, 20)
    """
    if item.paused_since:
        return None
    return item.due + timedelta(days=stage.day + item.paused_days + item.behind)


# === The stage === #


def applies(stage, item):
    """Tell whether a stage is for this item, whatever its clock shows.

    >>> applies(Stage("visit", 1, region=SAME), Item(date(2026, 3, 1)))
    False
    >>> applies(Stage("sue", 30, amount_from=100), Item(date(2026, 3, 1), 100.0))
    True
    """
    return (
        stage.region in (ANY, SAME if item.same_region else OTHER)
        and (not stage.amount_from or item.amount >= stage.amount_from)
        and (not stage.amount_to or item.amount < stage.amount_to)
        and (not stage.categories or bool(stage.categories & item.categories))
        and (item.company_level or not stage.company_level)
    )


def due_stage(item, today, stages, entry=None):
    """Return the stage that an item is due for today.

    The furthest one that applies, that the clock has reached and that lies beyond what
    the item has reached; but the first letter of those, if there is one. Of several on
    one day, the first one given. Nothing is due while the clock stands: a stage that
    was due, but not done, when it stopped is due when it goes on.

    :param Item item:
    :param date today:
    :param stages: Iterable[Stage], in any order of days
    :param int entry: the day of the stage that items first seen late enter at
    :rtype: Due | None

    >>> stages = [Stage("reminder", -7, letter=True), Stage("notice", 1, letter=True)]
    >>> stages += [Stage("visit", 4), Stage("warning", 15, letter=True)]
    >>> item = Item(date(2026, 3, 1))
    >>> due = due_stage(item, date(2026, 3, 21), stages)
    >>> due.stage.code, [stage.code for stage in due.skipped], due.behind
    ('notice', ['reminder'], 19)
    >>> due_stage(item, date(2026, 3, 21), stages[:1] + stages[2:3]).stage.code
    'visit'
    >>> seen_late = item._replace(seen=20)
    >>> due = due_stage(seen_late, date(2026, 3, 21), stages, entry=4)
    >>> due.stage.code, due.behind
    ('visit', 16)
    >>> due_stage(item._replace(reached=15), date(2026, 3, 21), stages)
    """
    if item.paused_since and item.paused_since <= today:
        return None
    shown = clock(item, today)
    open_ = [
        stage
        for stage in stages
        if stage.day <= shown
        and (item.reached is None or stage.day > item.reached)
        and applies(stage, item)
    ]
    if not open_:
        return None
    due, put_back = _aimed_at(item, open_, entry)
    day = due.day
    skipped = (stage for stage in open_ if stage.day < day)
    return Due(
        due,
        tuple(sorted(skipped, key=lambda stage: stage.day)),
        shown - day if put_back else 0,
    )


def together(steps, floor):
    """Return which items of a customer take the stage that they are due for: those that
    come to the floor, added up from the highest stage down to their own.

    :param steps: {key: (day of the stage, amount)}
    :rtype: set

    >>> sorted(together({1: (30, 0.01), 2: (1, 500)}, 10))
    [2]
    >>> sorted(together({1: (7, 6), 2: (1, 6)}, 10)), together({1: (7, 6)}, 10)
    ([2], set())
    """
    return {
        key
        for key, (day, _amount) in steps.items()
        if sum(amount for other, amount in steps.values() if other >= day)
        >= (floor or 0)
    }


def waits(strictest, reached, letters, today, gap):
    """Tell whether a customer's letters wait: they got one less than so many days ago,
    and have had one as strict for what is open.

    :param int strictest: the day of the highest stage that would send one today
    :param int reached: that of the highest stage that an open item has reached, or None
    :param letters: Iterable[date], of letters that they got

    >>> day = date(2026, 3, 10)
    >>> waits(1, 7, [date(2026, 3, 1)], day, 10)
    True
    >>> waits(1, 7, [date(2026, 2, 28)], day, 10)
    False
    >>> waits(15, 7, [date(2026, 3, 9)], day, 10), waits(1, None, [day], day, 10)
    (False, False)
    """
    if reached is None or strictest > reached:
        return False
    return any(letter > today - timedelta(days=gap or 0) for letter in letters)


def _aimed_at(item, open_, entry):
    """:return: the stage that is due, and whether the clock is put back"""
    if item.reached is None and None not in (item.seen, entry) and item.seen >= entry:
        milder = [stage for stage in open_ if not stage.measures]
        aims = [_first(stage for stage in milder if stage.day >= entry)]
        if letters := _letters(milder):
            last = max(stage.day for stage in letters)
            aims.append(_first(stage for stage in milder if stage.day == last))
        if aimed := _first(filter(None, aims)):
            return aimed, True
    highest = max(stage.day for stage in open_)
    # A reminder before the due date leads to nothing
    letters = _letters(open_)
    day = min((stage.day for stage in letters), default=highest)
    return _first(stage for stage in open_ if stage.day == day), highest > day


def _first(stages):
    """:return: the stage of the first day, the first one given of several; or None"""
    return min(stages, key=lambda stage: stage.day, default=None)


def _letters(stages):
    """:return: those that ask for something that is late"""
    return [stage for stage in stages if stage.letter and stage.day > 0]


def done(item, due):
    """Return the item with a stage behind it.

    >>> done(Item(date(2026, 3, 1)), Due(Stage("notice", 1), behind=4))[-3:]
    (1, None, 4)
    """
    return item._replace(reached=due.stage.day, behind=item.behind + due.behind)
