"""From facts and rules to a verdict, with its cures. Plain Python: nothing here
imports Odoo.

An order needs credit. What the customer owes, how late it is and what was granted
are the *facts*; what the company tolerates are the *rules*. :func:`decide` says which
rules fired, with measure and threshold, and which steps would cure the order. The same
facts and rules give the same verdict for ever: a stored decision can be replayed.

Money is in company currency, tax included; shares are percentages as people write
them (25 is a quarter); days are calendar days.

Source: the method's rules 2.1 to 2.3.
"""

from collections.abc import Sequence
from datetime import date  # noqa: F401 (the example uses it)

from .check import findings
from .cure import cures
from .facts import (  # noqa: F401 (the example uses some)
    ACTIONS,
    HOLD,
    PASS,
    Facts,
    Level,
    Rule,
    Verdict,
)


def decide(facts: Facts, rules: Sequence[Rule]) -> Verdict:
    """Return the verdict of ``rules`` on ``facts``.

    :param Facts facts: what is known on the day
    :param rules: Sequence[Rule], in any order: the verdict does not depend on it
    :rtype: Verdict

    >>> own = Level(file=7, limit=100.0, exposure=80.0)
    >>> facts = Facts(date(2026, 3, 1), asked=30.0, total=30.0, levels=(own,))
    >>> verdict = decide(facts, [Rule("limit", 100)])
    >>> verdict.action, [(c.code, c.amount) for c in verdict.cures]
    ('hold', [('prepay', 10.0), ('cut', 20.0), ('ask', 10.0)])
    """
    found = findings(facts, rules)
    action = max((f.action for f in found), key=ACTIONS.index, default=PASS)
    held = tuple(f for f in found if f.action == HOLD)
    return Verdict(action, found, cures(facts, rules, held) if held else ())
