"""What makes a letter stand: its number, its totals, its hash. Plain Python: nothing
here imports Odoo.

Letters are numbered per company and year from 1, without gaps: the next number follows
the last one given, and the caller lets one transaction at a time ask for it.

Source: the method's rule 3.2.
"""

import re
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from .money import CENT, exact

WIDTH = 5  # digits at least

_NUMBER = re.compile(r"(?P<prefix>.*)/(?P<year>[0-9]{4})/(?P<sequence>[0-9]+)")


class Number(NamedTuple):
    """A letter's number. Numbers of one year sort as tuples, not as texts."""

    prefix: str
    year: int
    sequence: int

    def __str__(self):
        return f"{self.prefix}/{self.year:04}/{self.sequence:0{WIDTH}}"


def parse(text):
    """Return a number from its text.

    :raises ValueError: if it is none

    >>> parse("CL/2026/00041")
    Number(prefix='CL', year=2026, sequence=41)
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError(f"not a letter's number: {text!r}")
    return Number(found["prefix"], int(found["year"]), int(found["sequence"]))


def next_numbers(last, year, count=1, prefix="CL"):
    """Return the numbers that follow the last one.

    :param last: the company's last number, of whatever year; None for its first letter
    :type last: str | None
    :param int year: of the letters
    :return: ``count`` texts
    :raises ValueError: if ``last`` is of a later year: that one's numbers have begun

    >>> next_numbers("CL/2026/00041", 2026, 2)
    ('CL/2026/00042', 'CL/2026/00043')
    >>> next_numbers("CL/2026/00041", 2027), next_numbers(None, 2026)
    (('CL/2027/00001',), ('CL/2026/00001',))
    """
    known = parse(last) if last else Number(prefix, year, 0)
    if known.year > year:
        raise ValueError(f"{last} is later than {year}")
    start = known.sequence if known.year == year else 0
    return tuple(str(Number(prefix, year, start + n)) for n in range(1, count + 1))


def gaps(numbers):
    """Return what is missing between 1 and the last number of each year.

    :param numbers: Iterable[str], one company's; their prefix does not matter
    :return: ((year, sequence), …)

    >>> gaps(["CL/2026/00001", "CL/2026/00004", "CL/2027/00001"])
    ((2026, 2), (2026, 3))
    """
    series = defaultdict(set)
    for number in map(parse, numbers):
        series[number.year].add(number.sequence)
    return tuple(
        (year, sequence)
        for year, given in sorted(series.items())
        for sequence in range(1, max(given))
        if sequence not in given
    )


def fingerprint(document):
    """Return the SHA-256 of a document, as 64 hexadecimal digits.

    Source: FIPS 180-4.

    :param bytes document: the file as it was sent

    >>> fingerprint(b"abc")[:16]
    'ba7816bf8f01cfea'
    """
    return sha256(document).hexdigest()


def totals(lines, units=None):
    """Return what a letter's lines add up to, currency by currency.

    Amounts of different currencies are never added. In alphabetical order.

    :param lines: Iterable[tuple[currency, amount]], each rounded as it is printed
    :param units: {currency: its smallest unit}; a cent where it is not named
    :rtype: dict[str, Decimal]

    >>> totals([("EUR", 0.1), ("CNY", 5), ("EUR", 0.2)])
    {'CNY': Decimal('5.00'), 'EUR': Decimal('0.30')}
    """
    sums = defaultdict(Decimal)
    for currency, amount in lines:
        sums[currency] += exact(amount, (units or {}).get(currency, CENT))
    return dict(sorted(sums.items()))
