"""The parts of a verdict: facts, rules, findings, cures. Plain Python.

Money is in company currency, tax included; shares are percentages as people write
them (25 is a quarter); days are calendar days.

Source: the method's rules 2.1 to 2.3.
"""

from datetime import date
from typing import NamedTuple

PASS, TELL, WARN, HOLD = ACTIONS = ("pass", "tell", "warn", "hold")
NEVER_CHECK, ALWAYS_HOLD = "never_check", "always_hold"


class Level(NamedTuple):
    """One credit file that has to carry the order: the debtor's own, then its groups.

    ``limit`` is ``None`` where nobody granted one, which is not a limit of zero.
    ``exposure`` leaves the order itself out. ``set_off`` is what we owe them, where the
    company sets it off. A level with ``carries`` off owes
    nothing for this order, but its hold counts.
    """

    file: int | None = None
    name: str = ""
    limit: float | None = None
    exposure: float = 0.0
    collateral: float = 0.0
    hold: str = ""
    carries: bool = True
    set_off: float = 0.0

    @property
    def cover(self) -> float:
        """Return what may be owed above the limit."""
        return self.collateral + self.set_off


class Listing(NamedTuple):
    """A list that a customer is on until a day: ``never_check`` or ``always_hold``.
    ``owes`` tells who will owe the money from who only ordered."""

    kind: str
    name: str = ""
    reason: str = ""
    until: date | None = None
    owes: bool = True


class Item(NamedTuple):
    """Open receivable, unallocated payments already taken off the oldest."""

    due: date
    amount: float
    ref: str = ""
    line: int | None = None


class Further(NamedTuple):
    """A measure that another addon took for a kind of rule of its own."""

    kind: str
    measured: float | None
    cure: str = ""


class Facts(NamedTuple):
    """All that a verdict depends on.

    ``asked`` is what the order adds to the exposure, ``total`` its whole amount.
    ``cash`` says why it needs no credit (``prepaid``, ``immediate``, ``nothing``) or
    is empty. ``customer`` tells who has a credit file (``file``) from who has none and
    may only pay cash (``cash``) or has to wait for one (``held``). ``levels`` starts
    with the debtor's own file. ``overdue`` and ``oldest_due`` sum up what is late;
    ``items`` names it, oldest first, and is only gathered where a cure has to be told
    or where what is oldest may lie below a floor. ``listings`` are those of the debtor
    and of the customer.
    """

    day: date
    asked: float
    total: float
    cash: str = ""
    customer: str = "file"
    levels: tuple[Level, ...] = ()
    receivable: float = 0.0
    overdue: float = 0.0
    oldest_due: date | None = None
    items: tuple[Item, ...] = ()
    missing_rates: tuple[str, ...] = ()
    further: tuple[Further, ...] = ()
    rounding: float = 0.01
    listings: tuple[Listing, ...] = ()


class Rule(NamedTuple):
    """A check: what it measures, from where on it fires, and what then happens.

    ``cash`` rules also look at orders that need no credit. ``authority`` is who may
    release an order that this rule holds. Rules on what is late look from ``floor`` on:
    a smaller amount holds nobody, however old it is.
    """

    kind: str
    threshold: float = 0.0
    action: str = HOLD
    cash: bool = False
    authority: str = "officer"
    floor: float = 0.0


class Finding(NamedTuple):
    """A rule that fired: what it measured against what, and at which level's file."""

    kind: str
    action: str
    measured: float | None
    threshold: float | None
    file: int | None = None
    authority: str = "officer"


class Cure(NamedTuple):
    """A step that would cure the order.

    ``code`` is one of ``pay`` (``amount``, at least, on ``items``), ``prepay``
    (``amount`` of the order), ``cut`` (the order to ``amount``), ``wait`` (until
    ``day``, when ``amount`` falls due), ``ask`` (``amount`` more limit on ``file``),
    ``lift`` (the hold of ``file``), ``unlist`` (the customer), ``rate``, ``open_file``,
    or one of another addon.
    ``heals`` lists the kinds of findings that it takes away; ``enough`` tells whether
    none is left then.
    """

    code: str
    amount: float | None = None
    day: date | None = None
    file: int | None = None
    items: tuple[Item, ...] = ()
    heals: tuple[str, ...] = ()
    enough: bool = False


class Verdict(NamedTuple):
    """The strictest action of all findings, the findings, and the cures of a hold."""

    action: str
    findings: tuple[Finding, ...] = ()
    cures: tuple[Cure, ...] = ()

    @property
    def holding(self) -> tuple[Finding, ...]:
        """Return the findings that hold the order."""
        return tuple(f for f in self.findings if f.action == HOLD)
