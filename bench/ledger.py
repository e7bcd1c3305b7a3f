"""Bring a ledger of many lines in and say what it took. Runs in an Odoo shell.

``BENCH`` (JSON) says how many ``rows`` and names the file for the ``output``. Customers
have a number and up to four names, as grown ledgers have; two lines of three were paid.
"""

import base64
import json
import os
import random
import time
from datetime import date, timedelta

ROWS_EACH = 11  # of a customer
DAY = date(2026, 6, 30)
NAMES = "{} Trading", "{} Trading Co", "{} Trading co.", "{} TRADING LLC"


def make(rows):
    """:return: the text of a ledger, and what is open of it in cents"""
    draw = random.Random(13)
    lines, left = ["customer_number,name,invoice,date,due,amount,paid on"], 0
    for number in range(rows):
        customer = draw.randrange(max(rows // ROWS_EACH, 1))
        name = draw.choice(NAMES).format(f"Customer {customer}")
        day = DAY - timedelta(days=draw.randrange(1, 365))
        due, cents = day + timedelta(days=30), draw.randrange(1000, 9_000_000)
        paid = due + timedelta(days=draw.randrange(-10, 40))
        open_ = number % 3 == 0 or paid > DAY
        left += cents if open_ else 0
        settled = "" if open_ else paid.isoformat()
        told = f"K{customer:05}", name, f"R{number:06}", day.isoformat()
        amount = f"{cents // 100}.{cents % 100:02}"
        lines.append(",".join([*told, due.isoformat(), amount, settled]))
    return "\n".join(lines), left


def bring_in(env, text):
    """Check a ledger, then import it, as the two buttons do.

    :return: what is owed then, in cents, and the seconds of both steps
    """
    wizard = env["credit.ledger.import"].create(
        {"content": base64.b64encode(text.encode()), "as_of": DAY.isoformat()}
    )
    took = {}
    for step, button in ("check", "action_check"), ("import", "action_import"):
        start, computing = time.perf_counter(), time.process_time()
        getattr(wizard, button)()
        env.cr.commit()
        took[step] = {
            "time": time.perf_counter() - start,
            "cpu": time.process_time() - computing,
        }
    owed = env["account.move.line"]._read_group(
        [
            ("journal_id", "=", wizard.journal_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
        ],
        [],
        ["amount_residual:sum"],
    )
    return round(owed[0][0] * 100), took


def main(env):
    """Write to the output what was told above."""
    told = json.loads(os.environ["BENCH"])
    text, left = make(told["rows"])
    owed, took = bring_in(env, text)
    result = {"rows": told["rows"], "apart": (owed - left) / 100, **took}
    with open(told["output"], "w") as output:
        json.dump(result, output)


main(env)  # noqa: F821
