"""What a letter says adds up; its hash leaves no room for another."""

from decimal import Decimal

import pytest
from ar_collection.core import letter
from hypothesis import given
from hypothesis import strategies as st

units = st.integers(-(10**8), 10**8)
lines = st.lists(st.tuples(st.sampled_from(["CNY", "EUR", "USD"]), units))


# === Hash === #


def test_hash_is_that_of_the_standard():
    assert letter.fingerprint(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@given(st.binary(), st.binary())
def test_another_document_has_another_hash(one, other):
    same = letter.fingerprint(one) == letter.fingerprint(other)
    assert same == (one == other)


def test_only_a_file_has_a_hash():
    with pytest.raises(TypeError):
        letter.fingerprint("a text")


# === Totals === #


@given(lines, st.randoms())
def test_totals_are_the_sum_of_what_is_printed_currency_by_currency(lines, random):
    found = letter.totals((code, units / 100) for code, units in lines)
    assert found.keys() == {code for code, _units in lines}
    for code, total in found.items():
        assert total * 100 == sum(units for each, units in lines if each == code)
    random.shuffle(lines)
    again = letter.totals((code, units / 100) for code, units in lines)
    assert list(again.items()) == list(found.items())


def test_each_currency_has_its_own_smallest_unit():
    lines = [("JPY", 1000.0), ("JPY", 1.0), ("KWD", 0.001), ("EUR", 0.1)]
    found = letter.totals(lines, {"JPY": 1.0, "KWD": 0.001})
    assert found == {
        "EUR": Decimal("0.10"),
        "JPY": Decimal(1001),
        "KWD": Decimal("0.001"),
    }
