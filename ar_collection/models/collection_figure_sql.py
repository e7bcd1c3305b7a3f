from odoo import api, models
from odoo.tools import SQL


class CollectionFigure(models.Model):
    """What was owed at the end of a day, from the books as they are now.

    Everything that tells of a past day asks here: figures, ageing, provisions.
    """

    _inherit = "collection.figure"

    @api.model
    def _standing_sql(self, company, days):
        """Return what each receivable line came to at the end of days.

        A match counts from its date on. What is matched with nothing is taken off the
        customer's oldest items first; of credits, the oldest are used up first. So a
        customer has items left or credits, never both.

        :param company: a root company; its branches' books count
        :param days: list of dates
        :return: SQL of rows (day, id, partner_id: a commercial entity, date_due, open:
            as matched, net: what is left; company currency, credits are negative),
            without lines that were settled
        """
        return SQL(
            """
            WITH day AS MATERIALIZED (SELECT unnest(%(days)s::date[]) AS day),
                 line AS MATERIALIZED (%(lines)s),
                 match AS MATERIALIZED (
                 SELECT line.id, line.settled, side.amount, side.max_date
                   FROM line
                   JOIN (SELECT debit_move_id AS id, -amount AS amount, max_date
                           FROM account_partial_reconcile
                          UNION ALL
                         SELECT credit_move_id, amount, max_date
                           FROM account_partial_reconcile) AS side USING (id)),
                 matched AS MATERIALIZED (
                 SELECT day.day, match.id, SUM(match.amount) AS amount
                   FROM match
                   JOIN day ON match.max_date <= day.day
                    AND (match.settled > day.day OR match.settled IS NULL)
                  GROUP BY 1, 2),
                 standing AS MATERIALIZED (
                 SELECT day.day, line.id, line.partner_id, line.date_due,
                        line.balance + COALESCE(matched.amount, 0) AS open
                   FROM day
                   JOIN line ON line.date <= day.day
                    AND (line.settled > day.day OR line.settled IS NULL)
                   LEFT JOIN matched ON matched.day = day.day AND matched.id = line.id
                  WHERE line.balance + COALESCE(matched.amount, 0) != 0)
            SELECT day, id, partner_id, date_due, open,
                   CASE WHEN open > 0 THEN GREATEST(0, LEAST(open,
                             SUM(open) OVER run
                             + COALESCE(SUM(open) FILTER (WHERE open < 0)
                                        OVER customer, 0)))
                        ELSE LEAST(0, GREATEST(open,
                             SUM(open) OVER run
                             + COALESCE(SUM(open) FILTER (WHERE open > 0)
                                        OVER customer, 0)))
                        END AS net
              FROM standing
            WINDOW customer AS (PARTITION BY day, partner_id),
                   run AS (PARTITION BY day, partner_id, open > 0
                           ORDER BY date_due, id ROWS UNBOUNDED PRECEDING)
            """,
            days=sorted(days),
            lines=self._lines_sql(company, min(days), max(days)),
        )

    def _lines_sql(self, company, first, last):
        """Receivable lines up to the last day, with the day of the last match of those
        that are settled; but what was settled by the first day.

        Open ones and those that were matched later: PostgreSQL finds either by an
        index, which it could not with an OR.
        """
        items = self.env["collection.item"]
        return SQL(
            """
            SELECT line.id, partner.commercial_partner_id AS partner_id, line.date,
                   COALESCE(line.date_maturity, line.date) AS date_due, line.balance,
                   line.settled
              FROM (SELECT *, NULL::date AS settled FROM account_move_line
                     WHERE reconciled IS NOT TRUE
                     UNION ALL
                    SELECT line.*, later.settled FROM account_move_line AS line
                      JOIN (SELECT id, MAX(max_date) AS settled
                              FROM (SELECT debit_move_id AS id, max_date
                                      FROM account_partial_reconcile
                                     WHERE max_date > %(first)s
                                     UNION ALL
                                    SELECT credit_move_id, max_date
                                      FROM account_partial_reconcile
                                     WHERE max_date > %(first)s) AS side
                             GROUP BY id) AS later USING (id)
                     WHERE line.reconciled) AS line
              JOIN res_partner AS partner ON partner.id = line.partner_id
             WHERE line.parent_state = 'posted' AND line.date <= %(last)s
               AND line.account_id = ANY(ARRAY(%(accounts)s))
               AND line.company_id = ANY(ARRAY(%(branches)s))
            """,
            first=first,
            last=last,
            accounts=items._accounts_sql(),
            branches=items._branches_sql(company),
        )

    def _bases_sql(self, company, back, days):
        """Return a row for each month from ``back`` on: last day, opening and closing
        receivables, what of them is not past due, credit sales, and what the days of
        the month add up to less than if all had been like the last.

        :param date back: the first day of the first month
        :param days: ends of months, without gap, for which balances are wanted: the
            first one only as an opening. Other months have sales only.
        """
        return SQL(
            """
            WITH standing AS MATERIALIZED (%(standing)s),
                 total AS (
                 SELECT day, SUM(net) AS owed,
                        SUM(CASE WHEN net > 0 AND date_due < day THEN net ELSE 0 END)
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
            standing=self._standing_sql(company, days),
            booked=self._booked_sql(company, back, days[-1]),
            back=back,
            last=days[-1],
        )

    def _booked_sql(self, company, first, last):
        """What months added to the receivables: credit sales, and each amount times the
        days of the month for which it did not stand yet."""
        items = self.env["collection.item"]
        return SQL(
            """
            SELECT date_trunc('month', line.date)::date AS first,
                   SUM(line.balance) FILTER (
                       WHERE move.move_type IN ('out_invoice', 'out_refund')) AS sales,
                   SUM(line.balance * (line.date
                       - date_trunc('month', line.date)::date)) AS waited
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE line.parent_state = 'posted' AND line.partner_id IS NOT NULL
               AND line.date BETWEEN %(first)s AND %(last)s
               AND line.account_id = ANY(ARRAY(%(accounts)s))
               AND line.company_id = ANY(ARRAY(%(branches)s))
             GROUP BY 1
            """,
            first=first,
            last=last,
            accounts=items._accounts_sql(),
            branches=items._branches_sql(company),
        )
