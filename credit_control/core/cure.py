"""The cures of a held order, found by trying them. Plain Python.

Each step is the smallest of its sort: one cent less would not do. What it heals is
not reasoned but tried: the facts are changed as the step would change them
(:func:`applied`) and the rules are run again.

Source: the method's rule 2.3.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta  # noqa: F401 (the examples use date)
from typing import TypeVar

from odoo.addons.trade_credit_base.core.money import down, up

from .check import findings
from .facts import ALWAYS_HOLD, HOLD, Cure, Facts, Finding, Item, Rule

T = TypeVar("T")


def cures(
    facts: Facts, rules: Sequence[Rule], held: Sequence[Finding]
) -> tuple[Cure, ...]:
    """Return the steps that heal at least one holding finding, complete ones first.

    :param held: tuple[Finding, ...], the findings that hold the order
    :rtype: tuple[Cure, ...]
    """
    holding = [r for r in rules if r.action == HOLD and (r.cash or not facts.cash)]
    found = []
    for step in _steps(facts, holding, held):
        left = {_key(f) for f in findings(applied(facts, step), holding)}
        heals = sorted({f.kind for f in held if _key(f) not in left})
        if heals:
            found.append(step._replace(heals=tuple(heals), enough=not left))
    best: dict[tuple[str, int | None, tuple[str, ...]], Cure] = {}
    for step in found:
        best.setdefault((step.code, step.file, step.heals), step)
    return tuple(sorted(best.values(), key=lambda step: not step.enough))


def applied(facts: Facts, step: Cure) -> Facts:
    """Return the facts as they would be once ``step`` is done.

    :raises KeyError: if the code of the step is neither known nor that of a further
        fact

    >>> item = Item(date(2026, 1, 1), 50.0)
    >>> facts = Facts(date(2026, 3, 1), 10.0, 10.0, receivable=50.0, overdue=50.0,
    ...     oldest_due=item.due, items=(item,))
    >>> applied(facts, Cure("pay", 20.0)).overdue
    30.0
    """
    if step.code in _APPLY:
        return _APPLY[step.code](facts, step)
    kept = tuple(further for further in facts.further if further.cure != step.code)
    if kept == facts.further:
        raise KeyError(step.code)
    return facts._replace(further=kept)


def _known(value: T | None) -> T:
    """Return a figure that a step or finding of its kind always has.

    :raises ValueError: if it has none
    """
    if value is None:
        raise ValueError("a step or a finding lacks a figure of its kind")
    return value


def _key(finding: Finding) -> tuple[str, int | None]:
    return finding.kind, finding.file


def _steps(
    facts: Facts, rules: Sequence[Rule], held: Sequence[Finding]
) -> Iterator[Cure]:
    """Yield every step worth a try; what it heals is not known yet."""
    excess = max((_excess(facts, finding) for finding in held), default=0.0)
    yield from _payments(facts, rules, held, excess)
    yield from _advances(facts, excess)
    yield from _cuts(facts, rules, excess)
    yield from _waits(facts, excess)
    yield from _grants(facts, rules, held)
    for level in facts.levels:
        if level.hold:
            yield Cure("lift", file=level.file)
    if any(each.kind == ALWAYS_HOLD for each in facts.listings):
        yield Cure("unlist")
    if facts.missing_rates:
        yield Cure("rate")
    if facts.customer != "file":
        yield Cure("open_file")
    for further in facts.further:
        if further.cure:
            yield Cure(further.cure)


# --- what to try ---


def _excess(facts: Facts, finding: Finding) -> float:
    """Return how much too much would be owed: over the limit, or at all without one."""
    if finding.kind == "limit":
        return _known(finding.measured) - _known(finding.threshold)
    if finding.kind == "no_limit":
        own = next(level for level in facts.levels if level.file == finding.file)
        return _known(finding.measured) - own.cover
    return 0.0


def _payments(
    facts: Facts, rules: Sequence[Rule], held: Sequence[Finding], excess: float
) -> Iterator[Cure]:
    """Pay enough for all that payment can heal, or for what is late alone."""
    late = max((_late(facts, rule) for rule in rules), default=0.0)
    open_amount = sum(item.amount for item in facts.items)
    for amount in sorted({max(late, excess), late}, reverse=True):
        amount = up(amount, facts.rounding)
        if 0 < amount < open_amount + facts.rounding / 2:
            yield Cure("pay", amount, items=_paid_items(facts, amount))


def _late(facts: Facts, rule: Rule) -> float:
    """Return how much has to be paid, oldest first, until ``rule`` is content."""
    if rule.kind == "overdue_amount":
        return max(0.0, facts.overdue - rule.threshold)
    if rule.kind == "overdue_days":
        oldest = facts.day - timedelta(days=int(rule.threshold))
        # All of it, though a floor may be left: nobody asks for a part of an invoice
        return sum(item.amount for item in facts.items if item.due < oldest)
    if rule.kind == "overdue_share":
        share = rule.threshold / 100
        late = facts.overdue
        if share < 1:
            much = (facts.overdue - share * facts.receivable) / (1 - share)
            late = min(late, max(0.0, much))
        return late
    return 0.0


def _paid_items(facts: Facts, amount: float) -> tuple[Item, ...]:
    """Return what an amount pays, item by item, oldest first."""
    paid = []
    for item in facts.items:
        if amount < facts.rounding / 2:
            break
        share = min(amount, item.amount)
        paid.append(item._replace(amount=round(share, 6)))
        amount -= share
    return tuple(paid)


def _advances(facts: Facts, excess: float) -> Iterator[Cure]:
    """Pay a part of the order before it goes, or the whole of it."""
    for amount in (excess, facts.asked):
        # Foreign money may come to a fraction of a cent: compared before it is rounded.
        if 0 < amount < facts.asked + facts.rounding / 2:
            yield Cure("prepay", up(amount, facts.rounding))


def _cuts(facts: Facts, rules: Sequence[Rule], excess: float) -> Iterator[Cure]:
    ceiling = facts.total - excess
    for rule in rules:
        if rule.kind == "order_max":
            ceiling = min(ceiling, rule.threshold)
    amount = down(ceiling, facts.rounding)
    # What is invoiced already can no longer be cut.
    if max(0.0, facts.total - facts.asked) < amount < facts.total:
        yield Cure("cut", amount)


def _waits(facts: Facts, excess: float) -> Iterator[Cure]:
    """Wait until enough of what is not late yet has fallen due."""
    days = sorted({item.due for item in facts.items if item.due >= facts.day})
    for day in days if excess else ():
        received = sum(i.amount for i in facts.items if facts.day <= i.due <= day)
        if received >= excess - facts.rounding / 2:
            yield Cure("wait", round(received, 6), day=day)
            return


def _grants(
    facts: Facts, rules: Sequence[Rule], held: Sequence[Finding]
) -> Iterator[Cure]:
    """Ask for as much more limit as the strictest percentage needs, file by file."""
    files = {f.file for f in held if f.kind in ("limit", "no_limit")}
    shares = [r.threshold for r in rules if r.kind == "limit" and r.threshold > 0]
    share = min(shares, default=100.0)
    for level in facts.levels:
        if level.carries and level.file in files:
            needed = level.exposure + facts.asked - level.cover
            more_limit = up(needed * 100 / share - (level.limit or 0), facts.rounding)
            if more_limit > 0:
                yield Cure("ask", more_limit, file=level.file)


# --- what it would change ---


def _received(facts: Facts, amount: float, items: Iterable[Item]) -> Facts:
    """Return the facts after receipts; ``items`` are those still open."""
    late = [item for item in items if item.due < facts.day]
    return facts._replace(
        levels=tuple(
            lv._replace(exposure=lv.exposure - amount) if lv.carries else lv
            for lv in facts.levels
        ),
        receivable=facts.receivable - amount,
        overdue=sum(item.amount for item in late),
        oldest_due=min((item.due for item in late), default=None),
        items=tuple(items),
    )


def _pay(facts: Facts, step: Cure) -> Facts:
    left, items = _known(step.amount), []
    for item in facts.items:
        share = min(left, item.amount)
        left -= share
        if item.amount - share >= facts.rounding / 2:
            items.append(item._replace(amount=item.amount - share))
    return _received(facts, _known(step.amount), items)


def _wait(facts: Facts, step: Cure) -> Facts:
    day = _known(step.day)
    items = [item for item in facts.items if not facts.day <= item.due <= day]
    return _received(facts._replace(day=day), _known(step.amount), items)


def _prepay(facts: Facts, step: Cure) -> Facts:
    asked = facts.asked - _known(step.amount)
    cash = facts.cash or ("prepaid" if asked < facts.rounding / 2 else "")
    return facts._replace(asked=max(0.0, asked), cash=cash)


def _cut(facts: Facts, step: Cure) -> Facts:
    total = _known(step.amount)
    less = facts.total - total
    return facts._replace(asked=facts.asked - less, total=total)


def _ask(facts: Facts, step: Cure) -> Facts:
    return facts._replace(
        levels=tuple(
            lv._replace(limit=(lv.limit or 0.0) + _known(step.amount))
            if lv.file == step.file and lv.carries
            else lv
            for lv in facts.levels
        )
    )


def _lift(facts: Facts, step: Cure) -> Facts:
    return facts._replace(
        levels=tuple(
            lv._replace(hold="") if lv.file == step.file else lv for lv in facts.levels
        )
    )


def _unlist(facts: Facts, step: Cure) -> Facts:
    left = tuple(each for each in facts.listings if each.kind != ALWAYS_HOLD)
    return facts._replace(listings=left)


_APPLY: dict[str, Callable[[Facts, Cure], Facts]] = {
    "pay": _pay,
    "prepay": _prepay,
    "cut": _cut,
    "wait": _wait,
    "ask": _ask,
    "lift": _lift,
    "unlist": _unlist,
    "rate": lambda facts, step: facts._replace(missing_rates=()),
    "open_file": lambda facts, step: facts._replace(customer="file"),
}
