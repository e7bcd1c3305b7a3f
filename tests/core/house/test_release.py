"""The last release is older than no addon, and what it takes to update from it is kept
out of what runs. ``tests/installed/test_update.py`` updates."""

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


def test_no_addon_is_older_than_the_release():
    then = _parts(release.named().version)
    for addon, version in databases.versions().items():
        assert _parts(version) >= then, addon


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
