"""A database of the last release, updated, keeps what it has and equals a fresh one.

Run by ``setup/test --long``, and each day once a version differs from the release's.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "setup"), str(ROOT / "tests" / "installed")]

import compared  # noqa: E402

import databases  # noqa: E402
import postgres  # noqa: E402
import release  # noqa: E402
import system  # noqa: E402

JOB = ROOT / "tests" / "installed" / "update_job.py"
KEPT = {
    "decisions": "SELECT id, state, facts, verdict, policy_version_id "
    "FROM credit_decision",
    "letters": "SELECT l.id, l.number, l.state, l.amount, l.sha256, a.checksum "
    "FROM collection_letter l LEFT JOIN ir_attachment a ON a.id = l.attachment_id",
    "quarters": "SELECT id, dealer_id, date_from, state, performance, conduct, total, "
    "grade_id FROM dealer_quarter",
    "grades": "SELECT d.id, d.grade_id, g.name FROM rating_dealer d "
    "JOIN dealer_grade g ON g.id = d.grade_id",
    "limits": "SELECT id, file_id, kind, amount, date_from, date_to FROM credit_limit",
}


def _is_due():
    """Tell whether updating is tried: at length, and at each bump of a version."""
    if os.environ.get("CREDIT_LONG"):
        return True
    return set(databases.versions().values()) != {release.named().version}


@pytest.fixture(scope="module")
def stage():
    if not _is_due():
        pytest.skip("every version is the release's: tried with --long")
    system.ensure_tools()
    return databases.prepare()


def test_history_has_the_release_with_its_version_in_every_addon(stage):
    named = release.named()
    versions = databases.versions(named.unpack())
    assert versions
    assert set(versions.values()) == {named.version}


def test_the_release_is_an_ancestor_of_what_is_checked_out(stage):
    """A commit that was rewritten since is found here, and in nobody's clone."""
    commit = release.named().commit
    command = ["git", "-C", ROOT, "merge-base", "--is-ancestor", commit, "HEAD"]
    done = subprocess.run(command, capture_output=True)
    assert not done.returncode, f"name another than {commit} in setup/release.toml"


@pytest.fixture(scope="module")
def release_databases(stage):
    return databases.ensure_release(stage)


@pytest.fixture(scope="module")
def updated(stage, release_databases):
    """:return: the name of a copy of the release's played demo, updated"""
    _installed, played = release_databases
    with databases.temporary("update", played) as database:
        databases.update(stage, database)
        yield database


@pytest.mark.parametrize("what", KEPT)
def test_what_was_decided_and_sent_stays(updated, release_databases, what):
    _installed, played = release_databases
    before = postgres.query(KEPT[what], played)
    assert before
    # An update of a database with demo data brings the demo data that is new
    assert set(postgres.query(KEPT[what], updated)) >= set(before)


def test_decisions_replay_and_documents_are_what_was_sent(stage, updated):
    stage.run_script(JOB, updated)


def test_the_schema_is_that_of_a_fresh_database(updated):
    fresh, now = compared.schema(databases.TEMPLATE), compared.schema(updated)
    assert sorted(now - fresh) == []
    assert sorted(fresh - now) == []


def test_access_and_shipped_data_are_those_of_a_fresh_database(
    updated, release_databases
):
    """Every record that is shipped is there and no other; its values are today's, where
    an update writes them, and where they say who may do what."""
    addons = databases.versions()
    installed, played = (compared.shipped(db, addons) for db in release_databases)
    demo = played.keys() - installed.keys()
    fresh = compared.shipped(databases.TEMPLATE, addons)
    now = compared.shipped(updated, addons, without=demo)
    brought = {name for name in now.keys() - fresh.keys() if name.endswith("_demo")}
    now = {name: it for name, it in now.items() if name not in brought}
    assert sorted(now.keys() - fresh.keys()) == []
    assert sorted(fresh.keys() - now.keys()) == []
    assert {
        name: (fresh[name], now[name]) for name in now if fresh[name] != now[name]
    } == {}
