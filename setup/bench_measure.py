"""Measure both sides in turn, in one process. Runs in an Odoo shell on ours.

``BENCH`` (JSON) names the databases and the file for the results. Every sample is a
transaction of its own that is rolled back, with empty caches as in a new request. The
sides take turns, and so do with and without a check: what disturbs the machine
disturbs all of them.
"""

import gc
import json
import os
import platform
import time
from pathlib import Path

from odoo import api, release
from odoo.modules.registry import Registry
from odoo.tools import SQL

WARM_UP = 2  # pairs that are not counted
TOGETHER = 100  # orders in one call
# One hand-written aggregate with the meaning of the exposure, overdue beside it: the
# least that anything which looks at these rows can take.
BARE = """
    SELECT partner.commercial_partner_id, SUM(part.amount), SUM(part.overdue)
      FROM (
        SELECT line.partner_id, line.amount_residual AS amount,
               CASE WHEN line.date_maturity < CURRENT_DATE
                    THEN line.amount_residual END AS overdue
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable'
           AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
           AND line.company_id = %(company)s
         UNION ALL
        SELECT partner_id, amount_residual, NULL FROM account_move
         WHERE state = 'draft' AND move_type = 'out_invoice'
           AND company_id = %(company)s
         UNION ALL
        SELECT sale_order.partner_invoice_id,
               line.price_total / sale_order.currency_rate
               * (line.product_uom_qty - line.qty_invoiced) / line.product_uom_qty,
               NULL
          FROM sale_order_line line JOIN sale_order ON sale_order.id = line.order_id
         WHERE sale_order.state = 'sale' AND line.qty_invoiced < line.product_uom_qty
           AND sale_order.invoice_status != 'invoiced'
           AND sale_order.company_id = %(company)s
      ) AS part
      JOIN res_partner partner ON partner.id = part.partner_id
     WHERE partner.commercial_partner_id = ANY(%(partners)s)
  GROUP BY 1"""


class Side:
    """One database, with the salesperson as the user."""

    def __init__(self, database):
        self.cr = Registry(database).cursor()
        system = api.Environment(self.cr, api.SUPERUSER_ID, {})
        self.seller = system["res.users"].search([("login", "=", "bench_seller")]).id
        partners = system["res.partner"]
        named = partners.search([("name", "=like", "Customer _____")], order="id")
        self.customers = named.ids
        wanted = [("state", "=", "draft"), ("partner_id.name", "!=", "Model")]
        quotations = system["sale.order"].search(wanted, order="id")
        self.quotations = {
            name: orders.ids
            for name, orders in quotations.grouped(lambda o: o.partner_id.name).items()
        }
        self.cr.rollback()

    def timed(self, work, **context):
        """Do ``work(env)`` as a new request and undo it.

        :return: (seconds, queries, what it returned)
        """
        self.cr.rollback()
        env = api.Environment(self.cr, self.seller, {"lang": "en_US", **context})
        self.prepare(env)
        env.invalidate_all()
        queries, start = self.cr.sql_log_count, time.perf_counter()
        result = work(env)
        env.flush_all()
        seconds = time.perf_counter() - start
        queries = self.cr.sql_log_count - queries
        self.cr.rollback()
        return seconds, queries, result

    def prepare(self, env):
        """Do what a sample needs and must not be counted."""
        env.cr.execute("SELECT 1")  # begins the transaction

    def confirm(self, order_ids, checked):
        """:return: (seconds, queries) of one call that confirms all orders"""

        def work(env):
            orders = env["sale.order"].browse(order_ids)
            orders.action_confirm()
            return set(orders.mapped("state"))

        seconds, queries, states = self.timed(work, **self.context(checked))
        if states != {"sale"}:
            raise AssertionError(f"not confirmed: {states}")
        return seconds, queries

    def context(self, checked):
        return {}


class Ours(Side):
    mode = "enforce"

    def prepare(self, env):
        env.cr.execute(SQL("UPDATE res_company SET credit_mode = %s", self.mode))

    def context(self, checked):
        self.mode = "enforce" if checked else "off"
        return {}

    def exposure(self):
        def work(env):
            return env["credit.exposure"].sudo()._standings(files)

        files, partners = self._files()
        seconds, queries, standings = self.timed(work)
        found = {partners[file]: each.exposure for file, each in standings.items()}
        return seconds, queries, found

    def _files(self):
        sql = "SELECT id, partner_id FROM credit_file WHERE partner_id = ANY(%s)"
        self.cr.execute(SQL(sql, self.customers))
        rows = self.cr.fetchall()
        return [file for file, _partner in rows], dict(rows)

    def bare(self):
        def work(env):
            env.cr.execute(SQL(BARE, company=env.company.id, partners=self.customers))
            return env.cr.fetchall()

        seconds, queries, rows = self.timed(work)
        return seconds, queries, {partner: float(sum_) for partner, sum_, _ in rows}


