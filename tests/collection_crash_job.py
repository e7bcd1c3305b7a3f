"""Days of collection in processes that are killed. Run by test_collection_crash.py.

Reads one command a line from standard input, as JSON, and answers each in one line:
``prepare`` fills the database, ``work`` does days until all is done and says what the
books of collection look like then. Odoo is loaded once; each process that is killed is
a fork of it, with connections of its own.
"""

import datetime
import json
import os
import random
import signal
import sys
import time
import traceback

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

CONFIG, BASE, WORK = sys.argv[1:]
MONDAY = datetime.date(2026, 3, 2)
DAYS = [MONDAY + datetime.timedelta(days) for days in (0, 7, 15)]
CUSTOMERS = 24
FEW = 3  # actions and deliveries that are done together: many commits, many points
PATIENCE = 60  # seconds for a process that nobody kills
LATE = (-7, 1, 7, 15, 30)


class Job:
    """The database that the days are played in, and the day it is."""

    def __init__(self):
        config.parse_config(
            ["-c", CONFIG, "-d", WORK, "--no-http", "--log-level=critical"],
            setup_logging=True,
        )
        self.day = MONDAY

    def load(self):
        """Load Odoo, and put what a test may put in its place."""
        self.copy(BASE)
        registry = Registry(WORK)
        company, report = registry["res.company"], registry["ir.actions.report"]
        type.__setattr__(company, "_trade_day", lambda _company, _moment=None: self.day)
        type.__setattr__(report, "_collection_pdf", _pdf)
        models = odoo.addons.ar_collection.models
        models.action.collection_action.BATCH = FEW
        models.delivery.collection_delivery_queue.BATCH = FEW
        sql_db.close_all()

    def copy(self, source, target=WORK):
        """Make the database anew, once the servers of killed processes have ended."""
        with ending("postgres") as cr:
            names = SQL.identifier(target), SQL.identifier(source)
            cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", names[0]))
            cr.execute(SQL("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", *names))

    # === COMMANDS === #

    def prepare(self, port):
        """Fill the database that the days start from."""
        with Registry(WORK).cursor() as cr:
            self.fill(api.Environment(cr, SUPERUSER_ID, {}), port)
        sql_db.close_all()
        self.copy(WORK, BASE)

    def fill(self, env, port):
        """Have customers with items at every stage.

        :param int port: of the server of mails
        """
        fill(env, port, CUSTOMERS)

    def work(self, kills, seed, longest):
        """Play the days, killing the process that does so a number of times.

        :param int kills: how many times at most
        :param float longest: seconds that a process lives before it is killed, at most
        """
        self.copy(BASE)
        dice, killed, started = random.Random(seed), [], time.monotonic()
        for self.day in DAYS:
            done = False
            while not done:
                dying = len(killed) < kills
                after = dice.uniform(0, longest) if dying else PATIENCE
                done = self._live(after)
                if dying and not done:
                    killed.append(round(after, 3))
        took = time.monotonic() - started
        with ending(WORK) as cr:
            found = books(api.Environment(cr, SUPERUSER_ID, {}))
        sql_db.close_all()
        return {"killed": killed, "books": found, "seconds": round(took, 2)}

    # === ONE LIFE === #

    def _live(self, after):
        """Work in a process of its own, for so many seconds.

        :return: whether it had done everything
        """
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            self._die_when_done(tell)
        os.close(tell)
        os.read(told, 1)  # it has begun
        deadline = time.monotonic() + after
        status = None
        while status is None and time.monotonic() < deadline:
            ended, code = os.waitpid(child, os.WNOHANG)
            status = code if ended else None
            time.sleep(0.002)
        if status is None:
            os.kill(child, signal.SIGKILL)
            _child, status = os.waitpid(child, 0)
        os.close(told)
        self._wait_for_servers()
        if os.WIFSIGNALED(status):
            return False
        if os.WEXITSTATUS(status):
            raise SystemExit(f"a process failed on {self.day}")
        return True

    def _die_when_done(self, tell):
        status = 1
        try:
            registry = Registry(WORK)
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                os.write(tell, b"!")
                for _turn in range(10):
                    _work(env)
                    if not _left(env):
                        status = 0
                        break
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _wait_for_servers(self):
        """PostgreSQL notices late that somebody was killed, and keeps the locks."""
        with ending("postgres") as cr:
            for _try in range(1000):
                cr.execute(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s", [WORK]
                )
                if not cr.fetchone()[0]:
                    return
                time.sleep(0.005)
        raise SystemExit("a killed process's server goes on")


