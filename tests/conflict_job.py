"""Every scheduled job, met by another transaction at each of its own. Run by
test_conflicts.py, and answers as ``collection_crash_job.py`` does.

The conflicts are real: as a statement is about to write rows, another connection writes
the same rows and commits. What was locked before it leaves alone, as anybody must.
"""

import datetime
import random
import re
import sys
import time
from collections import Counter
from unittest.mock import patch

from collection_crash_job import BOOKS, WORK, Job, answer, books, ending, fill

from odoo import SUPERUSER_ID, api, sql_db
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONFLICTS
from odoo.tools import SQL

# In the order of a day. Odoo's queue of mails is none of ours, but letters go by it
CRONS = [
    "credit_control.credit_limit_cron",
    "dealer_rating.rating_cron",
    "dealer_rating.rating_abc_cron",
    "dealer_rating.rating_abc_visit_cron",
    "ar_collection.collection_cron",
    "credit_control.credit_decision_cron",
    "ar_collection.collection_delivery_cron",
    "ar_collection.statement_cron",
    "mail.ir_cron_mail_scheduler_action",
    "ar_collection.collection_delivery_cron",
    "credit_control_ar_collection.credit_collection_cron",
    "ar_collection_assessment.assessment_cron",
    "trade_credit_base.waiting_cron",
    "trade_credit_base.job_watch_cron",
]
MAILS = "mail.ir_cron_mail_scheduler_action"
WRITES = re.compile(
    r"""\b(?:UPDATE\s+"?([a-z_]+)"?\s+(?:SET|AS)\b
          |DELETE\s+FROM\s+"?([a-z_]+)"?
          |FROM\s+"?([a-z_]+)"?\s[^;]*\bFOR\s+(?:NO\s+KEY\s+)?UPDATE)""",
    re.VERBOSE,
)
# What the scheduler itself writes, and nobody else does
ITS_OWN = {"ir_cron", "ir_cron_progress", "ir_cron_trigger"}
MANY = 100  # times that a queue of mails is started, each mail being met once
FEW = 11  # customers: at each stage, with an address and without


class Disturber:
    """Somebody who writes what a transaction is about to write, before it does.

    :ivar writes: {"job, transactions that wrote before": statements that write}
    :ivar met: conflicts that came of it
    """

    def __init__(self, dice=None, known=None):
        self.dice, self.known = dice, known or {}
        self.writes, self.met, self.met_in = Counter(), 0, Counter()
        self.cron, self.commits, self.busy, self.chosen = "", 0, False, {}
        self.execute, self.commit = sql_db.Cursor.execute, sql_db.Cursor.commit
        self.rollback = sql_db.Cursor.rollback

    def patched(self):
        """:return: a patch of Odoo's cursors, to be entered"""

        def execute(cr, query, *args, **kwargs):
            code = query.code if isinstance(query, SQL) else str(query)
            tables = set() if self.busy else self._written(code)
            if tables:
                self._before(tables)
            try:
                return self.execute(cr, query, *args, **kwargs)
            except CONFLICTS:
                self.met += 1
                self.met_in[self.cron] += 1
                self.place = 0  # it writes nothing, even if somebody commits it
                raise

        def commit(cr):
            result = self.commit(cr)
            if not self.busy and self.place:
                self.commits, self.place = self.commits + 1, 0
            return result

        def rollback(cr):
            if not self.busy:
                self.place = 0
            return self.rollback(cr)

        return patch.multiple(
            sql_db.Cursor, execute=execute, commit=commit, rollback=rollback
        )

    def begin(self, cron):
        """Count the transactions of a job from now on.

        :param str cron: its xml id
        """
        self.cron, self.commits, self.place = cron, 0, 0

    def _written(self, code):
        found = {table for groups in WRITES.findall(code) for table in groups if table}
        return found - ITS_OWN

    def _before(self, tables):
        """Meet the transaction at one of its statements, once."""
        key = f"{self.cron} {self.commits}"
        place, self.place = self.place, self.place + 1
        self.writes[key] = max(self.writes[key], self.place)
        if not self.dice:
            return
        if key not in self.chosen:
            self.chosen[key] = self.dice.randrange(self.known.get(key, 1))
        # Where it is in nobody's way, the next statement is as good
        if self.chosen[key] is not None and place >= self.chosen[key]:
            self.busy = True
            try:
                if self._write(tables):
                    self.chosen[key] = None
            finally:
                self.busy = False

    def _write(self, tables):
        """Write rows as they are.

        :return: how many; none that somebody has locked
        """
        rows = 0
        with sql_db.db_connect(WORK).cursor() as cr:
            for table in sorted(tables):
                cr.execute(
                    SQL(
                        """UPDATE %(table)s SET id = id
                            WHERE ctid = ANY(ARRAY(SELECT ctid FROM %(table)s
                                                      FOR NO KEY UPDATE SKIP LOCKED))
                        """,
                        table=SQL.identifier(table),
                    )
                )
                rows += cr.rowcount
        return rows


