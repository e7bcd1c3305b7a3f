"""The cheapest ways to a better grade, found by trying them. Plain Python.

A way is a set of changes: this indicator up to so many points, and that one. Of two
ways the one with fewer changes is cheaper; of two with equally many, the one that
climbs fewer levels. None of a way's changes can be left out: the others alone give no
better grade.

A better letter on either card always gives a better grade (:func:`grade.is_monotone`),
so a way that changed both cards would contain one that changes one. Only changes on
one card are tried together.

Source: the method's rules 1.1 to 1.3.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

from .grade import band

TRIED = 3  # changes at once, of which every set is tried; beyond, the largest go first


class Lever(NamedTuple):
    """An indicator: its points in the quarter's mean, and those that it can have."""

    code: str
    points: float
    levels: tuple[float, ...]
    weight: float = 1.0


class Card(NamedTuple):
    """One of the two cards as it stands; ``times`` its total counts (3 in a sum)."""

    kind: str
    levers: tuple[Lever, ...]
    from_a: float
    from_b: float
    times: float = 1.0


class Standing(NamedTuple):
    """A quarter as it stands. The first card gives the first letter of the grade."""

    cards: tuple[Card, ...]
    order: tuple[str, ...]  # the grades, best first


class Change(NamedTuple):
    """One indicator moved to other points, ``steps`` levels from where it stands."""

    kind: str
    code: str
    before: float
    after: float
    steps: int


class Way(NamedTuple):
    """Changes that together give another grade."""

    grade: str
    changes: tuple[Change, ...]

    @property
    def cost(self) -> tuple[int, int]:
        """Return the number of changes, and of levels that they climb."""
        return len(self.changes), sum(change.steps for change in self.changes)


def total(card: Card) -> float:
    """Return a card's total, to six decimals, so that thirds of a point cost no band.

    >>> total(Card("conduct", (Lever("price", 10 / 3, ()), Lever("news", 5, (), 2)),
    ...     8, 6))
    13.333333
    """
    points = sum(float(lever.points) * lever.weight for lever in card.levers)
    return round(points * card.times, 6)


def grade_of(standing: Standing) -> str:
    """Return the grade that a quarter has as it stands.

    >>> grade_of(Standing((Card("performance", (Lever("target", 4, ()),), 5, 3),
    ...     Card("conduct", (Lever("price", 5, ()),), 5, 3)), ("AA", "AB", "BA")))
    'BA'
    """
    return "".join(_letter(card, total(card)) for card in standing.cards)


def ways(standing: Standing, most: int = 3) -> tuple[Way, ...]:
    """Return the cheapest ways to a better grade, cheapest first.

    :param most: so many at most; of equally cheap ones, those that differ most

    >>> card = Card("conduct", (Lever("price", 0, (-5, 0, 3, 5)),
    ...     Lever("news", 2, (0, 1, 2, 3, 4, 5))), 8, 5)
    >>> for way in ways(Standing((card,), ("A", "B", "C"))):
    ...     print(way.grade, [(change.code, change.after) for change in way.changes])
    B [('price', 3)]
    B [('news', 5)]
    """
    return _search(standing, most, up=True)


def risks(standing: Standing, most: int = 3) -> tuple[Way, ...]:
    """Return the nearest ways down: the fewest losses that cost the grade.

    >>> card = Card("conduct", (Lever("price", 5, (-5, 0, 3, 5)),
    ...     Lever("news", 4, (0, 1, 2, 3, 4, 5))), 8, 5)
    >>> [way.changes for way in risks(Standing((card,), ("A", "B", "C")), most=1)]
    [(Change(kind='conduct', code='price', before=5, after=3, steps=1),)]
    """
    return _search(standing, most, up=False)


# --- the search ---

Move = tuple[Change, float]  # and what the total gains by it
Moves = Sequence[Move]


def _letter(card: Card, points: float) -> str:
    return band(points, card.from_a, card.from_b)