class ending:
    """A cursor on a database, outside of Odoo's pool, committed on the way out."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        self.cr = sql_db.db_connect(self.database).cursor()
        if self.database == "postgres":
            self.cr._cnx.autocommit = True
        return self.cr

    def __exit__(self, *_error):
        self.cr.close()
        sql_db.close_db(self.database)


def _pdf(_report, letter, _data=None):
    """What stands in a letter, instead of how it looks: a real one takes a second."""
    lines = letter.line_ids.mapped(lambda line: (line.number, line.residual))
    text = f"{letter.number} {letter.partner_id.name} {letter.amount} {sorted(lines)}"
    return b"%PDF-1.4 " + text.encode()


def _work(env):
    """Do what the scheduled jobs do, and what the post room does."""
    env["collection.run"]._cron_collect()
    env["collection.delivery"]._cron_deliver()
    env["mail.mail"].process_email_queue()
    env["collection.delivery"]._cron_deliver()
    to_print = env["collection.delivery"].search(
        [("channel", "=", "post"), ("state", "=", "todo")]
    )
    to_print.action_printed()
    # The letters that say so wait until somebody else has decided
    somebody = env.ref("base.user_admin")
    for measure in env["collection.measure"].search([("state", "=", "proposed")]):
        measure.with_user(somebody).sudo()._decide("approved")
    env.cr.commit()
    env.invalidate_all()


def _left(env):
    return env["collection.action"].search_count(
        [("state", "in", ("planned", "waiting", "sending", "failed"))]
    ) + env["collection.run"].search_count([("state", "!=", "done")])


# === WHAT THERE IS === #


def fill(env, port, customers):
    """Customers with items at every stage; each tenth has no address for mails."""
    company = env.ref("base.main_company")
    company.email = "us@trade.example"
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Crash", "smtp_host": "127.0.0.1", "smtp_port": port}
    )
    seller, collector = (
        env["res.users"].create({"name": name, "login": name, "email": name + "@a.b"})
        for name in ("seller", "collector")
    )
    company.collection_collector_id = collector
    here = seller.partner_id.state_id = env.ref("base.state_us_5")
    # Items older than that were noticed elsewhere, before
    entry = env.ref("ar_collection.stage_warning")
    env.ref("ar_collection.procedure_standard").write(
        {"quiet_sat": False, "quiet_sun": False, "entry_stage_id": entry.id}
    )
    # The first run of a company waits for a person: that one was yesterday
    env["collection.run"].create(
        {
            "company_id": company.id,
            "started_by_id": collector.id,
            "date": MONDAY - datetime.timedelta(1),
            "state": "done",
        }
    )
    for number in range(customers):
        customer = env["res.partner"].create(
            {
                "name": f"Customer {number:02}",
                "is_company": True,
                "street": f"Main Street {number}",
                "user_id": seller.id,
                "state_id": here.id if number % 2 else False,
                "email": number % 10 and f"customer{number:02}@customers.example",
            }
        )
        for item in range(1 + number % 2):
            late = LATE[(number + item) % len(LATE)]
            _invoice(env, customer, 100 + number, MONDAY - datetime.timedelta(late))
    env["mail.mail"].search([]).unlink()


def _invoice(env, customer, amount, due):
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": due - datetime.timedelta(30),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})
            ],
        }
    )
    move.action_post()


BOOKS = {
    "runs": "SELECT date, state FROM collection_run ORDER BY 1",
    "actions": """
        SELECT partner.name, action.date, stage.code, action.state, action.amount,
               owner.login
          FROM collection_action AS action
          JOIN res_partner AS partner ON partner.id = action.partner_id
          JOIN collection_stage AS stage ON stage.id = action.stage_id
          LEFT JOIN res_users AS owner ON owner.id = action.user_id ORDER BY 1, 2""",
    "lines": """
        SELECT action.date, line.number, stage.code, line.state, line.residual
          FROM collection_action_line AS line
          JOIN collection_action AS action ON action.id = line.action_id
          JOIN collection_stage AS stage ON stage.id = line.stage_id ORDER BY 2, 3""",
    "effects": """
        SELECT partner.name, action.date, effect.sequence, effect.code, effect.state,
               effect.outcome
          FROM collection_effect AS effect
          JOIN collection_action AS action ON action.id = effect.action_id
          JOIN res_partner AS partner ON partner.id = action.partner_id
         ORDER BY 1, 2, 3, 4""",
    "letters": """
        SELECT letter.number, letter.kind, letter.date, partner.name, letter.amount,
               letter.state, letter.sha256, file.name, file.file_size, file.checksum
          FROM collection_letter AS letter
          JOIN res_partner AS partner ON partner.id = letter.partner_id
          LEFT JOIN ir_attachment AS file ON file.id = letter.attachment_id
         ORDER BY 1""",
    "letter lines": """
        SELECT letter.number, line.number, line.residual, line.is_due
          FROM collection_letter_line AS line
          JOIN collection_letter AS letter ON letter.id = line.letter_id
         ORDER BY 1, 2, 3""",
    "deliveries": """
        SELECT letter.number, delivery.channel, delivery.instead_of, delivery.state,
               delivery.recipient, delivery.tries, delivery.failure, mail.state
          FROM collection_delivery AS delivery
          JOIN collection_letter AS letter ON letter.id = delivery.letter_id
          LEFT JOIN mail_mail AS mail ON mail.id = delivery.mail_id ORDER BY 1, 2""",
    "files": """
        SELECT name, checksum FROM ir_attachment
         WHERE res_model = 'collection.letter' ORDER BY 1, 2""",
    "mails": """
        SELECT message.subject, mail.state, COUNT(*)
          FROM mail_mail AS mail
          JOIN mail_message AS message ON message.id = mail.mail_message_id
         GROUP BY 1, 2 ORDER BY 1, 2""",
    "messages": """
        SELECT model, message_type, subject, body, COUNT(*) FROM mail_message
         WHERE model LIKE 'collection.%%' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
    "cases": """
        SELECT partner.name, own.state, own.company_level, owner.login, stage.code
          FROM collection_case AS own
          JOIN res_partner AS partner ON partner.id = own.partner_id
          LEFT JOIN collection_stage AS stage ON stage.id = own.stage_id
          LEFT JOIN res_users AS owner ON owner.id = own.user_id ORDER BY 1, 2""",
    "activities": """
        SELECT activity.res_model, activity.summary, activity.date_deadline,
               owner.login, COALESCE(partner.name, activity.res_name), COUNT(*)
          FROM mail_activity AS activity
          JOIN res_users AS owner ON owner.id = activity.user_id
          LEFT JOIN collection_case AS own
            ON own.id = activity.res_id AND activity.res_model = 'collection.case'
          LEFT JOIN res_partner AS partner ON partner.id = own.partner_id
         WHERE activity.res_model IN ('collection.case', 'res.partner')
         GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
    "items": """
        SELECT number, state, residual, date_due FROM collection_item
         ORDER BY 1, 4""",
}


def books(env, queries=BOOKS):
    """:return: {what: its rows as texts}, without ids and times: those may differ"""
    return {
        what: [list(map(str, row)) for row in env.execute_query(SQL(query))]
        for what, query in queries.items()
    }


def answer(job):
    """Answer commands until there are no more."""
    job.load()
    for line in sys.stdin:
        command = json.loads(line)
        said = getattr(job, command.pop("do"))(**command)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    answer(Job())
