"""Another transaction is in the way of every job, in each of its transactions.

Nothing fails by it, nobody gets anything twice, supply is stopped where it must be:
what the books say in the end differs in nothing but ids and times.
"""

from collections import Counter
from pathlib import Path
from pprint import pformat

import pytest
from test_collection_crash import environment, playing

from odoo.addons.trade_credit_base.tests.sizes import sized

JOB = Path(__file__).resolve().parent / "conflict_job.py"
CONFLICTS = sized(25, 500)


@pytest.fixture(scope="module")
def player():
    with playing(JOB, "conflict") as player:
        yield player


@pytest.fixture(scope="module")
def undisturbed(player):
    """:return: what it comes to if nobody is in the way, and the mails"""
    played = player.do("play", seed=0)
    return played, _sent(player)


def _sent(player):
    """:return: what was received, under one Message-ID once; a sheet bears its time"""
    received = player.mails()
    assert all(len(copies) == 1 for copies in received.values()), "sent twice"
    return sorted(
        (to, subject, [file for file in files if file.startswith(b"%PDF")])
        for ((to, subject, files),) in received.values()
    )


def _other(books, expected):
    """:return: {what: (rows that should not be there, rows that should)}"""
    return {
        what: (
            [row for row in books[what] if row not in rows],
            [row for row in rows if row not in books[what]],
        )
        for what, rows in expected.items()
        if books[what] != rows
    }


def test_every_job_is_played(player):
    known = player.do("known")
    addons = environment.together()
    ours = [name for name in known["crons"] if name.partition(".")[0] in addons]
    assert known["played"] == known["jobs"] == ours


def test_all_jobs_have_something_to_do(undisturbed):
    played, mails = undisturbed
    books = played["books"]
    assert played["met"] == 0
    assert len(mails) > 10
    assert any(row[1] == "True" for row in books["supply"])
    assert ["Customer paid", "False", "False"] in books["supply"]
    assert {"sale", "draft"} <= {row[1] for row in books["orders"]}
    for what in "scores", "quarters", "classes", "statements", "accounts":
        assert books[what], what
    assert {row[1] for row in books["runs of jobs"]} == {"done"}
    # Letters by post wait for who prints them
    assert {row[3] for row in books["actions"]} == {"done", "sending"}


def test_met_everywhere_it_ends_where_an_undisturbed_one_does(
    player, undisturbed, record_property
):
    played, mails = undisturbed
    where = Counter()
    met, seed = 0, 0
    while met < CONFLICTS:
        seed += 1
        again = player.do("play", seed=seed, known=played["writes"])
        met += again["met"]
        other = _other(again["books"], played["books"])
        assert not other, f"met in {again['met_in']}: {pformat(other)}"
        assert _sent(player) == mails
        assert again["met"], "nobody was in the way"
        where.update(again["met_in"])
    record_property("conflicts", dict(where))
    if sized(False, True):
        assert where.keys() == {key.partition(" ")[0] for key in played["writes"]}
