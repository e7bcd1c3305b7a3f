"""Confirm an order for each customer, show what credit decides, and rate the dealers.

Runs in an Odoo shell: ``env`` is there. With a ledger, its customers and invoices are
imported first, and each customer gets a limit and an order of average size; without,
the customers and orders are those of the demo data. ``CREDIT_DEMO_OPTIONS`` holds as
JSON: ``ledger`` (a path or null), ``as_of`` (an ISO date, null for today), ``map``,
``answer`` (a list), ``date_format``, ``limit_percent``, ``skip_bad_rows`` and ``json``
(a path to write to).
"""

import base64
import contextlib
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils

sys.path.append("setup")  # an Odoo shell runs a script without its folder
import collection_job  # noqa: E402
import rating_job  # noqa: E402

CORE = "odoo.addons.credit_control.core"
LIMIT_PERCENT = 50
PRODUCT = "Average order"
HEADS = "Customer", "Exposure", "Overdue", "Limit", "Order", "Decision", "Cure"
ALIGNED = "<>>>><<"
SUMMARY = (
    "{as_of}: {customers} customers, {invoices:,} invoices; receivables "
    "{receivables:,.2f}, of these overdue {overdue:,.2f}; {orders} orders, {held} held."
)
AMOUNTS = {  # column: field of a decision
    "exposure": "exposure",
    "overdue": "overdue",
    "limit": "limit_amount",
    "order": "order_amount",
}


def main(env, options):
    """Do the job on the day that it is about, and keep what came of it."""
    day = date.fromisoformat(options.get("as_of") or date.today().isoformat())
    with _clock_at(day):
        orders = []  # conditions: all
        if options.get("ledger"):
            origin = f"Ledger of {day}"
            journal = _decide_on_ledger(env, day, origin, options)
            orders = [("order_id.origin", "=", origin)]
        outcome = _outcome(env, day, orders)
        if orders:
            rating_job.rate_ledger(env, journal)
            collection_job.collect(env)
        outcome["rating"] = rating_job.outcome(env)
        outcome |= collection_job.outcome(env)
        env.cr.commit()
    print(_table(outcome), end="\n\n")
    print(rating_job.table(outcome["rating"], ledger=bool(orders)), end="\n\n")
    print(collection_job.table(outcome))
    if options.get("json"):
        text = json.dumps(outcome, indent=2, ensure_ascii=False)
        Path(options["json"]).write_text(text + "\n", encoding="utf-8")


def _clock_at(day):
    """Let this process believe that it is ``day``: limits and ages hang on it."""
    if day == date.today():
        return contextlib.nullcontext()
    # The core has no clock, but compares types, and freezing exchanges them.
    return freeze_time(f"{day} 12:00:00", tick=True, ignore=[CORE])


# === A LEDGER === #


def _decide_on_ledger(env, day, origin, options):
    """Import it, give each customer a limit, and confirm an order for each.

    :return: the journal of the invoices
    """
    given = options.get("limit_percent")
    percent = LIMIT_PERCENT if given is None else given
    journal = _import_ledger(env, day, options)
    sales = _by_customer(env, journal, "amount_total_signed:sum", *_last_quarter(day))
    customers = _by_customer(env, journal, "__count")
    limits = {
        each: max(sales.get(each, 0.0), 0.0) * percent / 100 for each in customers
    }
    average = _by_customer(
        env, journal, "amount_total_signed:avg", ("move_type", "=", "out_invoice")
    )
    env.company.credit_mode = "enforce"
    _open_files(env, limits, f"{percent:g} % of the last quarter's sales")
    _create_orders(env, average, origin).action_confirm()
    return journal


def _import_ledger(env, day, options):
    """Book what can be booked, and name every row that cannot.

    :return: the journal of the invoices
    """
    wizard = env["credit.ledger.import"].create(
        {
            "content": base64.b64encode(Path(options["ledger"]).read_bytes()),
            "as_of": day,
            "mapping": options.get("map"),
            "answers": "\n".join(options.get("answer") or []),
            "date_format": options.get("date_format") or "auto",
            "skip_bad_rows": bool(options.get("skip_bad_rows")),
        }
    )
    plan = wizard._plan()
    for problem in plan.problems:
        print(env["credit.ledger.problem"]._sentence(problem), file=sys.stderr)
    if wizard._is_refused(plan):
        asked = plan.questions
        raise UserError(
            wizard._refusal_in_detail(plan) if asked else wizard._refusal(plan)
        )
    print(wizard._report(plan, wizard._carry_out(plan)), end="\n\n", flush=True)
    return wizard.journal_id