class Peer(Side):
    def context(self, checked):
        return {} if checked else {"bypass_risk": True}

    def exposure(self):
        def work(env):
            partners = env["res.partner"].sudo().browse(self.customers)
            return {partner.id: partner.risk_total for partner in partners}

        return self.timed(work)


# === MEASURING === #


def measure_confirmations(sides, pairs):
    """:return: {case: {side: {"off": [(s, queries), …], "on": […]}}}"""
    many = {name: side.quotations for name, side in sides.items()}
    first = {
        name: [ids[0] for partner, ids in sorted(found.items()) if "Cust" in partner]
        for name, found in many.items()
    }
    cases = {
        "1 order, 3 open items": (pairs, {n: q["Few"] for n, q in many.items()}),
        "1 order, a remark": (pairs, {n: q["Late"] for n, q in many.items()}),
        "1 order, 3,000 open items": (pairs, {n: q["Many"] for n, q in many.items()}),
        f"{TOGETHER} orders of {TOGETHER} customers": (
            max(1, pairs // 3),
            {name: ids[:TOGETHER] for name, ids in first.items()},
        ),
    }
    return {
        case: _alternate(sides, orders, count)
        for case, (count, orders) in cases.items()
    }


def _alternate(sides, orders, pairs):
    samples = {name: {"off": [], "on": []} for name in sides}
    for number in range(-WARM_UP, pairs):
        backwards = number % 2
        turns = [(name, switch) for name in sides for switch in ("off", "on")]
        for name, switch in reversed(turns) if backwards else turns:
            sample = sides[name].confirm(orders[name], switch == "on")
            if number >= 0:
                samples[name][switch].append(sample)
    return samples


def measure_exposure(sides, rounds):
    """:return: samples by way of asking, and how far the three answers differ"""
    ways = {
        "bare": sides["ours"].bare,
        "ours": sides["ours"].exposure,
        "peer": sides["peer"].exposure,
    }
    samples, found = {way: [] for way in ways}, {}
    for number in range(-1, rounds):
        for way, ask in ways.items():
            seconds, queries, found[way] = ask()
            if number >= 0:
                samples[way].append((seconds, queries))
    amounts = [[answer.get(p, 0) for answer in found.values()] for p in found["bare"]]
    apart = max(max(row) - min(row) for row in amounts)
    return {"samples": samples, "customers": len(amounts), "apart": apart}


def describe(env):
    """Return versions and sizes, for whoever compares two runs."""
    env.cr.execute("SHOW server_version")
    (postgres,) = env.cr.fetchone()
    tables = "res_partner", "account_move_line", "sale_order", "sale_order_line"
    sizes = {}
    for table in tables:
        env.cr.execute(SQL("SELECT COUNT(*) FROM %s", SQL.identifier(table)))
        (sizes[table],) = env.cr.fetchone()
    return {
        "versions": {
            "Odoo": release.version,
            "PostgreSQL": postgres.split()[0],
            "Python": platform.python_version(),
        },
        "sizes": sizes,
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
    }


def _addons(side):
    wanted = "credit_control", "account_financial_risk", "sale_financial_risk"
    side.cr.execute(
        "SELECT name, latest_version FROM ir_module_module "
        "WHERE state = 'installed' AND name = ANY(%s)",
        [list(wanted)],
    )
    return dict(side.cr.fetchall())


def main(env, told):
    results = describe(env)
    ours, peer = told["sides"]["ours"], told["sides"]["peer"]
    sides = {"ours": Ours(ours), "peer": Peer(peer)}
    for side in sides.values():
        results["versions"] |= _addons(side)
    gc.collect()
    gc.freeze()
    if told["only"] != "exposure":
        results["confirm"] = measure_confirmations(sides, told["pairs"])
    if told["only"] != "confirm":
        results["exposure"] = measure_exposure(sides, max(3, told["pairs"] // 6))
    Path(told["output"]).write_text(json.dumps(results))
    for side in sides.values():
        side.cr.rollback()
        side.cr.close()


main(env, json.loads(os.environ["BENCH"]))  # noqa: F821
