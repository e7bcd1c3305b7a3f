"""Rate many dealers and say what each step took. Runs in an Odoo shell.

``BENCH`` (JSON) says how many ``dealers``, how many ``invoices`` each has over the last
year, and names the file for the ``output``. Odoo makes one invoice and its payment,
SQL copies them. A step's statements are counted, and how much the process grew.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path

from odoo.fields import Command
from odoo.tools import SQL, date_utils

sys.path.append("bench")  # an Odoo shell runs a script without its folder
from copier import Copier  # noqa: E402

RECEIVABLE = "asset_receivable"


class Books(Copier):
    """Copies one paid invoice for all dealers, over a year."""

    def fill(self, model, invoice, entry, dealers, invoices):
        """Make dealers with invoices, paid from 5 days early to 23 days late."""
        self._spread("res_partner", model, dealers)
        name = "'Dealer ' || spread.id"
        own = dict.fromkeys(("id", "commercial_partner_id"), "spread.id")
        self._copy(model, name=name, complete_name=name, **own)
        self._spread_books(invoices)
        self._copy_invoices(invoice)
        self._copy_payments(invoice, entry)

    def _spread_books(self, invoices):
        """One row for each invoice to be: its ids, and its days."""
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE books AS
                SELECT nextval('account_move_id_seq')::int AS id,
                       nextval('account_move_id_seq')::int AS paid_by,
                       nextval('account_move_line_id_seq')::int AS item,
                       nextval('account_move_line_id_seq')::int AS settled,
                       spread.id AS customer, day, day + 30 AS due,
                       day + 25 + 7 * mod(spread.id + number, 5) AS paid_on
                  FROM spread, generate_series(0, %(count)s - 1) AS number,
                       LATERAL (SELECT CURRENT_DATE - 5 - number * 365 / %(count)s
                                       AS day) AS days;
                DROP TABLE spread;
                ALTER TABLE books RENAME TO spread
                """,
                count=invoices,
            )
        )

    def _copy_invoices(self, invoice):
        lines = invoice.line_ids
        item = lines.filtered(lambda line: line.account_id.account_type == RECEIVABLE)
        dates = dict.fromkeys(("date", "invoice_date"), "spread.day")
        self._copy(
            invoice,
            id="spread.id",
            name="'BENCH/' || spread.id",
            partner_id="spread.customer",
            commercial_partner_id="spread.customer",
            invoice_date_due="spread.due",
            **dates,
        )
        values = dates | {"move_id": "spread.id", "partner_id": "spread.customer"}
        due = "spread.due"
        self._copy(item, id="spread.item", date_maturity=due, **values)
        self._copy(lines - item, **values)

    def _copy_payments(self, invoice, entry):
        self.env.cr.execute(
            """UPDATE account_move_line AS line
                  SET amount_residual = balance, reconciled = FALSE
                 FROM spread WHERE line.id = spread.item AND paid_on > CURRENT_DATE;
               DELETE FROM spread WHERE paid_on > CURRENT_DATE"""
        )
        lines = entry.line_ids
        settled = lines.filtered(
            lambda line: line.account_id.account_type == RECEIVABLE
        )
        who = {"partner_id": "spread.customer", "date": "spread.paid_on"}
        self._copy(entry, id="spread.paid_by", name="'PAID/' || spread.id", **who)
        self._copy(settled, id="spread.settled", move_id="spread.paid_by", **who)
        self._copy(lines - settled, move_id="spread.paid_by", **who)
        self._copy(
            settled.matched_debit_ids,
            debit_move_id="spread.item",
            credit_move_id="spread.settled",
            max_date="spread.paid_on",
        )


# === ONE OF EACH === #


def make_invoice(env, customer):
    product = env["product.product"].create(
        {"name": "Goods", "type": "consu", "standard_price": 60, "taxes_id": []}
    )
    line = {"product_id": product.id, "price_unit": 100, "tax_ids": []}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    return invoice


def settle(env, invoice):
    """:return: the entry that pays an invoice"""
    bank = env["account.journal"].search([("type", "=", "bank")], limit=1)
    item = invoice.line_ids.filtered(
        lambda line: line.account_id.account_type == RECEIVABLE
    )
    sides = (bank.default_account_id, "debit"), (item.account_id, "credit")
    lines = [
        Command.create(
            {
                "account_id": account.id,
                "partner_id": invoice.partner_id.id,
                side: invoice.amount_total,
            }
        )
        for account, side in sides
    ]
    entry = env["account.move"].create({"journal_id": bank.id, "line_ids": lines})
    entry.action_post()
    (entry.line_ids + item).filtered(
        lambda line: line.account_id.account_type == RECEIVABLE
    ).reconcile()
    return entry


