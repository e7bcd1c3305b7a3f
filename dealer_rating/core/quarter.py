"""Judgement of a quarter's cards, and two poor quarters running.

The quarter's two scores make its two letters. A month or a card without a score is not
a zero: the quarter stays open. After two poor quarters running, to stop supply or to
end the contract is proposed. For dealers in their first two quarters, see
:mod:`.new_dealer`.

Source: the method's rules 1.2 and 1.3.
"""

from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from .grade import band
from .new_dealer import tenure
from .score import MissingScore

MONTHS = 3  # of a quarter


class Card(NamedTuple):
    """One card of a quarter: its total so far, and by which rules it counts.

    ``missing`` is how many of its scores nobody gave yet; ``bands`` from how many
    points on the quarter's letter is an A, and a B.
    """

    points: float
    missing: int
    bands: tuple[float, float]
    how: str = "mean"


class Outcome(NamedTuple):
    """A quarter as it was judged. The grade is the two letters."""

    performance: float
    conduct: float
    letters: str

    @property
    def total(self) -> float:
        """Out of 100 with the shipped cards."""
        return round(self.performance + self.conduct, 6)


class Judgement(NamedTuple):
    """Outcome of a quarter's cards; none as long as a score or a card is missing."""

    missing: int
    missing_cards: int
    tenure: str
    outcome: Outcome | None


def performance(months: Sequence[float | None], how: str = "mean") -> float:
    """Return a quarter's performance score.

    :param months: the totals of its monthly cards, None for one that is not complete;
        a month before the dealer was one is left out by the caller
    :param how: ``mean`` or ``sum``; of a dealer that was none in all three months
        the sum is what three months like those would come to
    :raises MissingScore: if a month is missing: that is not a zero

    >>> performance([50, 44, 41])
    45.0
    >>> performance([50, 44, 41], how="sum")
    135.0
    >>> performance([50, None])
    Traceback (most recent call last):
    ...
    dealer_rating.core.score.MissingScore: 1 of 2 months not complete
    """
    known = [month for month in months if month is not None]
    if len(known) < len(months) or not months:
        missing = len(months) - len(known)
        raise MissingScore(f"{missing} of {len(months)} months not complete")
    mean = fsum(known) / len(known)
    return round(mean * (MONTHS if how == "sum" else 1), 6)


def judge(
    months: Sequence[float | None],
    conduct: float | None,
    performance_bands: tuple[float, float],
    conduct_bands: tuple[float, float],
    how: str = "mean",
) -> Outcome:
    """Return the outcome of a quarter.

    :param conduct: the total of its conduct card, None if not complete
    :param performance_bands: from how many points on it is an A, and a B
    :param conduct_bands: likewise
    :raises MissingScore: if a month or the conduct card is missing

    >>> judge([50, 44, 41], 33, (48, 36), (32, 24))
    Outcome(performance=45.0, conduct=33.0, letters='BA')
    >>> judge([50, 44, 41], 33, (48, 36), (32, 24)).total
    78.0
    """
    points = performance(months, how)
    if conduct is None:
        raise MissingScore("the conduct card is not complete")
    letters = band(points, *performance_bands) + band(conduct, *conduct_bands)
    return Outcome(points, float(conduct), letters)


def judgement(
    since: date, start: date, months: Sequence[Card], conduct: Card | None
) -> Judgement:
    """Return what a dealer's cards of a quarter come to, and what they lack.

    The cards' own rules count: those of the last month, and of the conduct card.

    :param since: the day the dealer became one
    :param start: the first day of the quarter
    :param months: its monthly cards, in the order of their days
    :param conduct: its conduct card

    >>> month, card = Card(50, 0, (48, 36)), Card(33, 0, (32, 24))
    >>> judgement(date(2026, 2, 10), date(2026, 1, 1), [month, month], card)
    ... # doctest: +NORMALIZE_WHITESPACE
    Judgement(missing=0, missing_cards=0, tenure='first',
              outcome=Outcome(performance=50.0, conduct=33.0, letters='AA'))
    >>> judgement(date(2025, 2, 10), date(2026, 1, 1), [month], card)
    Judgement(missing=0, missing_cards=2, tenure='regular', outcome=None)
    """
    cards = [*months, *([conduct] if conduct else [])]
    wanted = months_of(since, start)
    missing = sum(card.missing for card in cards)
    lacking = wanted - len(months) + (conduct is None)
    outcome = None
    if len(months) >= wanted and conduct and not missing:
        points, last = [card.points for card in months], months[-1]
        outcome = judge(points, conduct.points, last.bands, conduct.bands, last.how)
    return Judgement(missing, lacking, tenure(since, start), outcome)


def months_of(since: date, start: date) -> int:
    """Return of how many months a dealer's quarter consists: from its first one on.

    >>> quarter = date(2026, 1, 1)
    >>> [months_of(since, quarter) for since in (date(2025, 5, 1), date(2026, 2, 28))]
    [3, 2]
    """
    before = (since.year - start.year) * 12 + since.month - start.month
    return MONTHS - min(max(before, 0), MONTHS - 1)


def proposes_end(poor_now: bool, poor_before: bool) -> bool:
    """Tell whether two poor quarters run: stop supply or end the contract is proposed.

    >>> proposes_end(True, True), proposes_end(True, False)
    (True, False)
    """
    return bool(poor_now and poor_before)
