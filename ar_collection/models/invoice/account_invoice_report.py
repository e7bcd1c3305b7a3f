from odoo import api, fields, models
from odoo.tools import SQL

from ...groups import USER
from .account_move import READERS

# Averages, each with the amount by which it is weighted
AVERAGES = {
    "collection_days_late": "collection_overdue",
    "collection_days_to_pay": "collection_paid",
}


class AccountInvoiceReport(models.Model):
    """Invoices by how far their collection is; what of them is open and late, and after
    how many days the rest was paid.

    There is a row for each line of an invoice: an amount of the invoice is shared out
    by the lines' totals, to the cent.
    """

    _inherit = "account.invoice.report"

    collection_stage_id = fields.Many2one(
        "collection.stage", readonly=True, groups=USER
    )
    collection_open = fields.Float("Open", readonly=True, groups=READERS)
    collection_overdue = fields.Float("Overdue", readonly=True, groups=READERS)
    collection_paid = fields.Float(
        "Paid",
        readonly=True,
        groups=READERS,
        help="With what unmatched payments cover, the oldest items first; without "
        "credit notes.",
    )
    collection_days_late = fields.Float(
        "Days Late",
        readonly=True,
        aggregator="avg",
        groups=READERS,
        help="Of what is overdue, from the due date to today; an average weighted by "
        "the overdue amounts.",
    )
    collection_days_to_pay = fields.Float(
        "Days Until Paid",
        readonly=True,
        aggregator="avg",
        groups=READERS,
        help="From the invoice's date to the day of the payment, of what is paid: an "
        "average weighted by the amounts. Credit notes pay nothing.",
    )

    @api.model
    def _select(self):
        Move = self.env["account.move"]
        return SQL(
            """%s, %s AS collection_stage_id,
               collection_owed.open * account_currency_table.rate AS collection_open,
               collection_owed.overdue * account_currency_table.rate
                   AS collection_overdue,
               collection_owed.days AS collection_days_late,
               collection_given.paid * account_currency_table.rate AS collection_paid,
               collection_given.days AS collection_days_to_pay""",
            super()._select(),
            Move._shown_sql("collection_stage_id", "move"),
        )

    @api.model
    def _from(self):
        """Both tables have one row for a line and say so: PostgreSQL leaves out what a
        question does not ask for."""
        return SQL(
            """%s LEFT JOIN (%s) AS collection_owed ON collection_owed.line_id = line.id
               LEFT JOIN (%s) AS collection_given ON collection_given.line_id = line.id
            """,
            super()._from(),
            self._collection_shared_sql(
                SQL(
                    """SELECT key AS move_id, open, overdue, late_days / overdue AS days
                         FROM (%s) AS owed""",
                    self.env["trade.open.item"]._sums_sql("move_id"),
                ),
                ("open", "overdue"),
            ),
            self._collection_shared_sql(
                self.env["trade.settlement"]._paid_of_moves_sql(), ("paid",)
            ),
        )

    def _collection_shared_sql(self, moves, amounts):
        """Return amounts of invoices, shared out over their lines by the lines' totals.

        The shares up to a line are rounded, so that all of them make the amount. Lines
        that come to nothing together leave it to the first.

        :param SQL moves: rows (move_id, days, amounts)
        :param amounts: names of columns
        :return: SQL of rows (line_id, days, amounts)
        """
        shares = [
            SQL(
                """MIN(CASE WHEN whole = 0 THEN CASE WHEN place = 1 THEN %(amount)s END
                            ELSE ROUND(%(amount)s * upto / whole, digits)
                               - ROUND(%(amount)s * (upto - own) / whole, digits)
                       END) AS %(amount)s""",
                amount=SQL.identifier(amount),
            )
            for amount in amounts
        ]
        return SQL(
            """
            SELECT line_id, MIN(days) AS days, %(shares)s
              FROM (
            SELECT line.id AS line_id, moves.*, line.price_total AS own,
                   currency.decimal_places AS digits,
                   SUM(line.price_total) OVER whole AS whole,
                   SUM(line.price_total) OVER upto AS upto,
                   ROW_NUMBER() OVER upto AS place
              FROM (%(moves)s) AS moves
              JOIN account_move_line AS line
                ON line.move_id = moves.move_id AND line.display_type = 'product'
               AND line.account_id IS NOT NULL
              JOIN res_currency AS currency ON currency.id = line.company_currency_id
            WINDOW whole AS (PARTITION BY line.move_id),
                   upto AS (PARTITION BY line.move_id ORDER BY line.id)) AS shared
             GROUP BY line_id
            """,
            shares=SQL(", ").join(shares),
            moves=moves,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Weight averages by the amounts that they are about."""
        name = aggregate_spec.removesuffix(":avg")
        if name == aggregate_spec or name not in AVERAGES:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%(days)s * %(amount)s) / NULLIF(SUM(%(amount)s), 0)",
            days=self._field_to_sql(self._table, name, query),
            amount=self._field_to_sql(self._table, AVERAGES[name], query),
        )