def make_dealers(env, company):
    """Rate every customer, with a limit, and a target and a stock for each month."""
    limits = json.dumps({str(company.id): 1000})
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner SET credit_limit = %(limits)s::jsonb
             WHERE name LIKE 'Dealer %%';
            INSERT INTO rating_dealer (partner_id, partner_name, company_id, active,
                                       since)
            SELECT id, name, %(company)s, TRUE, CURRENT_DATE - 400 FROM res_partner
             WHERE name LIKE 'Dealer %%';
            INSERT INTO rating_target (dealer_id, company_id, date, amount)
            SELECT dealer.id, company_id, month, 100
              FROM rating_dealer AS dealer,
                   generate_series(date_trunc('month', CURRENT_DATE - 400),
                                   CURRENT_DATE, INTERVAL '1 month') AS month;
            INSERT INTO rating_stock_report (dealer_id, partner_id, company_id, date,
                                             value)
            SELECT dealer.id, partner_id, company_id, month + INTERVAL '20 days', 100
              FROM rating_dealer AS dealer,
                   generate_series(date_trunc('month', CURRENT_DATE - 400),
                                   CURRENT_DATE - 30, INTERVAL '1 month') AS month
            """,
            limits=limits,
            company=company.id,
        )
    )
    env.invalidate_all()


# === MEASURING === #


def resident():
    """:return: megabytes that this process holds now"""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def rate(env, company):
    """:return: {step: {"time", "queries", "grown"}}"""
    today = company._trade_day()
    start = date_utils.subtract(date_utils.start_of(today, "quarter"), months=3)
    end = date_utils.end_of(start, "quarter")
    cards, quarters = env["rating.scorecard"], env["dealer.quarter"]
    period = [("company_id", "=", company.id), ("date_from", "=", start)]
    steps = {
        "open the cards": lambda: cards._open_cards(company, end),
        "measure": lambda: cards._measure(company, start, end),
        "score (not measured)": lambda: score_rest(env),
        "grade": lambda: quarters._grade_open(company, start),
        "confirm": lambda: quarters.search(period)._confirm(),
    }
    results = {name: timed(env, step) for name, step in steps.items()}
    make_past(env)
    past = env["account.move"]._rating_keep_past
    return results | {"keep on past invoices": timed(env, past)}


def make_past(env):
    """Let the quarter have been known since before all invoices, which bear nothing."""
    env.cr.execute(
        """UPDATE account_move SET rating_kept_on = NULL;
           UPDATE dealer_quarter SET confirmed_on = CURRENT_DATE - 500
            WHERE state = 'confirmed';
           UPDATE dealer_grading SET date = CURRENT_DATE - 400"""
    )
    env.invalidate_all()


def score_rest(env):
    """Score what departments score, as SQL: people take longer than any machine."""
    env.cr.execute(
        """UPDATE rating_score SET state = 'scored', points = 4, scored_by_id = 1
            WHERE state = 'open'"""
    )
    env.invalidate_all()
    env["rating.scorecard"]._total(SQL("TRUE"))


def timed(env, step):
    env.flush_all()
    gc.collect()
    queries, grown, begun = env.cr.sql_log_count, resident(), time.perf_counter()
    step()
    env.flush_all()
    return {
        "time": time.perf_counter() - begun,
        "queries": env.cr.sql_log_count - queries,
        "grown": resident() - grown,
    }


def main(env, told):
    company = env.company
    model = env["res.partner"].create({"name": "Model", "is_company": True})
    invoice = make_invoice(env, model)
    entry = settle(env, invoice)
    env.flush_all()
    Books(env).fill(model, invoice, entry, told["dealers"], told["invoices"])
    make_dealers(env, company)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    results = rate(env, company)
    confirmed = [("state", "=", "confirmed")]
    results["graded"] = env["dealer.quarter"].search_count(confirmed)
    Path(told["output"]).write_text(json.dumps(results))
    env.cr.commit()


main(env, json.loads(os.environ["BENCH"]))  # noqa: F821
