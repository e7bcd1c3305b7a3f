from odoo import models
from odoo.tools import SQL


class CollectionFigure(models.Model):
    """What the figures of months are computed from, as the books are now."""

    _inherit = "collection.figure"

    def _bases_sql(self, company, back, days):
        """Return a row for each month from ``back`` on: last day, opening and closing
        receivables, what of them is not past due, credit sales, and what the days of
        the month add up to less than if all had been like the last.

        :param date back: the first day of the first month
        :param days: ends of months, without gap, for which balances are wanted: the
            first one only as an opening. Other months have sales only.
        """
        reader = self.env["trade.receivable"]
        return SQL(
            """
            WITH standing AS MATERIALIZED (%(standing)s),
                 total AS (
                 SELECT day, SUM(net) AS owed,
                        SUM(CASE WHEN net > 0 AND due < day THEN net ELSE 0 END)
                            AS late
                   FROM standing GROUP BY day),
                 booked AS (%(booked)s)
            SELECT month.last, COALESCE(before.owed, 0), COALESCE(total.owed, 0),
                   COALESCE(total.owed - total.late, 0), COALESCE(booked.sales, 0),
                   COALESCE(booked.waited, 0)
              FROM (SELECT start::date AS first, (start + INTERVAL '1 month'
                           - INTERVAL '1 day')::date AS last
                      FROM generate_series(%(back)s::date, %(last)s::date,
                                           INTERVAL '1 month') AS start) AS month
              LEFT JOIN total ON total.day = month.last
              LEFT JOIN total AS before ON before.day = month.first - 1
              LEFT JOIN booked ON booked.first = month.first
             ORDER BY month.last
            """,
            standing=reader._net_sql(reader._of_company(company), days),
            booked=self._booked_sql(company, back, days[-1]),
            back=back,
            last=days[-1],
        )

    def _booked_sql(self, company, first, last):
        """What months added to the receivables: credit sales, and each amount times the
        days of the month for which it did not stand yet."""
        reader = self.env["trade.receivable"]
        return SQL(
            """
            SELECT date_trunc('month', line.date)::date AS first,
                   SUM(line.balance) FILTER (
                       WHERE move.move_type IN ('out_invoice', 'out_refund')) AS sales,
                   SUM(line.balance * (line.date
                       - date_trunc('month', line.date)::date)) AS waited
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE %(scope)s AND line.date BETWEEN %(first)s AND %(last)s
             GROUP BY 1
            """,
            first=first,
            last=last,
            scope=reader._scope_sql(reader._of_company(company)),
        )
