"""Measure the day's run and its letters, ours and the peer's. Runs in an Odoo shell.

``BENCH`` (JSON) names the ``databases`` ({customers: {side: database}}), the numbers of
``letters`` by number of customers and the file for the ``output``. Every sample is a
transaction of its own that is rolled back, with empty caches. The sides take turns.
"""

import contextlib
import gc
import json
import os
import time
from datetime import date, timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

ROUNDS = 5  # samples of whatever takes seconds
LONG = 40  # seconds: what takes longer is measured once
# Days before today on which the items took the steps before today's; none on the first
BEFORE = -25, -18, -11
LETTER = "collection.letter"
COMMUNICATION = "credit.control.communication"


def resident():
    """:return: megabytes that this process holds now"""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Side:
    """One database, as the scheduled job sees it."""

    def __init__(self, database):
        self.cr = Registry(database).cursor()

    def env(self):
        self.cr.rollback()
        env = api.Environment(self.cr, SUPERUSER_ID, {"lang": "en_US"})
        env.invalidate_all()
        return env

    def timed(self, work, prepare=lambda env: None):
        """Do ``work(env, prepare(env))``, which returns how many it did; undo it.

        :return: the sample of the work, not of what prepares it
        """
        env = self.env()
        given = prepare(env)
        env.flush_all()
        gc.collect()
        before = self._clocks()
        count = work(env, given)
        env.flush_all()
        sample = {name: now - before[name] for name, now in self._clocks().items()}
        self._maintain("VACUUM")
        return sample | {"count": count}

    def _clocks(self):
        """``cpu`` is what this process and its server process computed, without what
        they waited for; only known where the server runs on this machine."""
        clocks = {
            "time": time.perf_counter(),
            "queries": self.cr.sql_log_count,
            "grown": resident(),
        }
        statistics = Path(f"/proc/{self.cr._cnx.info.backend_pid}/schedstat")
        with contextlib.suppress(OSError):
            server = int(statistics.read_text().split()[0]) / 1e9
            clocks["cpu"] = time.process_time() + server
        return clocks

    def run_day(self):
        """:return: the sample of a day's run"""
        return self.timed(self.generate)

    def keep(self, work):
        """Do something to stay, and let PostgreSQL look at it as it does by itself."""
        env = self.env()
        work(env, None)
        env.flush_all()
        self.cr.commit()
        self._maintain("VACUUM ANALYZE")

    def _maintain(self, command):
        """Do what the server does by itself in time: clear away what was undone, so
        that the next sample does not pay for it, and look at what is there."""
        self.cr.rollback()
        self.cr._cnx.autocommit = True
        self.cr.execute(command)
        self.cr._cnx.autocommit = False

    def close(self):
        self.cr.rollback()
        self.cr.close()


class Ours(Side):
    def generate(self, env, _nothing, ahead=0):
        """:return: how many items took a step on a day ``ahead`` of today"""
        company = env.company.root_id
        day = company._trade_day() + timedelta(ahead)
        run = env["collection.run"]._begin(company, day)
        if run.state == "waiting":
            run.started_by_id = env.uid  # only the first one ever waits
            run._plan()
        return env["collection.action.line"].search_count(
            [("action_id.run_id", "=", run.id), ("state", "=", "due")]
        )

    def first_day(self):
        """:return: the sample of a first run ever, on books it has not seen"""
        return self.run_day()

    def settle_in(self):
        """Keep the runs of days before: the items took the steps before today's."""
        for ahead in BEFORE:
            self.keep(lambda env, nothing, ahead=ahead: self.live(env, ahead))

    def live(self, env, ahead):
        """Let a day pass, with all that was planned done."""
        self.generate(env, None, ahead)
        env["collection.action"].search([("state", "=", "planned")]).state = "done"

    def next_day(self):
        """:return: the sample of tomorrow's run, which finds nothing new"""
        return self.timed(lambda env, nothing: self.generate(env, nothing, 1))

    def write_letters(self, customers):
        """:return: the sample of letters to so many customers, without their PDF"""

        def actions(env):
            return env["collection.action"].search([], limit=customers, order="id")

        return self.timed(lambda env, some: len(env[LETTER]._build(some)), actions)


class Peer(Side):
    def generate(self, env, _nothing):
        run = env["credit.control.run"].create({"date": date.today()})
        run.generate_credit_lines()
        return len(run.line_ids)

    def settle_in(self):
        """It keeps no items."""

    def write_letters(self, customers):
        def lines(env):
            first = "SELECT DISTINCT partner_id FROM credit_control_line ORDER BY 1"
            env.cr.execute(f"{first} LIMIT {int(customers)}")
            partners = [partner for (partner,) in env.cr.fetchall()]
            return env["credit.control.line"].search([("partner_id", "in", partners)])

        def work(env, some):
            return len(env[COMMUNICATION]._generate_comm_from_credit_lines(some))

        return self.timed(work, lines)


# === MEASURING === #


def repeat(ways):
    """Take samples in turns; what takes long is not repeated.

    :param ways: {side: function without arguments, returning a sample}
    :return: {side: [sample, …]}
    """
    samples = {side: [] for side in ways}
    for number in range(ROUNDS):
        for side, way in list(ways.items())[:: -1 if number % 2 else 1]:
            if all(each["time"] < LONG for each in samples[side]):
                samples[side].append(way())
    counts = {sample["count"] for each in samples.values() for sample in each}
    if len(counts) != 1:
        raise AssertionError(f"not the same work: {counts}")
    return samples


def measure(databases, letters):
    """:return: {what: {customers or letters: {side: samples}}}"""
    kinds = {"ours": Ours, "peer": Peer}
    results = {"first": {}, "run": {}, "next": {}, "letters": {}}
    for customers, names in databases.items():
        sides = {side: kinds[side](name) for side, name in names.items()}
        ours = sides["ours"]
        results["first"][customers] = repeat({"ours": ours.first_day})
        for side in sides.values():
            side.settle_in()
        results["run"][customers] = repeat(
            {name: side.run_day for name, side in sides.items()}
        )
        for side in sides.values():
            side.keep(side.generate)
        results["next"][customers] = repeat({"ours": ours.next_day})
        for number in letters.get(customers, []):
            results["letters"][number] = repeat(
                {
                    name: (lambda side=side, n=number: side.write_letters(n))
                    for name, side in sides.items()
                }
            )
        for side in sides.values():
            side.close()
    return results


def main(told):
    gc.collect()
    gc.freeze()
    results = measure(told["databases"], told["letters"])
    Path(told["output"]).write_text(json.dumps(results))


main(json.loads(os.environ["BENCH"]))
