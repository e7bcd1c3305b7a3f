from odoo import api, models
from odoo.tools import SQL


class TradeReceivable(models.AbstractModel):
    """Allocation of credits (payments, credit notes) to open items, the oldest first.

    A credit that is matched with nothing pays the item that fell due first, whatever
    the order of ids or entries; what :meth:`_last_sql` names, after all others.
    """

    _inherit = "trade.receivable"

    @api.model
    def _net_sql(self, whose, days):
        """Return what is open at the end of days, and what is left of each item once
        what the customer gave is taken off what it owes.

        :return: SQL of the rows of :meth:`_open_sql` with ``net``: of a customer's
            items only such of one sign are not 0
        """
        return SQL(
            "WITH %s SELECT * FROM net_item",
            SQL(", ").join(
                [*self._open_ctes(whose, days), *self._net_ctes(SQL("open_item"))]
            ),
        )

    @api.model
    def _net_ctes(self, source, keys=("day", "partner_id"), day=None):
        """Return the tables that take credits off items; ``net_item`` is the one to
        read.

        :param SQL source: a table with the columns of :meth:`_open_sql`
        :param keys: the columns that say which items are of one customer
        :param date day: of all items, where the table has no column for it
        :return: list of SQL
        """
        keys = SQL(", ").join(SQL.identifier(key) for key in keys)
        return [
            SQL("both_sides AS MATERIALIZED (%s)", self._both_sides_sql(source, keys)),
            SQL("net_item AS (%s)", self._oldest_first_sql(source, keys, day)),
        ]

    @api.model
    def _last_sql(self, line, day):
        """Return which items credits are taken off last: none. Extend to add some.

        :param SQL line: the id of the item's line
        :param SQL day: as of which they are
        :return: SQL of a condition
        """
        return SQL("FALSE")

    def _both_sides_sql(self, source, keys):
        """Return the customers who owe and gave. What is nobody's is set off with
        nothing: nobody knows whose it is."""
        # Few gave anything: what the others owe need not be added up
        return SQL(
            """SELECT %(keys)s, SUM(amount) AS owed, given
                 FROM %(source)s
                 JOIN (SELECT %(keys)s, -SUM(amount) AS given FROM %(source)s
                        WHERE amount < 0 AND partner_id IS NOT NULL
                        GROUP BY %(keys)s) AS gave USING (%(keys)s)
                WHERE amount > 0 GROUP BY %(keys)s, given""",
            keys=keys,
            source=source,
        )

    def _oldest_first_sql(self, source, keys, day):
        """Return the items in the order in which they are set off: the oldest first,
        what is owed by its due date, what was given by its own.

        Where nothing is to be last, PostgreSQL drops that constant from the order.

        Nearly all customers have items of one sign: theirs are left as they are.

        :return: SQL of the rows of the source with ``upto``, the sum of its side up to
            the item, ``opposite``, the sum of the other side, both positive, and
            ``net``, what is left of it
        """
        return SQL(
            """SELECT %(source)s.*, NULL::numeric AS upto, 0::numeric AS opposite,
                      amount AS net
                 FROM %(source)s LEFT JOIN both_sides USING (%(keys)s)
                WHERE both_sides.owed IS NULL
                UNION ALL
               SELECT queued.*, SIGN(amount) * GREATEST(0, LEAST(
                          ABS(amount), upto - opposite))
                 FROM (
               SELECT %(source)s.*,
                      SUM(ABS(amount)) OVER (
                          PARTITION BY %(keys)s, amount > 0
                          ORDER BY amount > 0 AND %(last)s,
                                   CASE WHEN amount > 0 THEN due ELSE date END,
                                   line_id, payment_id ROWS UNBOUNDED PRECEDING)
                          AS upto,
                      CASE WHEN amount > 0 THEN both_sides.given
                           ELSE both_sides.owed END AS opposite
                 FROM %(source)s JOIN both_sides USING (%(keys)s)) AS queued""",
            source=source,
            keys=keys,
            last=self._last_sql(
                SQL("%s.line_id", source),
                SQL("%s::date", day) if day else SQL("%s.day", source),
            ),
        )
