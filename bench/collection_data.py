"""Fill a database with customers of whom something is late. Runs in an Odoo shell.

``BENCH`` (JSON) says how many ``customers``. Odoo makes one of them and one invoice,
SQL copies their rows. Each customer has 4 open invoices; three of five in all are 12
days late, the others fall due in a month. Customers have e-mail addresses.

Either with our addon or with the peer, whichever is installed, each configured so
that exactly the late items take a step.
"""

import json
import os
import sys

from odoo.fields import Command
from odoo.tools import SQL

sys.path.append("bench")  # an Odoo shell runs a script without its folder
from copier import Copier  # noqa: E402

ITEMS = 4  # open invoices of a customer
LATE = 12  # days: past our second notice and past the peer's first level
RECEIVABLE = "asset_receivable"


class Invoices(Copier):
    """Copies one customer and its open invoice."""

    def fill(self, model, invoice, count):
        self._spread("res_partner", model, count)
        name = "'Customer ' || lpad(spread.id::text, 8, '0')"
        self._copy(
            model,
            name=name,
            complete_name=name,
            email="'c' || spread.id || '@example.com'",
            email_normalized="'c' || spread.id || '@example.com'",
            **dict.fromkeys(("id", "commercial_partner_id"), "spread.id"),
        )
        self._spread_invoices()
        self._copy_invoices(invoice)

    def _spread_invoices(self):
        """One row for each invoice to be."""
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE invoices AS
                SELECT nextval('account_move_id_seq')::int AS id, customer,
                       due - 30 AS day, due
                  FROM (SELECT spread.id AS customer,
                               CURRENT_DATE + CASE
                               WHEN mod(ROW_NUMBER() OVER (ORDER BY spread.id, item),
                                        5) < 3 THEN %s ELSE 30 END AS due
                          FROM spread, generate_series(1, %s) AS item
                         ORDER BY spread.id, item) AS items;
                DROP TABLE spread;
                ALTER TABLE invoices RENAME TO spread
                """,
                -LATE,
                ITEMS,
            )
        )

    def _copy_invoices(self, invoice):
        name, who = "'BENCH/' || spread.id", {"partner_id": "spread.customer"}
        dates = dict.fromkeys(("date", "invoice_date"), "spread.day")
        self._copy(
            invoice,
            id="spread.id",
            name=name,
            payment_reference=name,
            commercial_partner_id="spread.customer",
            invoice_date_due="spread.due",
            **who,
            **dates,
        )
        values = who | dates | {"move_id": "spread.id", "move_name": name}
        item = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == RECEIVABLE
        )
        self._copy(item, date_maturity="spread.due", **values)
        self._copy(invoice.line_ids - item, **values)


def make_invoice(env, customer):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    return invoice


# === EACH SIDE === #


def prepare_ours(env):
    """No quiet days: what is measured must not hang on the day of the week."""
    env["collection.procedure"].search([]).write(
        {"quiet_sat": False, "quiet_sun": False}
    )


def prepare_peer(env):
    """Let its own policy of three levels be the company's."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", RECEIVABLE)]
    )
    env.company.credit_default_policy_id = policy


def main(env, told):
    env = env(context={**env.context, "tracking_disable": True})
    ours = "collection.run" in env
    (prepare_ours if ours else prepare_peer)(env)
    model = env["res.partner"].create({"name": "Model", "is_company": True})
    invoice = make_invoice(env, model)
    Invoices(env).fill(model, invoice, told["customers"])
    env.flush_all()
    # The model itself owes nothing that takes a step, on either side
    env.cr.execute(
        "UPDATE account_move_line SET date_maturity = CURRENT_DATE + 30 "
        "WHERE move_id = %s AND date_maturity IS NOT NULL",
        [invoice.id],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


main(env, json.loads(os.environ["BENCH"]))  # noqa: F821
