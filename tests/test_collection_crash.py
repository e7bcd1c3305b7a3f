"""Collection that is killed again and again ends where an undisturbed one does.

Nobody gets anything twice and nothing is left out: whatever is killed, wherever, what
the books of collection say in the end differs in nothing but ids and times. A mail that
its server took just before a kill goes out once more, under the same Message-ID.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest

from odoo.addons.ar_collection.tests.delivery import smtp_server
from odoo.addons.trade_credit_base.tests.sizes import sized

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

import databases  # noqa: E402
import environment  # noqa: E402

JOB = ROOT / "tests" / "collection_crash_job.py"
A_ROUND = 17  # kills before the rest is done in peace
KILLS = sized(A_ROUND, 100)


class Player:
    """The process that plays days of work in a database, and the mails it sent."""

    def __init__(self, process, server, errors):
        self.process, self.server, self.errors = process, server, errors

    def do(self, what, **options):
        self.server.mails.clear()
        self.process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self._said()
        return json.loads(answer)

    def _said(self):
        self.process.wait()
        self.errors.seek(0)
        return self.errors.read()

    def mails(self):
        """:return: {Message-ID: what was received under it, each time}"""
        received = defaultdict(list)
        for to, mail in self.server.mails:
            files = tuple(file.get_content() for file in mail.iter_attachments())
            what = (tuple(to), mail["Subject"], files)
            received[mail["Message-Id"]].append(what)
        return received


@contextlib.contextmanager
def playing(job, purpose):
    """Run a job that answers commands, on a database that it filled.

    :param Path job: the program
    :param str purpose: what its databases are called
    """
    stage = databases.prepare()
    with (
        databases.temporary(f"{purpose}base") as base,
        databases.temporary(purpose) as work,
        smtp_server.running() as (server, port),
        # No pipe: what nobody reads would stop the process once it is full
        tempfile.TemporaryFile("w+") as errors,
    ):
        command = [environment.PYTHON, job, environment.CONFIG, base, work]
        process = subprocess.Popen(
            list(map(str, command)),
            env=stage.environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            player = Player(process, server, errors)
            player.do("prepare", port=port)
            yield player
        finally:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def killed():
    with playing(JOB, "crash") as player:
        yield player


@pytest.fixture(scope="module")
def undisturbed(killed):
    """:return: what it comes to if nobody disturbs it, and the mails that are sent"""
    answer = killed.do("work", kills=0, seed=0, longest=0)
    received = killed.mails()
    assert all(len(copies) == 1 for copies in received.values())
    return answer, sorted(what for (what,) in received.values())


def test_the_days_have_something_of_everything(undisturbed):
    """Else the comparison would prove little."""
    answer, mails = undisturbed
    books = answer["books"]
    assert {stage for _who, _day, stage, *_more in books["actions"]} == {
        "reminder", "check", "visit", "notice", "notice2", "warning", "measures"
    }  # fmt: skip
    assert {row[3] for row in books["actions"]} == {"done"}
    sent = [row for row in books["deliveries"] if row[1] == "email"]
    assert len(sent) == len([files for _to, _subject, files in mails if files]) > 10
    assert {row[3] for row in books["deliveries"]} == {"sent"}
    assert any(row[2] == "no_email" for row in books["deliveries"])
    numbers = [row[0] for row in books["letters"]]
    assert numbers == [f"CL/2026/{place:05}" for place in range(1, len(numbers) + 1)]
    assert books["activities"]


def test_killed_anywhere_it_ends_where_an_undisturbed_one_does(
    killed, undisturbed, record_property
):
    answer, mails = undisturbed
    kills, twice, seed = 0, 0, 0
    while kills < KILLS:
        seed += 1
        longest = answer["seconds"] / 6
        again = killed.do("work", kills=A_ROUND, seed=seed, longest=longest)
        kills += len(again["killed"])
        for what, rows in answer["books"].items():
            assert again["books"][what] == rows, f"{what} after {again['killed']}"
        received = killed.mails()
        for copies in received.values():
            assert len(set(copies)) == 1, "one Message-ID, one mail"
        assert sorted(copies[0] for copies in received.values()) == mails
        twice += sum(len(copies) - 1 for copies in received.values())
        assert seed < KILLS, "it is done before it can be killed"
    record_property("kills", kills)
    record_property("mails received twice", twice)
