from odoo import api, models
from odoo.tools import SQL

from .credit_checkpoint import Figures
from .credit_decision import LIVE


class CreditCheckpoint(models.AbstractModel):
    """Where an order's figures come from: the database, or the screen."""

    _inherit = "credit.checkpoint"

    @api.model
    def _figures(self, order_ids, day=None):
        """Return the figures of stored orders, in the order of their ids.

        :return: list of Figures
        """
        day = day or self.env["res.company"]._trade_day()
        orders = self.env["sale.order"].sudo().browse(order_ids)
        self.env.flush_all()
        self.env.cr.execute(self._figures_sql(orders, day))
        rows = self.env.cr.dictfetchall()
        touched = [row["id"] for row in rows if row["touched"]]
        parts = self.env["credit.exposure"]._order_parts(touched)
        levels = self._levels(rows)
        for row in rows:
            row |= parts.get(row["id"], {})
            steps = (row["parent_path"] or "").split("/")[:-1]
            row["chain"] = [levels[int(step)] for step in reversed(steps)]
        return [self._order_figures(row) for row in rows]

    def _levels(self, rows):
        """Return the debtors' files and those above them.

        :return: {file id: {"file", "name", "hold"}}
        """
        files = [
            (row["file_id"], row["file_name"], row["hold_reason"])
            for row in rows
            if row["file_id"]
        ]
        paths = {row["parent_path"] for row in rows if row["file_id"]}
        above = {int(step) for path in paths for step in path.split("/")[:-2]}
        if above:
            self.env.cr.execute(
                SQL(
                    """SELECT id, partner_name, hold_reason FROM credit_file
                        WHERE id = ANY(%s)""",
                    list(above),
                )
            )
            files += self.env.cr.fetchall()
        return {
            file_id: {"file": file_id, "name": name, "hold": hold or ""}
            for file_id, name, hold in files
        }

    @api.model
    def _preview(self, order, day=None):
        """Return the figures of a quotation as it stands on the screen, unsaved
        changes included.

        :return: Figures
        """
        day = day or self.env["res.company"]._trade_day()
        root = order.company_id.sudo().root_id
        debtor = order.partner_invoice_id.commercial_partner_id._origin
        customer = order.partner_id.commercial_partner_id._origin
        files = {
            file.partner_id: file
            for file in self.env["credit.file"].search(
                [
                    ("partner_id", "in", (debtor | customer).ids),
                    ("company_id", "=", root.id),
                ]
            )
        }
        file = files.get(debtor, self.env["credit.file"])
        policy = file.policy_id or root.credit_default_policy_id
        version = self.env["credit.policy.version"].search(
            [("policy_id", "=", policy.id)], limit=1
        )
        factor = self._factor(root, order.currency_id, day)
        paid = sum(
            tx.amount
            for tx in order._origin.transaction_ids
            if tx.state in ("authorized", "done")
        )
        row = {
            "id": None,
            "root_id": root.id,
            "debtor_id": debtor.id,
            "customer_id": customer.id,
            "amount_total": order.amount_total,
            "factor": factor,
            "ordered": order.amount_total,
            "prepaid": paid,
            "paid": paid,
            "need": order.amount_total,
            "immediate": order._credit_is_immediate(),
            "counts": False,
            "chain": [level._as_level() for level in file._upwards()],
            "ordered_by": files[customer]._as_level()
            if customer != debtor and customer in files
            else None,
            "version_id": version.id,
            "rules": version.rules,
            "currency": order.currency_id.name,
            "credit_without_file": root.credit_without_file,
        }
        return self._order_figures(row)

    def _factor(self, company, currency, day):
        self.env.cr.execute(
            SQL(
                "SELECT (%s)::float FROM res_company root WHERE id = %s",
                self.env["credit.exposure"]._factor_sql(SQL("%s", currency.id), day),
                company.id,
            )
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    def _order_figures(self, row):
        factor = row["factor"] or 0.0
        asked = (row["ordered"] - row["prepaid"]) * factor
        cash = ""
        if row["paid"] and row["paid"] >= row["amount_total"] - 0.005:
            cash = "prepaid"
        elif row["immediate"]:
            cash = "immediate"
        elif asked <= 0 and row["factor"]:
            cash = "nothing"
        return Figures(
            order=row["id"],
            company=row["root_id"],
            debtor=row["debtor_id"],
            customer=row["customer_id"],
            total=round(row["amount_total"] * factor, 6),
            order_total=row["amount_total"],
            asked=round(asked, 6),
            rate=factor,
            counted=asked if row["counts"] else 0.0,
            cash=cash,
            chain=tuple(row["chain"] or ()),
            ordered_by=row["ordered_by"],
            policy_version=row["version_id"],
            rules=tuple(row["rules"] or ()),
            missing=() if row["factor"] else (row["currency"],),
            without_file=row["credit_without_file"],
            decisions=tuple(row.get("decisions", ())),
            need=row["need"],
        )

    def _figures_sql(self, orders, day):
        """Return the statement for orders. What none of them has is left out of it:
        PostgreSQL would plan for it each time."""
        Exposure = self.env["credit.exposure"]
        root, never = orders.company_id.root_id, SQL("FALSE")
        confirmed = any(order.state == "sale" for order in orders)
        foreign = any(
            order.currency_id != order.company_id.root_id.currency_id
            for order in orders
        )
        apart = any(order.partner_id != order.partner_invoice_id for order in orders)
        debtor = SQL("debtor.commercial_partner_id")
        return SQL(
            """
            SELECT sale_order.id, root.id AS root_id, %(debtor)s AS debtor_id,
                   %(customer)s AS customer_id,
                   root.credit_without_file, sale_order.amount_total::float,
                   %(currency)s AS currency, (%(factor)s)::float AS factor,
                   %(counts)s AS counts,
                   -- what holds until somebody delivers, bills or pays online
                   GREATEST(0, sale_order.amount_total)::float AS ordered,
                   0.0::float AS prepaid, 0.0::float AS paid,
                   sale_order.amount_total::float AS need, %(touched)s AS touched,
                   root.credit_immediate_is_cash AND %(immediate)s AS immediate,
                   file.id AS file_id, file.partner_name AS file_name,
                   file.parent_path, file.hold_reason, %(ordered_by)s AS ordered_by,
                   version.id AS version_id, version.rules,
                   ARRAY(SELECT known.id FROM credit_decision known
                          WHERE known.order_id = sale_order.id
                            AND known.state = ANY(%(open)s)
                       ORDER BY known.id DESC) AS decisions
              FROM %(parties)s
              LEFT JOIN LATERAL (
                   SELECT id, rules FROM credit_policy_version
                    WHERE policy_id =
                        COALESCE(file.policy_id, root.credit_default_policy_id)
                 ORDER BY number DESC LIMIT 1) AS version ON TRUE
             WHERE sale_order.id = ANY(%(ids)s)
          ORDER BY sale_order.id
            """,
            parties=Exposure._parties_sql(root.id if len(root) == 1 else None, apart),
            debtor=debtor,
            customer=SQL("customer.commercial_partner_id") if apart else debtor,
            currency=self._currency_sql() if foreign else SQL("NULL"),
            factor=Exposure._factor_sql(SQL("sale_order.currency_id"), day)
            if foreign
            else SQL("1.0"),
            ordered_by=self._ordered_by_sql() if apart else SQL("NULL"),
            counts=Exposure._order_counts_sql() if confirmed else never,
            immediate=self._immediate_sql() if orders.payment_term_id else never,
            touched=Exposure._order_touched_sql(),
            ids=orders.ids,
            open=[*LIVE, "held"],
        )

    def _currency_sql(self):
        return SQL("(SELECT name FROM res_currency WHERE id = sale_order.currency_id)")

    def _immediate_sql(self):
        """Whether the order's payment term is due at once."""
        return SQL(
            """(SELECT bool_and(line.nb_days = 0 AND line.delay_type = 'days_after')
                  FROM account_payment_term_line line
                 WHERE line.payment_id = sale_order.payment_term_id)"""
        )

    def _ordered_by_sql(self):
        """The file of the customer, where another one is billed."""
        return SQL(
            """CASE WHEN customer.commercial_partner_id != debtor.commercial_partner_id
               THEN (SELECT json_build_object('file', own.id, 'name', own.partner_name,
                          'hold', COALESCE(own.hold_reason, ''))
                       FROM credit_file own
                      WHERE own.partner_id = customer.commercial_partner_id
                        AND own.company_id = root.id AND own.active) END"""
        )
