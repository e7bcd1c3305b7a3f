"""Uninstalling an addon leaves nothing of it, takes nothing else, and can be undone.

One addon is tried each day; with ``setup/test --long`` each of them is uninstalled from
a database that was used, and installed again.
"""

import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "setup"), str(ROOT / "tests" / "installed")]

import compared  # noqa: E402

import databases  # noqa: E402
import environment  # noqa: E402
import postgres  # noqa: E402
import system  # noqa: E402

JOB = ROOT / "tests" / "installed" / "uninstall_job.py"
OURS = sorted(environment.together())
DAILY = "credit_control"
LONG = bool(os.environ.get("CREDIT_LONG"))
# What addons ship or make that has no table of its own
KINDS = {
    *("ir.actions.act_window", "ir.actions.client", "ir.actions.report"),
    *("ir.actions.server", "ir.asset", "ir.config_parameter", "ir.cron", "ir.default"),
    *("ir.filters", "ir.model", "ir.model.access", "ir.model.fields"),
    *("ir.module.category", "ir.rule", "ir.sequence", "ir.ui.menu", "ir.ui.view"),
    *("mail.activity.type", "mail.message.subtype", "mail.template"),
    *("res.groups", "res.groups.privilege"),
}


class Uninstalled(NamedTuple):
    """A database, what was uninstalled from it, and the database it is a copy of."""

    database: str
    gone: list
    before: str


@pytest.fixture(scope="module")
def stage():
    system.ensure_tools()
    return databases.prepare()


@pytest.fixture(scope="module")
def used(stage):
    """A database in use. What is shipped as demo data stands for a company's own."""
    template = databases.ensure_demo(stage) if LONG else databases.TEMPLATE
    with databases.temporary("used", template) as database:
        names = ",".join(OURS)
        postgres.query(
            "DELETE FROM ir_model_data WHERE name LIKE '%\\_demo%' "
            f"AND module = ANY('{{{names}}}');"
            "UPDATE ir_module_module SET demo = FALSE",
            database,
        )
        yield database


@pytest.fixture(scope="module", params=OURS if LONG else [DAILY])
def uninstalled(request, stage, used):
    with databases.temporary("uninstall", used) as database:
        stage.run_script(JOB, database, UNINSTALL=request.param)
        found = postgres.query(
            "SELECT name FROM ir_module_module WHERE state = 'uninstalled'", database
        )
        yield Uninstalled(database, sorted({n for (n,) in found} & set(OURS)), used)


def test_it_goes_without_a_complaint(uninstalled):
    assert uninstalled.gone
    assert compared.complaints(f"{JOB.stem}-{uninstalled.database}") == []


def test_nothing_of_it_stays(uninstalled):
    """Neither what it shipped nor what it made: groups, categories, crons, views..."""
    names = ",".join(uninstalled.gone)
    shipped = f"FROM ir_model_data WHERE module = ANY('{{{names}}}')"
    assert postgres.query(f"SELECT name {shipped}", uninstalled.database) == []
    for model in sorted(KINDS):
        ids = f'SELECT id FROM "{compared.table(model)}"'
        went = f"SELECT res_id {shipped} AND model = '{model}'"
        others = (
            f"SELECT res_id FROM ir_model_data WHERE model = '{model}' "
            f"AND module != ALL('{{{names}}}')"
        )
        kept = f"{ids} EXCEPT ({went} EXCEPT {others})"
        kept = set(postgres.query(kept, uninstalled.before))
        now = set(postgres.query(ids, uninstalled.database))
        assert now - kept == set(), model
        assert kept - now == set(), model


def test_no_table_or_column_of_it_stays(uninstalled):
    known = compared.columns_of_fields(uninstalled.database)
    known |= compared.columns(databases.BASE)
    assert sorted(compared.columns(uninstalled.database) - known) == []


def test_the_accounting_app_keeps_the_limits_that_last(uninstalled):
    """Nobody would end a temporary one; with the addon there, all are in force."""
    kept = 140.0 if "credit_control" in uninstalled.gone else 940.0
    limit = postgres.query(
        "SELECT credit_limit->>'1' FROM res_partner WHERE name = 'Corner Shop'",
        uninstalled.database,
    )
    assert [float(value) for (value,) in limit] == [kept]


@pytest.mark.skipif(not LONG, reason="installing takes as long again: with --long")
def test_it_can_be_installed_again(stage, uninstalled):
    """The database has then what a fresh one has."""
    database, gone, _before = uninstalled
    databases.install(stage, database, gone)
    assert compared.complaints(f"install-{database}") == []
    fresh, now = compared.schema(databases.TEMPLATE), compared.schema(database)
    assert sorted(now ^ fresh) == []
    fresh = compared.shipped(databases.TEMPLATE, gone)
    assert compared.shipped(database, gone).keys() == fresh.keys()
