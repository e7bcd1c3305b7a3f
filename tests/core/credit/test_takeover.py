"""Limits that stand elsewhere: which counts, and what is proposed."""

from datetime import date, timedelta

import pytest
from credit_control.core.takeover import (
    Found,
    Period,
    Standing,
    judge_asked,
    judge_found,
    repeated,
    source_of,
)

TODAY = date(2026, 6, 15)
LAST_WEEK, NEXT_WEEK = TODAY - timedelta(7), TODAY + timedelta(7)


@pytest.mark.parametrize(
    ("found", "kind", "amount", "codes", "is_clear"),
    [
        (Found(own=700.0), "core", 700.0, [], True),
        (Found(own=700.0, default=5000.0), "core", 700.0, [], True),
        (Found(default=5000.0), "default", 5000.0, [], True),
        (Found(branches=(("North", 9.0),)), "branch", 9.0, ["branch"], True),
        (
            Found(branches=(("North", 9.0), ("South", 9.0))),
            *("branch", 9.0, ["branch"], True),
        ),
        (
            Found(branches=(("North", 7.0), ("South", 9.0))),
            *("branch", 9.0, ["branches"], False),
        ),
        (
            Found(own=7.0, branches=(("South", 9.0),)),
            *("core", 7.0, ["branches_differ"], False),
        ),
        (Found(own=7.0, branches=(("South", 7.0),)), "core", 7.0, [], True),
        (
            Found(branches=(("South", 9.0),), default=50.0),
            *("branch", 9.0, ["branch", "head_differs"], False),
        ),
        (
            Found(branches=(("South", 9.0),), default=9.0),
            *("branch", 9.0, ["branch"], True),
        ),
        (
            Found(own=0.0, branches=(("South", 9.0),), default=50.0),
            *("branch", 9.0, ["branch", "head_differs"], False),
        ),
        (Found(own=7.0, closed=(("South", 9.0),)), "core", 7.0, [], True),
        (
            Found(closed=(("South", 9.0),), contacts=(("Buyer", 8.0),)),
            *("branch", 9.0, ["branch_archived"], False),
        ),
        (Found(contacts=(("Buyer", 9.0),)), "contact", 9.0, ["contact"], False),
        (
            Found(contacts=(("Buyer", 9.0),), default=50.0),
            *("default", 50.0, [], True),
        ),
        (Found(own=0.0, default=50.0), "core", 0.0, [], True),
    ],
)
def test_the_limit_that_counts(found, kind, amount, codes, is_clear):
    source = source_of(found)
    assert (source.kind, source.amount) == (kind, amount)
    assert [note.code for note in source.notes] == codes
    assert source.is_clear == is_clear


def test_no_limit_anywhere_is_none():
    assert source_of(Found()) is None


def _said(verdict):
    return (verdict.action, *(note.code for note in verdict.notes))


@pytest.mark.parametrize(
    ("amount", "standing", "said"),
    [
        (700.0, Standing(), ("file",)),
        (700.0, Standing(has_file=True), ("limit",)),
        (700.0, Standing(has_file=True, limit=0.0), ("none", "has_limit")),
        (700.0, Standing(has_file=True, has_limits=True), ("none", "had_limits")),
        (700.0, Standing(is_active=False), ("none", "archived")),
        (700.0, Standing(owner="Other"), ("none", "other_company")),
        (
            *(700.0, Standing(has_file=True, is_file_active=False)),
            ("none", "file_archived"),
        ),
        (0.0, Standing(), ("none", "zero")),
        (-1.0, Standing(), ("none", "negative")),
        (1e16, Standing(), ("none", "absurd")),
        (float("nan"), Standing(), ("none", "absurd")),
    ],
)
def test_what_is_proposed_for_a_limit_that_was_found(amount, standing, said):
    assert _said(judge_found(amount, standing)) == said


SUMMER = Period(50.0, LAST_WEEK, NEXT_WEEK)


@pytest.mark.parametrize(
    ("asked", "standing", "said"),
    [
        (Period(7.0, TODAY), Standing(), ("file",)),
        (Period(7.0, TODAY), Standing(has_file=True), ("limit",)),
        (
            *(Period(7.0, TODAY), Standing(has_file=True, permanent=5.0)),
            ("change", "instead"),
        ),
        (Period(5.0, TODAY), Standing(has_file=True, permanent=5.0), ("none", "known")),
        (
            *(Period(5.0, NEXT_WEEK), Standing(has_file=True, permanent=5.0)),
            ("change", "instead"),
        ),
        (
            Period(5.0, NEXT_WEEK),
            Standing(has_file=True, coming=(Period(5.0, NEXT_WEEK),)),
            ("none", "known"),
        ),
        (
            *(Period(5.0, TODAY, NEXT_WEEK), Standing(has_file=True, permanent=5.0)),
            ("limit",),
        ),
        (Period(0.0, TODAY), Standing(), ("file", "zero_asked")),
        (Period(5.0, NEXT_WEEK, TODAY), Standing(), ("problem", "until_before_from")),
        (Period(5.0, LAST_WEEK, LAST_WEEK), Standing(), ("problem", "over")),
        (
            *(SUMMER._replace(start=TODAY), Standing(has_file=True, coming=(SUMMER,))),
            ("none", "known"),
        ),
        (
            Period(60.0, TODAY, TODAY),
            Standing(has_file=True, coming=(SUMMER,)),
            ("problem", "overlap"),
        ),
        (Period(-1.0, TODAY), Standing(), ("problem", "negative")),
        (Period(7.0, TODAY), Standing(is_active=False), ("problem", "archived")),
    ],
)
def test_what_is_proposed_for_a_line_of_a_file(asked, standing, said):
    assert _said(judge_asked(asked, standing, TODAY)) == said


def test_two_temporary_limits_one_after_the_other_are_no_contradiction():
    first = Period(5.0, TODAY, NEXT_WEEK)
    second = Period(6.0, NEXT_WEEK + timedelta(1), NEXT_WEEK + timedelta(7))
    assert not list(repeated([(2, 1, first), (3, 1, second)]))
    assert list(repeated([(2, 1, first), (3, 1, SUMMER)])) == [(2, 3), (3, 2)]
