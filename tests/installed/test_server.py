"""The scheduled jobs as a server does them: in threads of its own, woken as Odoo does.

Other tests call jobs; here nobody does but the scheduler.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "setup"), str(ROOT / "tests" / "installed")]

import compared  # noqa: E402

import databases  # noqa: E402
import environment  # noqa: E402
import postgres  # noqa: E402

OURS = "SELECT cron_id FROM trade_job"
PATIENCE = 300  # seconds
LOG = "server-jobs"


@pytest.fixture(scope="module")
def served():
    """:return: the name of a database whose jobs a server did, all due at once"""
    stage = databases.prepare()
    with databases.temporary("served") as database:
        postgres.query(
            f"UPDATE ir_cron SET nextcall = now() - interval '1 day', active = TRUE,"
            f" lastcall = NULL WHERE id IN ({OURS})",
            database,
        )
        command = stage.command("server", database, "--no-http", "--max-cron-threads=2")
        with (environment.LOGS / f"{LOG}.log").open("w") as log:
            server = subprocess.Popen(
                command, env=stage.environ, cwd=ROOT, stdout=log, stderr=log
            )
            try:
                until = time.monotonic() + PATIENCE
                while _waiting(database) and time.monotonic() < until:
                    # What a worker listens to; else it looks once a minute
                    postgres.query(f"NOTIFY cron_trigger, '{database}'")
                    time.sleep(2)
            finally:
                server.terminate()
                server.wait()
        yield database


def _waiting(database):
    """:return: how many jobs did not run yet, or run still"""
    idle = f"SELECT COUNT(*) FROM ir_cron WHERE lastcall IS NULL AND id IN ({OURS})"
    busy = "SELECT COUNT(*) FROM trade_job_run WHERE stored_state = 'running'"
    return sum(int(postgres.query(each, database)[0][0]) for each in (idle, busy))


def test_each_job_is_done_and_puts_down_that_it_was(served):
    runs = postgres.query(
        "SELECT job.id, COALESCE(MIN(run.stored_state), 'none') FROM trade_job AS job"
        " LEFT JOIN trade_job_run AS run ON run.job_id = job.id GROUP BY 1",
        served,
    )
    assert len(runs) > 10
    assert {state for _job, state in runs} == {"done"}


def test_none_of_them_complains(served):
    assert compared.complaints(LOG) == []
