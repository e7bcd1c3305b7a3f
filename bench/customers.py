"""Fill a database with customers who owe and order. Runs in an Odoo shell.

``BENCH`` (JSON) says how many. Odoo makes one record of each kind; SQL copies its row
and its lines as often as needed, which takes seconds where the ORM takes an hour. What
comes out:

- customers with 20 open items (one entry with 20 receivable lines) and 5 confirmed
  orders each, every tenth with a draft invoice, the first 100 with a quotation;
- "Few" and "Late" with 3 open items and "Many" with 3,000, each with 50 confirmed
  orders, 45 of them on one paid invoice, and a quotation,
- "Old", who is like "Few" and has 10,000 confirmed and paid orders besides.

Everything is in company currency and free of tax. Only Late's items are late, enough
for a remark on the order and not for a hold.
"""

import json
import os
import sys

from odoo.fields import Command

sys.path.append("bench")  # an Odoo shell runs a script without its folder
from copier import Copier  # noqa: E402

ITEMS = 20  # open items of a customer
ORDERS = 5  # confirmed orders of a customer
QUOTATIONS = 100  # customers with a quotation, the first ones
DRAFT_EVERY = 10  # each so many customers have a draft invoice
HISTORY = 50  # confirmed orders of each special customer
INVOICED = 45  # of these
LONG = 10000  # confirmed and paid orders of the oldest customer
SPECIAL = {  # items, first due
    "Few": (3, 0),
    "Late": (3, -10),
    "Many": (3000, 0),
    "Old": (3, 0),
}


# === ONE OF EACH === #


def make_seller(env):
    """Create the user who confirms: a salesperson, not an administrator."""
    groups = "sales_team.group_sale_salesman_all_leads"
    env["res.users"].create(
        {
            "name": "Seller",
            "login": "bench_seller",
            "group_ids": [Command.link(env.ref(groups).id)],
        }
    )


def make_customers(env, names):
    values = [{"name": name, "is_company": True} for name in names]
    return env["res.partner"].create(values)


def make_quotation(env, customer):
    product = env["product.product"].create(
        {"name": "Goods", "type": "service", "taxes_id": [], "invoice_policy": "order"}
    )
    line = {"product_id": product.id, "product_uom_qty": 4, "price_unit": 25}
    user = env["res.users"].search([("login", "=", "bench_seller")])
    return env["sale.order"].create(
        {
            "partner_id": customer.id,
            "user_id": user.id,
            "order_line": [Command.create(line)],
        }
    )


def make_entry(env, customer):
    """Create a posted entry with one open item."""
    receivable = customer.property_account_receivable_id
    income = env["account.account"].search([("account_type", "=", "income")], limit=1)
    lines = [(receivable, 100, 0), (income, 0, 100)]
    entry = env["account.move"].create(
        {
            "partner_id": customer.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": customer.id,
                        "debit": debit,
                        "credit": credit,
                    }
                )
                for account, debit, credit in lines
            ],
        }
    )
    entry.action_post()
    return entry


def make_draft(env, customer):
    line = {"name": "Goods", "price_unit": 30, "tax_ids": []}
    return env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_line_ids": [Command.create(line)],
        }
    )


def settle(env, orders):
    """Put orders on one invoice, which is paid."""
    invoice = orders._create_invoices()
    invoice.action_post()
    context = {"active_model": "account.move", "active_ids": invoice.ids}
    env["account.payment.register"].with_context(**context).create(
        {}
    ).action_create_payments()


# === ALL OF THEM === #


def fill(env, count):
    """Make ``count`` customers, and the special ones."""
    make_seller(env)
    model = make_customers(env, ["Model"])
    quotation = make_quotation(env, model)
    confirmed = quotation.copy()
    confirmed.action_confirm()
    entry, draft = make_entry(env, model), make_draft(env, model)

    copier = Copier(env)
    customers = make_customers(env, [f"Customer {n:05}" for n in range(count)])
    copier.moves(entry, customers, ITEMS)
    copier.moves(draft, customers[::DRAFT_EVERY], 1)
    copier.orders(confirmed, customers, ORDERS)
    copier.orders(quotation, customers[:QUOTATIONS], 1)
    for name, (items, first_due) in SPECIAL.items():
        special = make_customers(env, [name])
        copier.moves(entry, special, items, first_due)
        copier.orders(quotation, special, 1)
        history = copier.orders(confirmed, special, HISTORY)
        settle(env, env["sale.order"].browse(history[:INVOICED]))
    # The last of them is the oldest
    copier.orders(env["sale.order"].browse(history[0]), special, LONG)
    env.cr.commit()


fill(env, json.loads(os.environ["BENCH"])["customers"])  # noqa: F821