class ConflictJob(Job):
    """One day of all jobs."""

    def fill(self, env, port):
        """Have something to do for each job, and those in whose name it is done."""
        fill(env, port, FEW)
        company = env.ref("base.main_company")
        customers = env["res.partner"].search([("name", "like", "Customer __")])
        _fill_credit(env, company, customers)
        _fill_rating(env, company, customers)
        _fill_figures(env, company, customers, self.day)
        late = datetime.timedelta(3)
        env.flush_all()
        env.cr.execute("UPDATE trade_job SET create_date = create_date - %s", [late])

    def known(self):
        """:return: the scheduled jobs of our addons, and those that are played"""
        with ending(WORK) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            ours = env["trade.job"].search([]).cron_id
            found = env["ir.cron"].with_context(active_test=False).search([])
            names = found.get_external_id()
            return {
                "played": sorted(set(CRONS) - {MAILS}),
                "jobs": sorted(names[cron.id] for cron in ours),
                "crons": sorted(names.values()),
            }

    def play(self, seed, known=None):
        """Do a day's jobs, met by another transaction at each of theirs.

        :param int seed: at which of a transaction's statements; 0 lets them alone
        :param known: how many statements they write with, as counted undisturbed
        """
        self.copy(sys.argv[2])
        started = time.monotonic()
        disturber = Disturber(random.Random(seed) if seed else None, known)
        at_once = patch("odoo.addons.trade_credit_base.batches.random.uniform")
        with at_once as wait, patch("odoo.service.model.random.uniform") as again:
            wait.return_value = again.return_value = 0
            with disturber.patched():
                for cron in CRONS:
                    disturber.begin(cron)
                    self._run(cron)
        took = round(time.monotonic() - started, 2)
        with ending(WORK) as cr:
            found = books(api.Environment(cr, SUPERUSER_ID, {}), BOOKS | MORE)
        sql_db.close_all()
        return {
            "books": found,
            "writes": disturber.writes,
            "met": disturber.met,
            "met_in": disturber.met_in,
            "seconds": took,
        }

    def _run(self, cron):
        # Odoo leaves a queue of mails that met somebody until it is started again
        for _turn in range(MANY if cron == MAILS else 1):
            with Registry(WORK).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env.ref(cron).method_direct_trigger()
            if not self._queued():
                break

    def _queued(self):
        with Registry(WORK).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["mail.mail"].search_count([("state", "=", "outgoing")])


# === WHAT THERE IS === #


def _fill_credit(env, company, customers):
    """Some have limits and orders that wait for one that has grown; the warning stops
    supply, and one who was stopped has paid."""
    policy = env["credit.policy"].create(
        {
            "name": "Played",
            "rule_ids": [
                Command.create(rule)
                for rule in ({"kind": "hold"}, {"kind": "limit", "threshold": 100})
            ],
        }
    )
    company.write(
        {
            "credit_mode": "enforce",
            "credit_auto_confirm": True,
            "credit_collection_resume": True,
            "credit_default_policy_id": policy.id,
        }
    )
    goods = env["product.product"].create(
        {"name": "Goods", "type": "service", "taxes_id": False}
    )
    env.ref("ar_collection.stage_warning")._add_effect("stop_supply")
    buyers = customers[:8]
    files = env["credit.file"].create(
        [{"partner_id": buyer.id, "company_id": company.id} for buyer in buyers]
    )
    files._grant(10, reason="First")
    orders = env["sale.order"].create(
        [
            {
                "partner_id": buyer.id,
                "company_id": company.id,
                "order_line": [
                    Command.create(
                        {"product_id": goods.id, "price_unit": 50, "tax_ids": False}
                    )
                ],
            }
            for buyer in buyers
        ]
    )
    for order in orders:
        order.action_confirm()
    files[:6]._grant(5000, reason="Grown")
    paid = env["res.partner"].create({"name": "Customer paid", "is_company": True})
    stopped = env["credit.file"].create(
        {"partner_id": paid.id, "company_id": company.id}
    )
    stopped._stop_supply("collection", "Late")
    env.flush_all()
    env.cr.execute("UPDATE res_partner SET credit_limit = NULL")
    env.invalidate_all()