class _Trial:
    """One card of a quarter whose other card stays as it is."""

    def __init__(self, standing: Standing, place: int, up: bool) -> None:
        self.standing, self.place = standing, place
        self.card, self.up = standing.cards[place], up
        self.points = total(self.card)
        self.letters = list(grade_of(standing))
        self.now = self.rank("".join(self.letters))

    def rank(self, grade: str) -> int:
        """Return a grade's place, best first; one that is not in the order is last."""
        order = self.standing.order
        return order.index(grade) if grade in order else len(order)

    def grade(self, moves: Moves) -> str:
        """Return the grade after some moves, as (change, gain in the total)."""
        points = round(self.points + sum(gain for _change, gain in moves), 6)
        letters = list(self.letters)
        letters[self.place] = _letter(self.card, points)
        return "".join(letters)

    def succeeds(self, moves: Moves) -> bool:
        """Tell whether the grade gets better, or worse when looking down."""
        rank = self.rank(self.grade(moves))
        return rank < self.now if self.up else rank > self.now

    def moves(self, lever: Lever) -> list[Move]:
        """Return each level that a lever can move to, the nearest first."""
        if self.up:
            beyond = sorted({lv for lv in lever.levels if lv > lever.points})
        else:
            beyond = sorted({lv for lv in lever.levels if lv < lever.points})[::-1]
        return [
            (
                Change(self.card.kind, lever.code, lever.points, level, steps),
                (level - lever.points) * lever.weight * self.card.times,
            )
            for steps, level in enumerate(beyond, 1)
        ]

    def levers(self) -> list[list[Move]]:
        """Return the moves of each lever that has any."""
        moves = (self.moves(lever) for lever in self.card.levers)
        return [each for each in moves if each]

    def is_tight(self, moves: tuple[Move, ...]) -> bool:
        """Tell whether none of the moves can be left out."""
        return not any(
            self.succeeds(moves[:place] + moves[place + 1 :])
            for place in range(len(moves))
        )

    def way(self, moves: Moves) -> Way:
        return Way(self.grade(moves), tuple(change for change, _gain in moves))


def _search(standing: Standing, most: int, up: bool) -> tuple[Way, ...]:
    trials = [_Trial(standing, place, up) for place in range(len(standing.cards))]
    found = []
    for size in range(1, TRIED + 1):
        found += [way for trial in trials for way in _of_size(trial, size)]
        if len(found) >= most:
            break
    if not found:
        found = [way for trial in trials for way in _by_largest(trial)]
    return _differing(found, most, trials)


def _of_size(trial: _Trial, size: int) -> Iterator[Way]:
    """Yield the cheapest way by each set of so many levers that leads somewhere."""
    for levers in combinations(trial.levers(), size):
        if not trial.succeeds([moves[-1] for moves in levers]):
            continue
        best = None
        for moves in product(*levers):
            steps = sum(change.steps for change, _gain in moves)
            if best and steps >= best[0]:
                continue
            if trial.succeeds(moves) and trial.is_tight(moves):
                best = steps, moves
        if best:
            yield trial.way(best[1])


def _by_largest(trial: _Trial) -> Iterator[Way]:
    """Yield a way by the levers with the largest moves: no other needs fewer."""
    levers = sorted(trial.levers(), key=lambda moves: -abs(moves[-1][1]))
    chosen = []
    for moves in levers:
        chosen.append(moves)
        if trial.succeeds([each[-1] for each in chosen]):
            yield trial.way(_lowered(trial, chosen))
            return


def _lowered(trial: _Trial, chosen: list[list[Move]]) -> Moves:
    """Return moves no larger than they have to be, the smallest gains given up first.

    The largest gain is what a level of the others is worth least against.
    """
    moves = [each[-1] for each in chosen]
    for place in reversed(range(len(moves))):
        for smaller in chosen[place]:
            tried = [*moves[:place], smaller, *moves[place + 1 :]]
            if trial.succeeds(tried):
                moves = tried
                break
    return tuple(moves)


def _differing(found: list[Way], most: int, trials: list[_Trial]) -> tuple[Way, ...]:
    """Return the cheapest ways; of equally cheap ones, what the others lack first."""
    left = list(found)
    picked: list[Way] = []
    used: set[tuple[str, str]] = set()
    while left and len(picked) < most:
        way = min(
            left,
            key=lambda way: (
                way.cost,
                sum((change.kind, change.code) in used for change in way.changes),
                trials[0].rank(way.grade),
            ),
        )
        left.remove(way)
        picked.append(way)
        used |= {(change.kind, change.code) for change in way.changes}
    return tuple(picked)
