"""Measure orders of one group of companies that are confirmed side by side.

``BENCH`` (JSON) names the ``database``, the numbers of ``processes`` and of ``orders``,
and the file for the ``output``. Runs in an Odoo shell. Each process confirms its orders
one after the other, as a remote call would; nobody sleeps less than Odoo lets them.
"""

import json
import logging
import os
import time
from pathlib import Path

from odoo import SUPERUSER_ID, api, sql_db
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying

MEMBERS = 8


def prepare(env, orders):
    """Have a holding with a limit, and its members' quotations.

    :return: their ids; the limit is enough for half of them
    """
    company = env.company
    rules = [{"kind": "hold"}, {"kind": "limit", "threshold": 100}]
    policy = env["credit.policy"].create(
        {"name": "Measured", "rule_ids": [Command.create(rule) for rule in rules]}
    )
    company.write({"credit_mode": "enforce", "credit_default_policy_id": policy.id})
    goods = env["product.product"].create(
        {"name": "Measured", "type": "service", "taxes_id": False}
    )
    holding, *members = env["res.partner"].create(
        [{"name": f"Measured {n}", "is_company": True} for n in range(MEMBERS + 1)]
    )
    top = env["credit.file"].create({"partner_id": holding.id})
    top._grant(100 * orders / 2, reason="Measured")
    env["credit.file"].create(
        [{"partner_id": member.id, "parent_id": top.id} for member in members]
    )
    line = {"product_id": goods.id, "price_unit": 100, "tax_ids": False}
    quotations = env["sale.order"].create(
        [
            {
                "partner_id": members[n % MEMBERS].id,
                "order_line": [Command.create(line)],
            }
            for n in range(orders)
        ]
    )
    env.cr.commit()
    return quotations.ids


def confirm(database, orders):
    """:return: (seconds, tries, what it was refused with) of each order"""
    registry, samples = Registry(database), []
    for order in orders:
        tries, refused = [], None
        start = time.perf_counter()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})

            def attempt(env=env, order=order, tries=tries):
                tries.append(1)
                return env["sale.order"].browse(order).action_confirm()

            try:
                retrying(attempt, env)
            except Exception as error:  # counted, whatever it is
                refused = type(error).__name__
                cr.rollback()
        samples.append((time.perf_counter() - start, len(tries), refused))
    return samples


def measure(env, database, processes, orders):
    """Let processes confirm their shares side by side.

    :return: the samples, how long all took, and how many orders were confirmed
    """
    ids = prepare(env, orders)
    sql_db.close_all()
    start, children = time.perf_counter(), []
    for n in range(processes):
        told, tell = os.pipe()
        if not os.fork():
            logging.disable(logging.CRITICAL)
            with os.fdopen(tell, "w") as out:
                out.write(json.dumps(confirm(database, ids[n::processes])))
            os._exit(0)
        os.close(tell)
        children.append(told)
    samples = []
    for told in children:
        with os.fdopen(told) as answer:
            samples += json.loads(answer.read())
    took = time.perf_counter() - start
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        states = env["sale.order"].browse(ids).mapped("state")
    return {
        "samples": samples,
        "seconds": took,
        "confirmed": states.count("sale"),
        "room": orders // 2,
    }


told = json.loads(os.environ["BENCH"])
result = measure(env, told["database"], told["processes"], told["orders"])  # noqa: F821
Path(told["output"]).write_text(json.dumps(result))
os._exit(0)  # the shell's own connection was closed before the processes began