def _fill_rating(env, company, customers):
    """Some are rated; classes were given a month ago, and rule who is visited."""
    env["rating.dealer"].create(
        [
            {"partner_id": dealer.id, "company_id": company.id, "since": "2025-10-01"}
            for dealer in customers[:6]
        ]
    )
    classes = env["rating.abc"].create(
        {
            "company_id": company.id,
            "date": "2026-02-15",
            "months": 3,
            "method": "amount",
            "a_from": 30,
            "b_from": 20,
            "repeat": "apply",
        }
    )
    classes.action_compute()
    classes.action_apply()
    env["rating.abc.service"].search([]).unlink()
    env["rating.abc.service"].create(
        [
            {"company_id": company.id, "abc_class": letter, "visit_days": 30}
            for letter in "ABC"
        ]
    )


def _fill_figures(env, company, customers, day):
    """Some statements of account wait to be sent; figures have a benchmark."""
    statements = env["collection.statement"]._make(company, day, customers[:6])
    statements.action_send()
    env["collection.benchmark"].search([]).unlink()
    env["collection.benchmark"].create(
        {
            "company_id": company.id,
            "code": "overdue_ratio",
            "benchmark": 0.1,
            "band_ids": [
                Command.create({"is_lowest": True, "rate": 0.01}),
                Command.create({"start": 0, "rate": -0.02}),
            ],
        }
    )


MORE = {
    "supply": """
        SELECT partner.name, file.on_hold, COALESCE(file.stops::jsonb, '{}') != '{}'
          FROM credit_file AS file
          JOIN res_partner AS partner ON partner.id = file.partner_id ORDER BY 1""",
    "orders": """
        SELECT partner.name, own.state, own.amount_total, decision.state
          FROM sale_order AS own
          JOIN res_partner AS partner ON partner.id = own.partner_id
          LEFT JOIN credit_decision AS decision ON decision.order_id = own.id
         WHERE partner.name LIKE 'Customer %%' ORDER BY 1, 2, 4""",
    "core limits": """
        SELECT name, credit_limit FROM res_partner
         WHERE name LIKE 'Customer %%' ORDER BY 1""",
    "scores": """
        SELECT partner.name, score.method, score.state, score.points, COUNT(*)
          FROM rating_score AS score
          JOIN rating_scorecard AS card ON card.id = score.scorecard_id
          JOIN rating_dealer AS dealer ON dealer.id = card.dealer_id
          JOIN res_partner AS partner ON partner.id = dealer.partner_id
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
    "quarters": """
        SELECT partner.name, quarter.date_from, quarter.state, quarter.total
          FROM dealer_quarter AS quarter
          JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
          JOIN res_partner AS partner ON partner.id = dealer.partner_id
         ORDER BY 1, 2""",
    "classes": """
        SELECT abc.date, abc.state, partner.name, line.abc_class
          FROM rating_abc AS abc
          JOIN rating_abc_line AS line ON line.abc_id = abc.id
          JOIN res_partner AS partner ON partner.id = line.partner_id
         ORDER BY 1, 3""",
    "statements": """
        SELECT number, state, waits, channel, failure FROM collection_statement
         ORDER BY 1""",
    "accounts": """
        SELECT month, state, user_id, amount FROM collection_assessment
         ORDER BY 1, 3, 4""",
    "runs of jobs": """
        SELECT job.name->>'en_US', run.stored_state, COUNT(failure.id)
          FROM trade_job_run AS run JOIN trade_job AS job ON job.id = run.job_id
          LEFT JOIN trade_job_failure AS failure ON failure.run_id = run.id
         GROUP BY run.id, 1, 2 ORDER BY 1, run.id""",
    "figures of jobs": """
        SELECT job.name->>'en_US', figure.code, figure.number
          FROM trade_job_figure AS figure
          JOIN trade_job_run AS run ON run.id = figure.run_id
          JOIN trade_job AS job ON job.id = run.job_id ORDER BY 1, 2, 3""",
}

if __name__ == "__main__":
    answer(ConflictJob())
