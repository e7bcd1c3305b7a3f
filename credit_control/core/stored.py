"""Facts, rules and verdicts as JSON and back, so that a decision can be replayed.

Plain Python: nothing here imports Odoo. A field that is added later gets its default
when an older record is read; a field that is gone is passed over.
"""

from datetime import date
from typing import get_args, get_type_hints

from .facts import Cure, Facts, Finding, Item, Verdict  # noqa: F401 (examples)


def dump(value):
    """Return ``value``, named tuples and all, in types that JSON knows.

    >>> dump(Item(date(2026, 1, 31), 5.0, "INV/1"))
    {'due': '2026-01-31', 'amount': 5.0, 'ref': 'INV/1', 'line': None}
    """
    if hasattr(value, "_fields"):
        return {name: dump(getattr(value, name)) for name in value._fields}
    if isinstance(value, (tuple, list)):
        return [dump(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def load(kind, data):
    """Return what :func:`dump` made of a ``kind``, a NamedTuple class.

    >>> load(Item, dump(Item(date(2026, 1, 31), 5.0)))
    Item(due=datetime.date(2026, 1, 31), amount=5.0, ref='', line=None)
    """
    return kind(
        **{
            name: _loaded(_NESTED.get((kind, name)), name in _DATES, data[name])
            for name in kind._fields
            if name in data
        }
    )


def _loaded(nested, is_date, value):
    if isinstance(value, list):
        return tuple(load(nested, each) if nested else each for each in value)
    if value and is_date:
        return date.fromisoformat(value)
    return value


_NESTED = {
    (owner, name): get_args(hint)[0]
    for owner in (Facts, Cure)
    for name, hint in get_type_hints(owner).items()
    if hasattr(next(iter(get_args(hint)), None), "_fields")
} | {(Verdict, "findings"): Finding, (Verdict, "cures"): Cure}

# By name, once: a clock that a test stands still exchanges the class under us.
_DATES = {
    name
    for owner in (Facts, Item, Cure)
    for name, hint in get_type_hints(owner).items()
    if hint is date or date in get_args(hint)
}
