"""Limits that stand elsewhere: which of them a customer is proposed to get here.

Plain Python: nothing here imports Odoo. A customer may have a limit in the accounting
app, in the head company, in branches or by default, or on a line of a spreadsheet.
:func:`source_of` says which one counts, :func:`judge_found` and :func:`judge_asked`
what is proposed: a new file, a limit for a file, another limit, or nothing, and why.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from odoo.addons.trade_credit_base.core.given import ABSURD

FILE, LIMIT, CHANGE, NOTHING, PROBLEM = "file", "limit", "change", "none", "problem"

Named = tuple[tuple[str, float], ...]  # whose limit, and how much


class Note(NamedTuple):
    """What there is to know about a proposal, or why there is none."""

    code: str
    value: str = ""
    other: str = ""
    column: str = ""
    line: int = 0
    limits: Named = ()


class Found(NamedTuple):
    """What the accounting app has of a customer, by where it stands there."""

    own: float | None = None  # in the head company; None: the default counts
    branches: Named = ()
    closed: Named = ()  # of archived branches
    contacts: Named = ()  # of the customer, where the customer has none
    default: float = 0.0  # 0 where it does not count


class Source(NamedTuple):
    """The limit that counts, and where it stands."""

    kind: str  # core, branch, default or contact
    amount: float
    notes: tuple[Note, ...] = ()
    is_clear: bool = True  # else a person has to look at it


class Period(NamedTuple):
    """A limit from a day on, and until a day if it is temporary."""

    amount: float
    start: date
    until: date | None = None


class Standing(NamedTuple):
    """The customer and their file as they are."""

    is_active: bool = True
    owner: str = ""  # the other company that the customer belongs to
    has_file: bool = False
    is_file_active: bool = True
    has_limits: bool = False  # whenever in force, ended ones too
    limit: float | None = None  # in force today, all kinds added up
    permanent: float | None = None  # in force today
    coming: tuple[Period, ...] = ()  # in force today or later, with a day of their own


class Verdict(NamedTuple):
    """What is proposed."""

    action: str
    notes: tuple[Note, ...] = ()


def source_of(found: Found) -> Source | None:
    """Return the limit that counts, ``None`` if there is none.

    What the head company says goes before its branches (but for a zero, which is none
    there), what anybody typed in before the default. Where head company and branches
    differ a person decides. The accounting app compares the limit of a branch with what
    is owed to all: so the highest is what a customer may owe today, not the sum.

    >>> source_of(Found(own=700.0, default=5000.0)).kind
    'core'
    >>> source_of(Found(own=0.0, branches=(("North", 700.0),))).is_clear
    False
    >>> source_of(Found(branches=(("North", 700.0), ("South", 900.0)))).amount
    900.0
    >>> source_of(Found(default=5000.0)).kind, source_of(Found())
    ('default', None)
    """
    branches = tuple(each for each in found.branches if each[1] > 0)
    if found.own:
        others = tuple(each for each in branches if each[1] != found.own)
        notes = (Note("branches_differ", limits=others),) if others else ()
        return Source("core", found.own, notes, not others)
    if branches:
        return _of_branches(branches, found)
    if found.own is None and found.default > 0:
        return Source("default", found.default)
    for kind, code, limits in (
        ("branch", "branch_archived", found.closed),
        ("contact", "contact", found.contacts),
    ):
        if told := tuple(each for each in limits if each[1] > 0):
            amount = max(amount for _name, amount in told)
            return Source(kind, amount, (Note(code, limits=told),), False)
    return None if found.own is None else Source("core", found.own)


def _of_branches(branches: Named, found: Found) -> Source:
    """:return: the limit that branches have, where the head company has none"""
    amounts = {amount for _name, amount in branches}
    notes = [Note("branches" if len(amounts) > 1 else "branch", limits=branches)]
    # Typed in, or that of who has none of their own
    head = found.own if found.own is not None else (found.default or None)
    if head is not None and amounts != {head}:
        notes.append(Note("head_differs", str(head)))
    is_clear = len(amounts) == len(notes) == 1
    return Source("branch", max(amounts), tuple(notes), is_clear)


def judge_found(amount: float, standing: Standing) -> Verdict:
    """Return what is proposed for a limit of the accounting app.

    >>> judge_found(700.0, Standing()), judge_found(0.0, Standing()).notes[0].code
    (Verdict(action='file', notes=()), 'zero')
    >>> judge_found(700.0, Standing(has_file=True, limit=5.0)).notes[0].code
    'has_limit'
    """
    if left_out := _left_out(amount, standing):
        return Verdict(NOTHING, (left_out,))
    if not amount:
        return Verdict(NOTHING, (Note("zero"),))
    if standing.limit is not None:
        return Verdict(NOTHING, (Note("has_limit", str(standing.limit)),))
    # The accounting app may still have what ended, until it is told at night
    if standing.has_limits:
        return Verdict(NOTHING, (Note("had_limits"),))
    return Verdict(LIMIT if standing.has_file else FILE)


def judge_asked(asked: Period, standing: Standing, today: date) -> Verdict:
    """Return what is proposed for a line of a spreadsheet.

    >>> day = date(2026, 1, 31)
    >>> standing = Standing(has_file=True, permanent=7.0)
    >>> [judge_asked(Period(each, day), standing, day).action for each in (7.0, 9.0)]
    ['none', 'change']
    """
    problem = _left_out(asked.amount, standing) or _bad_days(asked, standing, today)
    if problem:
        return Verdict(PROBLEM, (problem,))
    if _is_known(asked, standing, today):
        return Verdict(NOTHING, (Note("known"),))
    notes = (Note("zero_asked"),) if not asked.amount else ()
    if asked.until is None and standing.permanent is not None:
        return Verdict(CHANGE, (Note("instead", str(standing.permanent)), *notes))
    return Verdict(LIMIT if standing.has_file else FILE, notes)


def _left_out(amount: float, standing: Standing) -> Note | None:
    """:return: why a customer cannot get a limit of that amount, if so"""
    if not standing.is_active:
        return Note("archived")
    if standing.owner:
        return Note("other_company", standing.owner)
    if standing.has_file and not standing.is_file_active:
        return Note("file_archived")
    if amount < 0:
        return Note("negative")
    # Put so that it also refuses what is not a number
    return None if amount <= ABSURD else Note("absurd")


def _is_known(asked: Period, standing: Standing, today: date) -> bool:
    """Tell whether the customer has that limit already, since whatever day."""
    if any(_since(asked, today) == _since(each, today) for each in standing.coming):
        return True
    is_permanent = asked.until is None and asked.start <= today
    return is_permanent and asked.amount == standing.permanent


def _since(period: Period, today: date) -> Period:
    return period._replace(start=max(period.start, today))


def _bad_days(asked: Period, standing: Standing, today: date) -> Note | None:
    if asked.until is None:
        return None
    if asked.until < today:
        return Note("over", str(asked.until), "", "until")
    if asked.until < asked.start:
        return Note("until_before_from", str(asked.until), str(asked.start), "until")
    for other in standing.coming:
        is_same = _since(asked, today) == _since(other, today)
        if not is_same and other.until and _overlap(asked, other):
            return Note("overlap", str(other.start), str(other.until), "from")
    return None


def _overlap(one: Period, other: Period) -> bool:
    """Tell whether two temporary limits would be in force at once, or two permanent
    ones begin on a day."""
    if one.until is None or other.until is None:
        return one.until is other.until and one.start == other.start
    return one.start <= other.until and other.start <= one.until


def repeated(lines: Iterable[tuple[int, int, Period]]) -> Iterator[tuple[int, int]]:
    """Yield lines that say once more what a limit of a customer is.

    >>> day = date(2026, 1, 31)
    >>> said = [(2, 7, Period(5.0, day)), (3, 8, Period(5.0, day))]
    >>> list(repeated([*said, (4, 7, Period(9.0, day)), (5, 7, Period(9.0, day, day))]))
    [(2, 4), (4, 2)]

    :param lines: (line, customer, what it says)
    :return: (line, a line that it contradicts)
    """
    of_customer: dict[int, list[tuple[int, Period]]] = {}
    for line, customer, period in lines:
        of_customer.setdefault(customer, []).append((line, period))
    for said in of_customer.values():
        for line, period in said:
            others = (n for n, each in said if n != line and _overlap(period, each))
            if (other := next(others, None)) is not None:
                yield line, other
