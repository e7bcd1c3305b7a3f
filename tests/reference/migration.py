"""Moves from period to period, followed one by one.

Production counts them in SQL (``rating.validation``).
"""

from itertools import pairwise


def moves(rows, periods):
    """Yield how everyone moved from each period to the next.

    Who is missing in the later one left: a move to None. Who is missing in the earlier
    one is not in its cohort, and no move. A gap is not bridged: over it, nobody knows
    when the move happened.

    :param rows: Iterable[tuple[who, period, state]], one at most for who and period
    :param periods: all of them, in order; rows of another period are passed over
    :return: Iterator[tuple[state, state | None]]

    >>> rows = [("x", 1, "A"), ("x", 2, "B"), ("y", 1, "A"), ("y", 3, "C")]
    >>> list(moves(rows, [1, 2, 3]))
    [('A', 'B'), ('A', None), ('B', None)]
    """
    by_period = {period: {} for period in periods}
    for who, period, state in rows:
        if period in by_period:
            by_period[period][who] = state
    for before, after in pairwise(by_period.values()):
        for who, state in before.items():
            yield state, after.get(who)
