"""Facts, rules and verdicts as JSON and back, so that a decision can be replayed.

Plain Python: nothing here imports Odoo. A field that is added later gets its default
when an older record is read; a field that is gone is passed over.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, get_args, get_type_hints

from .facts import Cure, Facts, Item, Listing, Verdict

T = TypeVar("T", bound=tuple[Any, ...])


def dump(value: object) -> Any:
    """Return ``value``, named tuples and all, in types that JSON knows.

    >>> dump(Item(date(2026, 1, 31), 5.0, "INV/1"))
    {'due': '2026-01-31', 'amount': 5.0, 'ref': 'INV/1', 'line': None}
    """
    if hasattr(value, "_fields"):
        return {name: dump(getattr(value, name)) for name in value._fields}
    if isinstance(value, (tuple, list)):
        return [dump(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def load(kind: type[T], data: Mapping[str, Any]) -> T:
    """Return what :func:`dump` made of a ``kind``, a NamedTuple class.

    >>> load(Item, dump(Item(date(2026, 1, 31), 5.0)))
    Item(due=datetime.date(2026, 1, 31), amount=5.0, ref='', line=None)
    """
    make: Any = kind  # no type says that a class makes named tuples
    loaded: T = make(
        **{
            name: _loaded(_NESTED.get((kind, name)), name in _DATES, data[name])
            for name in make._fields
            if name in data
        }
    )
    return loaded


def _loaded(nested: type[tuple[Any, ...]] | None, is_date: bool, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(load(nested, each) if nested else each for each in value)
    if value and is_date:
        return date.fromisoformat(value)
    return value


_NESTED: dict[tuple[type, str], Any] = {
    (owner, name): get_args(hint)[0]
    for owner in (Facts, Cure, Verdict)
    for name, hint in get_type_hints(owner).items()
    if hasattr(next(iter(get_args(hint)), None), "_fields")
}

# By name, once: a clock that a test stands still exchanges the class under us.
_DATES = {
    name
    for owner in (Facts, Item, Cure, Listing)
    for name, hint in get_type_hints(owner).items()
    if hint is date or date in get_args(hint)
}
