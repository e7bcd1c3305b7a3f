"""Measure the sides in turn, in one process. Runs in an Odoo shell on ours.

``BENCH`` (JSON) names the databases and the file for the results. Every sample is a
transaction of its own that is rolled back, with empty caches as in a new request. The
sides take turns: what disturbs the machine disturbs all of them. What a check adds is
told against Odoo alone, which has the same data and no addon of either side: what an
addon does while its check is switched off is part of its price.
"""

import contextlib
import gc
import json
import os
import time
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import SQL

WARM_UP = 6  # rounds that are not counted
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
        named = [("name", "=like", "Customer %")]
        self.customers = system["res.partner"].search(named, order="id").ids
        waiting = system["sale.order"].search([("state", "=", "draft")])
        self.quotations = {order.partner_id.name: order.id for order in waiting}
        self.cr.rollback()

    def timed(self, work):
        """Do ``work(env)`` as a new request and undo it.

        :return: (sample, what it returned)
        """
        self.cr.rollback()
        env = api.Environment(self.cr, self.seller, {"lang": "en_US"})
        env.cr.execute("SELECT 1")  # begins the transaction
        env.invalidate_all()
        before = self._clocks()
        result = work(env)
        env.flush_all()
        sample = {name: now - before[name] for name, now in self._clocks().items()}
        self.cr.rollback()
        return sample, result

    def _clocks(self):
        """``cpu`` is what this process and its server process computed, without what
        they waited for; only known where the server runs on this machine."""
        clocks = {"time": time.perf_counter(), "queries": self.cr.sql_log_count}
        statistics = Path(f"/proc/{self.cr._cnx.info.backend_pid}/schedstat")
        with contextlib.suppress(OSError):
            server = int(statistics.read_text().split()[0]) / 1e9
            clocks["cpu"] = time.process_time() + server
        return clocks

    def confirm(self, order_ids):
        """:return: the sample of one call that confirms all orders"""

        def work(env):
            orders = env["sale.order"].browse(order_ids)
            orders.action_confirm()
            return set(orders.mapped("state"))

        sample, states = self.timed(work)
        if states != {"sale"}:
            raise AssertionError(f"not confirmed: {states}")
        return sample


class Ours(Side):
    def exposure(self):
        def work(env):
            return env["credit.exposure"].sudo()._standings(files)

        files, partners = self._files()
        sample, standings = self.timed(work)
        found = {partners[file]: each.exposure for file, each in standings.items()}
        return sample, found

    def _files(self):
        sql = "SELECT id, partner_id FROM credit_file WHERE partner_id = ANY(%s)"
        self.cr.execute(SQL(sql, self.customers))
        rows = self.cr.fetchall()
        return [file for file, _partner in rows], dict(rows)

    def bare(self):
        def work(env):
            env.cr.execute(SQL(BARE, company=env.company.id, partners=self.customers))
            return env.cr.fetchall()

        sample, rows = self.timed(work)
        return sample, {partner: float(amount) for partner, amount, _overdue in rows}


class Peer(Side):
    def exposure(self):
        def work(env):
            partners = env["res.partner"].sudo().browse(self.customers)
            return {partner.id: partner.risk_total for partner in partners}

        return self.timed(work)


# === MEASURING === #


def measure_confirmations(sides, rounds):
    """:return: {case: {side: [sample, …]}}"""
    ours = sides["ours"].quotations
    many = sorted(name for name in ours if name.startswith("Customer"))[:TOGETHER]
    few = max(1, rounds // 3)
    cases = {
        "1 order, 3 open items": (rounds, ["Few"]),
        "1 order, 3,000 open items": (rounds, ["Many"]),
        "1 order, 10,000 orders before": (rounds, ["Old"]),
        "1 order, 3 late items, which get a remark": (rounds, ["Late"]),
        f"{len(many)} orders of {len(many)} customers": (few, many),
    }
    return {
        case: _take_turns(sides, customers, count)
        for case, (count, customers) in cases.items()
    }


def _take_turns(sides, customers, rounds):
    samples = {name: [] for name in sides}
    orders = {
        name: [side.quotations[customer] for customer in customers]
        for name, side in sides.items()
    }
    for number in range(-WARM_UP, rounds):
        names = sorted(sides, reverse=number % 2)
        for name in names:
            sample = sides[name].confirm(orders[name])
            if number >= 0:
                samples[name].append(sample)
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
            sample, found[way] = ask()
            if number >= 0:
                samples[way].append(sample)
    amounts = [[answer.get(p, 0) for answer in found.values()] for p in found["bare"]]
    apart = max(max(row) - min(row) for row in amounts)
    return {"samples": samples, "customers": len(amounts), "apart": apart}


def main(told):
    results = {}
    kinds = {"alone": Side, "ours": Ours, "peer": Peer}
    sides = {name: kinds[name](database) for name, database in told["sides"].items()}
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


main(json.loads(os.environ["BENCH"]))