def _last_quarter(day):
    """:return: conditions on invoices: of the last quarter that ended by ``day``"""
    end = date_utils.start_of(day + timedelta(days=1), "quarter")
    begin = date_utils.subtract(end, months=3)
    return ("invoice_date", ">=", begin), ("invoice_date", "<", end)


def _by_customer(env, journal, figure, *conditions):
    """:return: {customer: figure} of the posted invoices of a journal"""
    domain = [("journal_id", "=", journal.id), ("state", "=", "posted"), *conditions]
    return dict(
        env["account.move"]._read_group(domain, ["commercial_partner_id"], [figure])
    )


def _open_files(env, limits, reason):
    """Give a file and a limit to those customers who have none yet."""
    company = env.company.root_id
    files = env["credit.file"].search([("company_id", "=", company.id)])
    new = [each for each in limits if each not in files.partner_id]
    files += files.create(
        [{"partner_id": each.id, "company_id": company.id} for each in new]
    )
    env["credit.limit"].create(
        [
            {"file_id": file.id, "amount": limits[file.partner_id], "reason": reason}
            for file in files
            if file.partner_id in limits and not file.has_limit
        ]
    )


def _create_orders(env, amounts, origin):
    """:return: a quotation for each customer who has none of this origin yet"""
    served = env["sale.order"].search([("origin", "=", origin)]).partner_id
    product = env["product.product"].search([("name", "=", PRODUCT)], limit=1)
    product = product or product.create({"name": PRODUCT, "type": "service"})
    line = {"product_id": product.id, "tax_ids": [Command.clear()]}
    return env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "origin": origin,
                "order_line": [Command.create({**line, "price_unit": amount})],
            }
            for customer, amount in amounts.items()
            if customer not in served
        ]
    )


# === THE OUTCOME === #


def _outcome(env, day, orders):
    """Return the figures that are printed and written as JSON.

    :param orders: conditions on decisions: which orders to show
    """
    files = env["credit.file"].search([("company_id", "=", env.company.root_id.id)])
    standings = env["credit.exposure"]._standings(files.ids).values()
    taken = [("file_id", "in", files.ids), *orders]
    found = env["credit.decision"].search(taken, order="id")
    latest = {decision.order_id: decision for decision in found}
    decisions = [_as_dict(decision) for decision in latest.values()]
    invoices = [
        ("commercial_partner_id", "in", files.partner_id.ids),
        ("move_type", "in", ("out_invoice", "out_refund")),
        ("state", "=", "posted"),
    ]
    return {
        "as_of": day.isoformat(),
        "customers": len(files),
        "invoices": env["account.move"].search_count(invoices),
        "receivables": round(sum(each.parts["receivable"] for each in standings), 2),
        "overdue": round(sum(each.parts["overdue"] for each in standings), 2),
        "orders": len(decisions),
        "held": sum(decision["state"] == "held" for decision in decisions),
        "decisions": sorted(decisions, key=lambda decision: decision["customer"]),
    }


def _as_dict(decision):
    amounts = {name: round(decision[field], 2) for name, field in AMOUNTS.items()}
    return {
        "customer": decision.partner_id.name,
        **amounts,
        "state": decision.state,
        "reasons": (decision.reasons or "").splitlines(),
        "cures": (decision.cures or "").splitlines(),
    }


def _table(outcome):
    """:return: the outcome as text: a line for each order, the totals, a summary"""
    orders = outcome["decisions"]
    total = {"customer": "Total", "state": f"{outcome['held']} held", "cures": []}
    total |= {name: sum(order[name] for order in orders) for name in AMOUNTS}
    rows = [HEADS, *map(_cells, [*orders, total])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in places).rstrip()
        for places in (zip(row, ALIGNED, widths, strict=True) for row in rows)
    ]
    return "\n".join([*lines, "", SUMMARY.format(**outcome)])


def _cells(order):
    amounts = [f"{order[name]:,.2f}" for name in AMOUNTS]
    return [order["customer"], *amounts, order["state"], "".join(order["cures"][:1])]


try:
    main(env, json.loads(os.environ["CREDIT_DEMO_OPTIONS"]))  # noqa: F821
except UserError as error:
    sys.exit(str(error))
