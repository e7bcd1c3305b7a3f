"""What a letter says adds up; its number and its hash leave no room for another."""

from decimal import Decimal
from itertools import accumulate

import pytest
from ar_collection.core import letter
from hypothesis import given
from hypothesis import strategies as st

units = st.integers(-(10**8), 10**8)
lines = st.lists(st.tuples(st.sampled_from(["CNY", "EUR", "USD"]), units))


# === Numbers === #


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=20))
def test_numbers_have_no_gap_and_none_is_given_twice(batches):
    """Letters of a company in batches, each in the year of the last or a later one."""
    given_, last = [], None
    years = accumulate((step for step, _count in batches), initial=2026)
    for year, (_step, count) in zip(list(years)[1:], batches, strict=True):
        numbers = letter.next_numbers(last, year, count)
        assert len(numbers) == count
        given_ += numbers
        last = given_[-1] if given_ else None
    assert len(set(given_)) == len(given_)
    assert not letter.gaps(given_)
    assert all(str(letter.parse(number)) == number for number in given_)


def test_more_letters_than_digits():
    assert letter.next_numbers("CL/2026/99999", 2026) == ("CL/2026/100000",)
    assert letter.next_numbers("CL/2026/100000", 2026) == ("CL/2026/100001",)


def test_a_new_prefix_goes_on_counting():
    numbers = letter.next_numbers("CL/2026/00041", 2026, prefix="催/A")
    assert numbers == ("催/A/2026/00042",)
    assert letter.next_numbers(numbers[0], 2026) == ("CL/2026/00043",)


def test_no_number_is_given_in_a_year_that_is_over():
    with pytest.raises(ValueError):
        letter.next_numbers("CL/2027/00001", 2026)


@pytest.mark.parametrize("text", ["", "41", "CL-2026-41", "CL/26/00041", "CL/2026/"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        letter.parse(text)


def test_a_number_that_was_taken_out_is_missed():
    numbers = letter.next_numbers(None, 2026, 5)
    assert letter.gaps(reversed(numbers[:2] + numbers[3:])) == ((2026, 3),)
    assert letter.gaps(numbers[1:]) == ((2026, 1),)
    assert letter.gaps([]) == ()


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
