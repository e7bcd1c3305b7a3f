"""Totals and hash of a letter, which make it stand. Plain Python: nothing here imports
Odoo.

Source: the method's rule 3.2.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256

from odoo.addons.trade_credit_base.core.money import CENT, Number, exact

WIDTH = 5  # digits of its number, at least


def fingerprint(document: bytes) -> str:
    """Return the SHA-256 of a document, as 64 hexadecimal digits.

    Source: FIPS 180-4.

    :param document: the file as it was sent

    >>> fingerprint(b"abc")[:16]
    'ba7816bf8f01cfea'
    """
    return sha256(document).hexdigest()


def totals(
    lines: Iterable[tuple[str, Number]], units: Mapping[str, Number] | None = None
) -> dict[str, Decimal]:
    """Return what a letter's lines add up to, currency by currency.

    Amounts of different currencies are never added. In alphabetical order.

    :param lines: Iterable[tuple[currency, amount]], each rounded as it is printed
    :param units: {currency: its smallest unit}; a cent where it is not named

    >>> totals([("EUR", 0.1), ("CNY", 5), ("EUR", 0.2)])
    {'CNY': Decimal('5.00'), 'EUR': Decimal('0.30')}
    """
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in lines:
        sums[currency] += exact(amount, (units or {}).get(currency, CENT))
    return dict(sorted(sums.items()))
