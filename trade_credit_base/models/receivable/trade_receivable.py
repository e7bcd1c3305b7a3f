from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Whose(NamedTuple):
    """Whose books are read: conditions as they follow a column's name.

    ``companies`` follows the company of an entry, ``partners`` its partner (a contact
    or the customer itself); without it everybody counts, and what is nobody's.
    """

    companies: SQL
    partners: SQL | None = None


class TradeReceivable(models.AbstractModel):
    """What customers owe on any day, item by item: the one reader of the books.

    Exposure, items, ageing, statements, letters, figures, accounts and ratings ask it
    and nobody else. What it says of a day:

    - posted entries on trade receivable accounts, up to that day; accounts marked
      ``non_trade`` are no trade receivables,
    - less what was matched with them by that day. A match counts from its later entry
      on: a payment dated later is no money yet. A difference of exchange counts from
      the match that it arose from, whenever Odoo dates its entry; a match with an entry
      that was set back to draft does not count,
    - payments without an entry, which wait for the bank, in both directions,
    - items without a partner are nobody's, and counted.

    So the items of all customers and of nobody add up to the balance of the trade
    receivable accounts, plus the exchange entries dated later that belong to matches of
    that day, less the payments without an entry.

    Everything is SQL, past record rules: what a customer owes does not depend on who
    looks.
    """

    _name = "trade.receivable"
    _description = "Receivable of a Day"

    # === WHOSE === #

    @api.model
    def _of_company(self, company, partners=None):
        """Return whose books a company's are: its own and those of its branches.

        :param company: a res.company; its head company is taken
        :param partners: commercial entities (records), to read theirs only
        :rtype: Whose
        """
        return Whose(
            SQL("= ANY(ARRAY(%s))", self._branches_sql(company)),
            None
            if partners is None
            else SQL(
                """= ANY(ARRAY(SELECT id FROM res_partner
                                WHERE commercial_partner_id = ANY(%s)))""",
                list(partners.ids),
            ),
        )

    @api.model
    def _branches_sql(self, company):
        """Return SQL of the ids of a head company and its branches."""
        return SQL(
            """SELECT id FROM res_company
                WHERE split_part(parent_path, '/', 1)::int = %s""",
            company.root_id.id,
        )

    @api.model
    def _accounts_sql(self):
        """Return SQL of the ids of the trade receivable accounts."""
        return SQL(
            """SELECT id FROM account_account
                WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE"""
        )

    def _scope_sql(self, whose):
        """Return the condition on ``line``: posted receivables of whose books."""
        return SQL(
            """line.parent_state = 'posted' AND line.account_id = ANY(ARRAY(%s))
               AND line.company_id %s AND %s""",
            self._accounts_sql(),
            whose.companies,
            self._partner_sql(SQL("line.partner_id"), whose),
        )

    def _partner_sql(self, column, whose):
        return SQL("%s %s", column, whose.partners) if whose.partners else SQL("TRUE")

    # === WHAT IS OPEN === #

    @api.model
    def _open_sql(self, whose, days):
        """Return what is open at the end of days, item by item.

        :param Whose whose: whose books
        :param days: list of dates, past, today or to come
        :return: SQL of rows (day, line_id, payment_id, move_id, number, partner_id,
            company_id, date, due, booked, booked_currency, amount, amount_currency,
            currency_id). ``line_id`` is the journal item, or ``payment_id`` the payment
            without an entry; ``partner_id`` the commercial entity, NULL for nobody's;
            ``company_id`` a branch. What was ``booked`` and the ``amount`` that is open
            of it are in company currency, what is owed positive; rows of nothing are
            left out
        """
        return SQL(
            "WITH %s SELECT * FROM open_item",
            SQL(", ").join(self._open_ctes(whose, days)),
        )

    @api.model
    def _open_ctes(self, whose, days):
        """Return :meth:`_open_sql` as tables of a statement; ``open_item`` is the one
        to read.

        :return: list of SQL
        """
        return [
            SQL(
                "later_match AS MATERIALIZED (%s)",
                self._later_matches_sql(whose, min(days)),
            ),
            SQL(
                "book_line AS MATERIALIZED (%s)", self._book_lines_sql(whose, max(days))
            ),
            SQL(
                "open_item AS MATERIALIZED (%s UNION ALL %s)",
                self._open_lines_sql(days),
                self._unbooked_sql(whose, days),
            ),
        ]

    def _later_matches_sql(self, whose, day):
        """Return what was matched after a day or with a draft: it is open on the day.

        :return: SQL of rows (line_id, amount, amount_currency, date from which it
            counts), a row for either side, signed as the residual of the side is
        """
        return SQL(
            """SELECT side.line_id, side.amount, side.amount_currency, known.date
                 FROM (%s) AS known
                CROSS JOIN LATERAL (VALUES
                      (known.debit_id, known.amount, known.debit_amount_currency),
                      (known.credit_id, -known.amount, -known.credit_amount_currency))
                      AS side (line_id, amount, amount_currency)
                WHERE known.date > %s""",
            self._matches_sql(
                SQL(
                    "match.id IN (%s UNION ALL %s)",
                    self._matched_after_sql(whose, day),
                    self._matched_with_drafts_sql(),
                )
            ),
            day,
        )

    def _matched_after_sql(self, whose, day):
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
        return SQL(
            """SELECT own.id FROM account_move_line AS line
                 JOIN account_partial_reconcile AS own ON own.debit_move_id = line.id
                WHERE own.max_date > %(day)s AND %(scope)s
                UNION ALL
               SELECT own.id FROM account_move_line AS line
                 JOIN account_partial_reconcile AS own ON own.credit_move_id = line.id
                WHERE own.max_date > %(day)s AND %(scope)s""",
            day=day,
            scope=self._scope_sql(whose),
        )

    @api.model
    def _matched_with_drafts_sql(self):
        """Return SQL of the ids of matches with entries that were set back to draft."""
        draft = SQL(
            "draft.parent_state = 'draft' AND draft.matching_number IS NOT NULL"
        )
        return SQL(
            """SELECT own.id FROM account_move_line AS draft
                 JOIN account_partial_reconcile AS own ON own.debit_move_id = draft.id
                WHERE %(draft)s
                UNION ALL
               SELECT own.id FROM account_move_line AS draft
                 JOIN account_partial_reconcile AS own ON own.credit_move_id = draft.id
                WHERE %(draft)s""",
            draft=draft,
        )

    @api.model
    def _matches_sql(self, which):
        """Return which items were matched, and from which day on that counts.

        :param SQL which: a condition on ``match``, a partial reconciliation
        :return: SQL of rows (id, debit_id, credit_id, amount, debit_amount_currency,
            credit_amount_currency, is_exchange, date), amounts positive; the date is
            infinite where one side is a draft
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
                      match.credit_move_id AS credit_id, match.amount,
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

    def _book_lines_sql(self, whose, last):
        """Return the lines that may be open on one of the days: those that are not
        settled, and those of later matches. An index finds either, not both at once."""
        columns = SQL(
            """SELECT line.id, line.move_id, line.move_name, line.partner_id,
                      line.company_id, line.date,
                      COALESCE(line.date_maturity, line.date) AS due, line.balance,
                      line.amount_currency, line.currency_id, line.amount_residual,
                      line.amount_residual_currency
                 FROM account_move_line AS line"""
        )
        return SQL(
            """%(columns)s WHERE line.reconciled IS NOT TRUE AND %(scope)s
                  AND line.date <= %(last)s
                UNION ALL
               %(columns)s WHERE line.reconciled AND %(scope)s AND line.date <= %(last)s
                  AND line.id IN (SELECT line_id FROM later_match)""",
            columns=columns,
            scope=self._scope_sql(whose),
            last=last,
        )

    def _open_lines_sql(self, days):
        return SQL(
            """SELECT day.day, line.id AS line_id, NULL::int AS payment_id,
                      line.move_id, line.move_name AS number,
                      partner.commercial_partner_id AS partner_id, line.company_id,
                      line.date, line.due, line.balance AS booked,
                      line.amount_currency AS booked_currency,
                      line.amount_residual + COALESCE(later.amount, 0) AS amount,
                      line.amount_residual_currency
                          + COALESCE(later.amount_currency, 0) AS amount_currency,
                      line.currency_id
                 FROM %(days)s
                 JOIN book_line AS line ON line.date <= day.day
                 LEFT JOIN res_partner AS partner ON partner.id = line.partner_id
                 LEFT JOIN (
                      SELECT day.day, line.id, SUM(later_match.amount) AS amount,
                             SUM(later_match.amount_currency) AS amount_currency
                        FROM later_match
                        JOIN book_line AS line ON line.id = later_match.line_id
                        JOIN %(days)s
                          ON day.day >= line.date AND day.day < later_match.date
                       GROUP BY 1, 2) AS later
                   ON later.id = line.id AND later.day = day.day
                WHERE line.amount_residual + COALESCE(later.amount, 0) != 0""",
            days=self._days_sql(days),
        )

    def _unbooked_sql(self, whose, days):
        """Return the payments that wait for the bank without an entry of their own. A
        customer who has paid has paid, whether or not anybody has read the statement
        yet; money paid back is owed again."""
        return SQL(
            """SELECT day.day, NULL::int AS line_id, payment.id AS payment_id,
                      NULL::int AS move_id, payment.name AS number,
                      partner.commercial_partner_id AS partner_id, payment.company_id,
                      payment.date, payment.date AS due, amount.own AS booked,
                      amount.foreign_own AS booked_currency, amount.own AS amount,
                      amount.foreign_own AS amount_currency, payment.currency_id
                 FROM %(days)s
                 JOIN account_payment AS payment ON payment.date <= day.day
                CROSS JOIN LATERAL (
                      SELECT -payment.amount_company_currency_signed AS own,
                             CASE payment.payment_type WHEN 'inbound'
                                  THEN -payment.amount ELSE payment.amount END
                                 AS foreign_own) AS amount
                 LEFT JOIN res_partner AS partner ON partner.id = payment.partner_id
                WHERE payment.partner_type = 'customer' AND payment.move_id IS NULL
                  AND payment.state IN ('in_process', 'paid')
                  AND payment.is_matched IS NOT TRUE AND amount.own != 0
                  AND (payment.destination_account_id IS NULL
                       OR payment.destination_account_id = ANY(ARRAY(%(accounts)s)))
                  AND payment.company_id %(companies)s AND %(partners)s""",
            days=self._days_sql(days),
            accounts=self._accounts_sql(),
            companies=whose.companies,
            partners=self._partner_sql(SQL("payment.partner_id"), whose),
        )

    def _days_sql(self, days):
        return SQL("unnest(%s::date[]) AS day (day)", sorted(days))

    # === WHAT IS LEFT === #

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
    def _net_ctes(self, source, keys=("day", "partner_id")):
        """Return the tables that take credits off items; ``net_item`` is the one to
        read, ``queued_item`` has what it stands on.

        :param SQL source: a table with the columns of :meth:`_open_sql`
        :param keys: the columns that say which items are of one customer
        :return: list of SQL
        """
        keys = SQL(", ").join(SQL.identifier(key) for key in keys)
        return [
            SQL("both_sides AS MATERIALIZED (%s)", self._both_sides_sql(source, keys)),
            SQL("queued_item AS MATERIALIZED (%s)", self._queue_sql(source, keys)),
            SQL(
                """net_item AS (
                SELECT queued_item.*, SIGN(amount) * GREATEST(0, LEAST(
                           ABS(amount), upto - opposite)) AS net
                  FROM queued_item)"""
            ),
        ]

    def _both_sides_sql(self, source, keys):
        """Return the customers who owe and gave. What is nobody's is set off with
        nothing: nobody knows whose it is."""
        return SQL(
            """SELECT %(keys)s, SUM(amount) FILTER (WHERE amount > 0) AS owed,
                      -SUM(amount) FILTER (WHERE amount < 0) AS given
                 FROM %(source)s WHERE partner_id IS NOT NULL
                GROUP BY %(keys)s HAVING MIN(amount) < 0 AND MAX(amount) > 0""",
            keys=keys,
            source=source,
        )

    def _queue_sql(self, source, keys):
        """Return the items in the order in which they are set off: the oldest first,
        what is owed by its due date, what was given by its own.

        Nearly all customers have items of one sign: theirs are left as they are.

        :return: SQL of the rows of the source with ``upto``, the sum of its side up to
            the item, and ``opposite``, the sum of the other side; both positive
        """
        return SQL(
            """SELECT %(source)s.*, NULL::numeric AS upto, 0::numeric AS opposite
                 FROM %(source)s LEFT JOIN both_sides USING (%(keys)s)
                WHERE both_sides.owed IS NULL
                UNION ALL
               SELECT %(source)s.*,
                      SUM(ABS(amount)) OVER (
                          PARTITION BY %(keys)s, amount > 0
                          ORDER BY CASE WHEN amount > 0 THEN due ELSE date END,
                                   line_id, payment_id ROWS UNBOUNDED PRECEDING),
                      CASE WHEN amount > 0 THEN both_sides.given
                           ELSE both_sides.owed END
                 FROM %(source)s JOIN both_sides USING (%(keys)s)""",
            source=source,
            keys=keys,
        )

    # === WHAT IS TO COME === #

    @api.model
    def _to_come_sql(self, whose, day):
        """Return posted invoices that are dated after a day: nobody frees credit by
        moving a date. What a credit note dated later takes back is not to come.

        :return: SQL of rows (line_id, move_id, partner_id, company_id, amount in
            company currency)
        """
        return SQL(
            """SELECT line.id AS line_id, line.move_id,
                      partner.commercial_partner_id AS partner_id, line.company_id,
                      line.balance - COALESCE((
                          SELECT SUM(match.amount)
                            FROM account_partial_reconcile AS match
                            JOIN account_move_line AS credit
                              ON credit.id = match.credit_move_id
                            JOIN account_move AS note ON note.id = credit.move_id
                           WHERE match.debit_move_id = line.id
                             AND note.move_type = 'out_refund'
                             AND note.state = 'posted' AND note.date > %(day)s), 0)
                          AS amount
                 FROM account_move_line AS line
                 JOIN account_move AS move ON move.id = line.move_id
                 JOIN res_partner AS partner ON partner.id = line.partner_id
                WHERE %(scope)s AND line.date > %(day)s
                  AND move.move_type IN ('out_invoice', 'out_receipt')""",
            scope=self._scope_sql(whose),
            day=day,
        )


class AccountPartialReconcile(models.Model):
    """What was matched after a day is found at once."""

    _inherit = "account.partial.reconcile"

    _trade_max_date_idx = models.Index("(max_date)")


class AccountMoveLine(models.Model):
    """Drafts that stay matched are few, and found at once."""

    _inherit = "account.move.line"

    _trade_matched_draft_idx = models.Index(
        "(id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL"
    )
