"""The last release can be had from history, and what it takes to update from it is kept
out of what runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "setup"))

import databases  # noqa: E402
import release  # noqa: E402

MIGRATING = "openupgradelib"
MODULES = [
    path
    for manifest in sorted(ROOT.glob("*/__manifest__.py"))
    for path in sorted(manifest.parent.rglob("*.py"))
]


def test_history_has_the_release_with_its_version_in_every_addon():
    named = release.named()
    versions = databases.versions(named.unpack())
    assert versions
    assert set(versions.values()) == {named.version}


def test_the_release_is_an_ancestor_of_what_is_checked_out():
    """A commit that was rewritten since is found here, and in nobody's clone."""
    commit = release.named().commit
    command = ["git", "-C", ROOT, "merge-base", "--is-ancestor", commit, "HEAD"]
    done = subprocess.run(command, capture_output=True)
    assert not done.returncode, f"name another than {commit} in setup/release.toml"


def test_no_addon_is_older_than_the_release():
    then = databases.versions(release.named().unpack())
    for addon, version in databases.versions().items():
        assert _parts(version) >= _parts(then.get(addon, version)), addon


def _parts(version):
    return [int(part) for part in version.split(".")]


def test_without_its_commit_a_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "HOME", tmp_path)
    gone = release.Release("19.0.1.0.0", "0" * 40)
    with pytest.raises(databases.SetupError, match="git fetch --unshallow"):
        gone.unpack()


def test_only_migrations_name_what_they_are_written_with():
    """It is AGPL, and needed on the day of an update only: no running addon imports it,
    and no manifest asks for it."""
    for path in MODULES:
        if "migrations" not in path.relative_to(ROOT).parts:
            assert MIGRATING not in path.read_text(), path
