from odoo import api, fields, models
from odoo.tools import SQL


class TradeMatch(models.AbstractModel):
    """Matches of receivables with payments and credits, and the day they count from.

    A match counts from its later entry on: a payment dated later is no money yet. A
    difference of exchange counts from the match that it arose from, whenever Odoo dates
    its entry. A match with an entry that was set back to draft does not count.
    """

    _name = "trade.match"
    _description = "Match of Receivables"

    @api.model
    def _matches_sql(self, which):
        """Return which items were matched, and from which day on that counts.

        :param SQL which: a condition on ``match``, a partial reconciliation
        :return: SQL of rows (id, debit_id, debit_date, credit_id, credit_date, amount,
            debit_amount_currency, credit_amount_currency, is_exchange, date), amounts
            positive; the date is infinite where one side is a draft
        """
        # An exchange entry is made by no invoice, payment or statement. Of several
        # matches of an item Odoo may name another one than it arose from: before the
        # other side is booked there is no difference.
        arose = """CASE WHEN %(side)s.display_type != 'payment_term'
                         AND %(side)s.payment_id IS NULL
                         AND %(side)s.statement_line_id IS NULL
                   THEN (SELECT GREATEST(MIN(own.max_date), %(other)s.date)
                           FROM account_partial_reconcile AS own
                          WHERE own.exchange_move_id = %(side)s.move_id
                         HAVING MIN(own.max_date) IS NOT NULL) END"""
        return SQL(
            """SELECT match.id, match.debit_move_id AS debit_id,
                      debit.date AS debit_date, match.credit_move_id AS credit_id,
                      credit.date AS credit_date, match.amount,
                      match.debit_amount_currency, match.credit_amount_currency,
                      arose.date IS NOT NULL AS is_exchange,
                      CASE WHEN debit.parent_state != 'posted'
                             OR credit.parent_state != 'posted' THEN 'infinity'
                           ELSE COALESCE(arose.date, match.max_date) END AS date
                 FROM account_partial_reconcile AS match
                 JOIN account_move_line AS debit ON debit.id = match.debit_move_id
                 JOIN account_move_line AS credit ON credit.id = match.credit_move_id
                CROSS JOIN LATERAL (SELECT COALESCE(%s, %s) AS date) AS arose
                WHERE %s""",
            SQL(arose % {"side": "debit", "other": "credit"}),
            SQL(arose % {"side": "credit", "other": "debit"}),
            which,
        )

    @api.model
    def _later_sql(self, whose, day):
        """Return what was matched after a day or with a draft: it is open on the day.

        :return: SQL of rows (line_id, since: its own date, amount, amount_currency,
            date from which the match counts), a row for either side, signed as the
            residual of the side is
        """
        return SQL(
            """SELECT side.*, known.date
                 FROM (%s) AS known
                CROSS JOIN LATERAL (VALUES
                      (known.debit_id, known.debit_date, known.amount,
                       known.debit_amount_currency),
                      (known.credit_id, known.credit_date, -known.amount,
                       -known.credit_amount_currency))
                      AS side (line_id, since, amount, amount_currency)
                WHERE known.date > %s""",
            self._matches_sql(
                SQL(
                    "match.id IN (%s UNION ALL %s)",
                    self._after_sql(whose, day),
                    self._with_drafts_sql(),
                )
            ),
            day,
        )

    def _after_sql(self, whose, day):
        """Return SQL of the ids of matches of a later day.

        Of today and of everybody they are found by their day. Of some customers on a
        day long past, all that everybody paid since would be read: theirs are found by
        their items.
        """
        since = fields.Date.subtract(self.env["res.company"]._trade_day(), days=31)
        if not whose.partners or day >= since:
            return SQL(
                "SELECT id FROM account_partial_reconcile WHERE max_date > %s", day
            )
        return self._of_lines_sql(
            SQL(
                "own.max_date > %s AND %s",
                day,
                self.env["trade.receivable"]._scope_sql(whose),
            )
        )

    @api.model
    def _with_drafts_sql(self):
        """Return SQL of the ids of matches with entries that were set back to draft."""
        return self._of_lines_sql(
            SQL("line.parent_state = 'draft' AND line.matching_number IS NOT NULL")
        )

    def _of_lines_sql(self, which):
        """Return SQL of the ids of the matches of some items.

        :param SQL which: a condition on ``line``, an item, and ``own``, its match
        """
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT own.id FROM account_move_line AS line
                     JOIN account_partial_reconcile AS own ON own.%s = line.id
                    WHERE %s""",
                SQL.identifier(side),
                which,
            )
            for side in ("debit_move_id", "credit_move_id")
        )
