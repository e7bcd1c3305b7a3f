"""The rules that fire on the facts. Plain Python: nothing here imports Odoo.

Source: the method's rule 2.2.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from odoo.addons.trade_credit_base.core.money import more

from .facts import (  # noqa: F401 (the examples use some)
    ACTIONS,
    ALWAYS_HOLD,
    NEVER_CHECK,
    PASS,
    Facts,
    Finding,
    Item,
    Level,
    Listing,
    Rule,
)

# What a rule measured, against what, and at which file; None where there is none.
Measured = tuple[float | None, float | None, int | None]


def findings(facts: Facts, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """Return the rules that fire, strictest first, each with what it measured.

    Where rules of one kind fire with several actions, only the strictest speak: who
    is held at 100 % need not hear of the mark at 80 %. Who is on the list *never check*
    is found to be there, and nothing else, unless *always hold* says otherwise.

    :rtype: tuple[Finding, ...]

    >>> late = Facts(date(2026, 3, 1), 1, 1, overdue=5.0, oldest_due=date(2026, 1, 1))
    >>> [(f.kind, f.measured) for f in findings(late, [Rule("overdue_days", 30)])]
    [('overdue_days', 59)]
    >>> spared = late._replace(listings=(Listing("never_check"),))
    >>> [(f.kind, f.action) for f in findings(spared, [Rule("overdue_days", 30)])]
    [('never_check', 'pass')]
    """
    if _is_spared(facts):
        return (Finding(NEVER_CHECK, PASS, None, None),)
    found = [finding for rule in rules for finding in _fired(facts, rule)]
    worst: dict[tuple[str, int | None], int] = {}
    for finding in found:
        level = ACTIONS.index(finding.action)
        key = finding.kind, finding.file
        worst[key] = max(level, worst.get(key, 0))
    spoken = {
        finding
        for finding in found
        if ACTIONS.index(finding.action) == worst[finding.kind, finding.file]
    }
    return tuple(sorted(spoken, key=_strictness))


def _is_spared(facts: Facts) -> bool:
    kinds = {each.kind for each in facts.listings if each.owes}
    kinds |= {each.kind for each in facts.listings if each.kind == ALWAYS_HOLD}
    return NEVER_CHECK in kinds and ALWAYS_HOLD not in kinds


def _strictness(finding: Finding) -> tuple[int, list[str]]:
    return -ACTIONS.index(finding.action), [str(value) for value in finding]


def _fired(facts: Facts, rule: Rule) -> Iterator[Finding]:
    if facts.cash and not rule.cash:
        return
    for measured, threshold, file in _MEASURES.get(rule.kind, _further)(facts, rule):
        yield Finding(rule.kind, rule.action, measured, threshold, file, rule.authority)


def room(facts: Facts) -> float | None:
    """Return what the tightest level leaves for this order, ``None`` without a limit.

    >>> room(Facts(date(2026, 3, 1), 0, 0, levels=(Level(limit=9.0, exposure=4.0),)))
    5.0
    """
    return min(
        (
            level.limit + level.cover - level.exposure
            for level in facts.levels
            if level.carries and level.limit is not None
        ),
        default=None,
    )


def oldest_due(facts: Facts, floor: float = 0.0) -> date | None:
    """Return the day on which what is overdue, added up from the oldest on, comes to
    a floor; ``None`` if all of it does not.

    >>> items = Item(date(2026, 1, 1), 0.01), Item(date(2026, 2, 1), 9.99)
    >>> late = Facts(date(2026, 3, 1), 0, 0, overdue=10.0, items=items)
    >>> oldest_due(late, 10.0), oldest_due(late, 10.01)
    (datetime.date(2026, 2, 1), None)
    """
    if more(floor, facts.overdue, facts.rounding):
        return None
    reached = 0.0
    for item in facts.items:
        reached += item.amount
        if item.due < facts.day and not more(floor, reached, facts.rounding):
            return item.due
    return facts.oldest_due


def overdue_days(facts: Facts, floor: float = 0.0) -> int:
    """Return how many days it has been overdue with a floor, 0 if it is not.

    >>> overdue_days(Facts(date(2026, 3, 1), 0, 0, oldest_due=date(2026, 2, 27)))
    2
    """
    since = oldest_due(facts, floor)
    return (facts.day - since).days if since else 0


def overdue_share(facts: Facts) -> float:
    """Return the overdue part of the receivable in percent.

    >>> overdue_share(Facts(date(2026, 3, 1), 0, 0, receivable=80.0, overdue=20.0))
    25.0
    """
    return 100 * facts.overdue / facts.receivable if facts.receivable > 0 else 0.0


# One function a kind: each yields (measured, threshold, file) for what fires.


def _limit(facts: Facts, rule: Rule) -> Iterator[Measured]:
    for level in facts.levels:
        if level.carries and level.limit is not None:
            needed = level.exposure + facts.asked
            allowed = level.limit * rule.threshold / 100 + level.cover
            if more(needed, allowed, facts.rounding):
                yield needed, allowed, level.file


def _no_limit(facts: Facts, rule: Rule) -> Iterator[Measured]:
    own = next((level for level in facts.levels if level.carries), None)
    if own and all(lv.limit is None for lv in facts.levels if lv.carries):
        needed = own.exposure + facts.asked
        # Who has paid ahead owes nothing, and needs no limit.
        if more(needed, own.cover, facts.rounding):
            yield needed, None, own.file


def _hold(facts: Facts, rule: Rule) -> Iterator[Measured]:
    for level in facts.levels:
        if level.hold:
            yield None, None, level.file


def _overdue_days(facts: Facts, rule: Rule) -> Iterator[Measured]:
    days = overdue_days(facts, rule.floor)
    if more(facts.overdue, 0, facts.rounding) and days > rule.threshold:
        yield days, rule.threshold, None


def _overdue_amount(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if more(facts.overdue, rule.threshold, facts.rounding):
        yield facts.overdue, rule.threshold, None


def _overdue_share(facts: Facts, rule: Rule) -> Iterator[Measured]:
    allowed = max(0.0, facts.receivable) * rule.threshold / 100
    if more(rule.floor, facts.overdue, facts.rounding):
        return
    if more(facts.overdue, allowed, facts.rounding):
        yield overdue_share(facts), rule.threshold, None


def _order_max(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if more(facts.total, rule.threshold, facts.rounding):
        yield facts.total, rule.threshold, None


def _no_rate(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if facts.missing_rates:
        yield None, None, None


def _no_file(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if facts.customer == "held":
        yield None, None, None


def _cash_only(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if facts.customer == "cash":
        yield facts.asked, None, None


def _always_hold(facts: Facts, rule: Rule) -> Iterator[Measured]:
    if any(each.kind == ALWAYS_HOLD for each in facts.listings):
        yield None, None, None


def _further(facts: Facts, rule: Rule) -> Iterator[Measured]:
    for fact in facts.further:
        if fact.kind == rule.kind and fact.measured is not None:
            if fact.measured > rule.threshold:
                yield fact.measured, rule.threshold, None


_MEASURES: dict[str, Callable[[Facts, Rule], Iterator[Measured]]] = {
    "limit": _limit,
    "no_limit": _no_limit,
    "hold": _hold,
    "overdue_days": _overdue_days,
    "overdue_amount": _overdue_amount,
    "overdue_share": _overdue_share,
    "order_max": _order_max,
    "no_rate": _no_rate,
    "no_file": _no_file,
    "cash_only": _cash_only,
    "always_hold": _always_hold,
}
