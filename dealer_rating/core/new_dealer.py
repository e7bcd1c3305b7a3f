"""New dealers: no credit in the first quarter, good grades only in the second.

Source: the method's rule 1.3.
"""

from datetime import date

FIRST, SECOND, REGULAR = "first", "second", "regular"


def tenure(since: date, start: date) -> str:
    """Tell a new dealer's first and second quarter from the later ones.

    :param since: the day the dealer became one
    :param start: the first day of the quarter that is judged

    >>> tenure(date(2026, 2, 10), date(2026, 1, 1))
    'first'
    >>> tenure(date(2026, 1, 1), date(2026, 4, 1))
    'second'
    >>> tenure(date(2025, 10, 31), date(2026, 4, 1))
    'regular'
    """
    first = since.year * 4 + (since.month - 1) // 3
    passed = start.year * 4 + (start.month - 1) // 3 - first
    return FIRST if passed < 1 else SECOND if passed == 1 else REGULAR


def deserves_credit(judged: str, good_when_new: bool) -> bool:
    """Tell whether a quarter's grade may give credit at all.

    A grade counts in the quarter after the one that was judged. So a new dealer has
    none in its first quarter and gets no credit; in its second, the grade of the first
    gives credit only if it is marked for new dealers.

    :param judged: the stage of the quarter that was judged, see :func:`tenure`
    :param good_when_new: whether the grade is marked for new dealers

    >>> [deserves_credit(judged, False) for judged in (FIRST, SECOND, REGULAR)]
    [False, True, True]
    >>> deserves_credit(FIRST, good_when_new=True)
    True
    """
    return judged != FIRST or good_when_new
