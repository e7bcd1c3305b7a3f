from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.receivable.trade_receivable import Whose

from .credit_exposure import BESIDE, MEMO, OWED, SUMMED, Standing


class Debtor(NamedTuple):
    """The partners (ids) of one file, and the branches of its company."""

    file_id: int
    currency_id: int
    partner_ids: list
    company_ids: list


class CreditExposure(models.AbstractModel):
    """The exposure of a single file, asked for while an order waits.

    The statement for any number of files names thirty tables, and PostgreSQL plans it
    anew each time: that takes ten times as long as to answer it for one customer. Here
    its partners are known, so that flat statements do, and orders that are half billed
    are only looked at where there are any. The rules of what counts serve both.
    """

    _inherit = "credit.exposure"

    def _standing_alone(self, file_id, day, floor, kinds):
        """:return: Standing; ``None`` where only the statement for many can tell: of a
        group of companies, and of who owes in other currencies"""
        whose = self._whose(file_id)
        row = whose and self._sums_alone(whose, day, floor, kinds)
        money = (row and row["money"]) or ()
        if not whose or any(each["currency_id"] != whose.currency_id for each in money):
            return None
        parts = dict.fromkeys(SUMMED + MEMO, 0.0) | self._money_alone(money)
        parts |= {name: row[name] for name in row.keys() & parts.keys()}
        return Standing(
            parts,
            parts,
            row["limit_amount"],
            row["oldest_due"],
            floor_due=row["floor_due"],
        )

    def _whose(self, file_id):
        rows = self.env.execute_query(
            SQL(
                """SELECT file.id, root.currency_id,
                          ARRAY(SELECT id FROM res_partner
                                 WHERE commercial_partner_id = file.partner_id),
                          ARRAY(SELECT id FROM res_company
                                 WHERE parent_path LIKE root.parent_path || '%%')
                     FROM credit_file file JOIN res_company root
                       ON root.id = file.company_id
                    WHERE file.id = %s AND NOT EXISTS (
                          SELECT FROM credit_file WHERE parent_id = file.id)""",
                file_id,
            )
        )
        return Debtor(*rows[0]) if rows else None

    def _sums_alone(self, whose, day, floor, kinds):
        """:return: a dict: what is owed and late, the limit, and ``money``, a list"""
        limits = self.env["credit.limit"]._in_force_sql
        reader = self.env["trade.receivable"]
        books = Whose(
            SQL("= ANY(%s)", whose.company_ids), SQL("= ANY(%s)", whose.partner_ids)
        )
        return self.env.execute_query_dict(
            SQL(
                """
                WITH %(items)s
                SELECT %(sums)s, %(beside_sums)s, owed.oldest_due, owed.floor_due,
                       COALESCE((SELECT SUM(amount) FROM (%(come)s) AS come), 0)::float
                           AS to_come,
                       granted.amount::float AS limit_amount,
                       (SELECT json_agg(each) FROM (%(money)s) AS each) AS money
                  FROM (SELECT %(file)s AS file_id) AS asked
                  LEFT JOIN (%(owed)s) AS owed USING (file_id)
                  LEFT JOIN (%(beside)s) AS beside USING (file_id)
                  LEFT JOIN (%(granted)s) AS granted USING (file_id)
                """,
                items=SQL(", ").join(self._item_ctes(books, day, whose.file_id)),
                sums=self._columns_sql("owed", OWED),
                beside_sums=self._columns_sql("beside", BESIDE),
                beside=self._beside_sql(books, day, kinds, whose.file_id),
                come=reader._to_come_sql(books, day),
                money=self._money_alone_sql(whose, day),
                file=whose.file_id,
                owed=self._owed_sql(day, floor),
                granted=limits(day, SQL("file_id = %s", whose.file_id)),
            )
        )[0]

    def _money_alone_sql(self, whose, day):
        """Drafts and orders of one file by currency: orders that spend their total,
        and the ids of those that may spend something else."""
        return SQL(
            """SELECT move.currency_id, SUM(move.amount_total) AS draft,
                      0 AS ordered, NULL::int[] AS touched
                 FROM account_move move
                WHERE move.partner_id = ANY(%(partners)s)
                  AND move.company_id = ANY(%(companies)s) AND %(draft_counts)s
             GROUP BY 1
                UNION ALL
               SELECT currency_id, 0,
                      SUM(GREATEST(0, amount_total)) FILTER (WHERE NOT touched),
                      array_agg(id) FILTER (WHERE touched)
                 FROM (SELECT id, currency_id, amount_total, %(touched)s AS touched
                         FROM sale_order WHERE %(theirs)s AND %(order_open)s
                        UNION ALL
                       SELECT DISTINCT sale_order.id, sale_order.currency_id, 0, TRUE
                         FROM sale_order
                         JOIN sale_order_transaction_rel rel
                           ON rel.sale_order_id = sale_order.id
                         JOIN payment_transaction tx ON tx.id = rel.transaction_id
                        WHERE %(theirs)s AND sale_order.state = 'sale'
                          AND sale_order.invoice_status = 'invoiced'
                          AND %(transaction_counts)s) AS counted
             GROUP BY 1""",
            theirs=SQL(
                """sale_order.partner_invoice_id = ANY(%s)
                   AND sale_order.company_id = ANY(%s)""",
                whose.partner_ids,
                whose.company_ids,
            ),
            partners=whose.partner_ids,
            companies=whose.company_ids,
            draft_counts=self._draft_counts_sql(day),
            order_open=self._order_open_sql(),
            transaction_counts=self._transaction_counts_sql(),
            touched=self._order_touched_sql(),
        )

    def _money_alone(self, rows):
        """:return: {part: amount} of drafts and orders, all in company currency"""
        touched = [order_id for row in rows for order_id in row["touched"] or ()]
        parts = self._order_parts(touched).values()
        return {
            "draft": sum((row["draft"] for row in rows), 0.0),
            "ordered": sum((row["ordered"] or 0.0 for row in rows), 0.0)
            + sum(part["ordered"] for part in parts),
            "delivered": sum(
                (min(part["ordered"], part["delivered"]) for part in parts), 0.0
            ),
            "prepaid": 0.0 - sum(part["prepaid"] for part in parts),
        }
