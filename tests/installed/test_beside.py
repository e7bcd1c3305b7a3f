"""Our addons beside those of the OCA that do the same, in one database, both used.

Theirs are AGPL-3: they are installed for this test and for measuring, and nothing of
ours needs them. With ``setup/test --long`` theirs are there first, too.
"""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "setup"), str(ROOT / "tests" / "installed")]

import compared  # noqa: E402

import databases  # noqa: E402
import environment  # noqa: E402
import peers  # noqa: E402
import system  # noqa: E402

JOB = ROOT / "tests" / "installed" / "beside_job.py"
THEIRS = ["account_credit_control", "account_financial_risk", "sale_financial_risk"]
OURS = list(environment.together())
LONG = bool(os.environ.get("CREDIT_LONG"))
ORDERS = {"ours first": (databases.TEMPLATE, THEIRS)}
if LONG:
    ORDERS["theirs first"] = (databases.BASE, THEIRS, OURS)


@pytest.fixture(scope="module")
def stage():
    system.ensure_tools()
    return peers.beside(databases.prepare())


@pytest.fixture(scope="module", params=ORDERS)
def both(request, stage):
    """A database with both, and what was said while each was installed."""
    template, *steps = ORDERS[request.param]
    said = []
    with databases.temporary("beside", template) as database:
        for step in steps:
            databases.install(stage, database, step)
            said += compared.complaints(f"install-{database}")
        yield database, said


def test_each_installs_beside_the_other_without_a_complaint(both):
    _database, said = both
    assert said == []


def test_both_are_used_on_the_same_customers(stage, both):
    database, _said = both
    stage.run_script(JOB, database)
    assert compared.complaints(f"{JOB.stem}-{database}") == []
