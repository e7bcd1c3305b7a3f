from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Ledger(NamedTuple):
    """Accounts to read: conditions on ``line``, an entry's, and on ``payment``, one
    without an entry. ``balances`` tells whether some of them are not reconciled: what
    stands on such an account is what is open of it."""

    lines: SQL
    payments: SQL
    balances: bool = False


class Whose(NamedTuple):
    """The ledger to read: conditions as they follow a column's name.

    ``companies`` follows the company of an entry, ``partners`` its partner (a contact
    or the customer itself); without it everybody counts, and what is nobody's.
    ``ledger`` are other accounts than the trade receivables, see ``trade.beside``.
    """

    companies: SQL
    partners: SQL | None = None
    ledger: Ledger | None = None


class TradeReceivable(models.AbstractModel):
    """The open receivables of any day, item by item: the one reader of the ledger.

    Exposure, items, ageing, statements, letters, figures, accounts and ratings ask it
    and nobody else. On a day it counts:

    - posted entries on trade receivable accounts, up to that day; accounts marked
      ``non_trade`` are no trade receivables,
    - less what was matched with them by that day: see :class:`trade.match`,
    - payments without an entry, which wait for the bank, in both directions,
    - items without a partner are nobody's, and counted.

    So the items of all customers and of nobody add up to the balance of the trade
    receivable accounts, plus the exchange entries dated later that belong to matches of
    that day, less the payments without an entry.

    ``trade_receivable_allocation`` allocates credits to items, the oldest first.

    Everything is SQL, past record rules: what a customer owes does not depend on the
    user who looks.
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

    def _ledger(self, whose):
        """Return the accounts to read: the trade receivables, if no others are named.

        :rtype: Ledger
        """
        return whose.ledger or Ledger(
            SQL("line.account_id = ANY(ARRAY(%s))", self._accounts_sql()),
            SQL(
                """payment.partner_type = 'customer'
                   AND (payment.destination_account_id IS NULL
                        OR payment.destination_account_id = ANY(ARRAY(%s)))""",
                self._accounts_sql(),
            ),
        )

    def _scope_sql(self, whose):
        """Return the condition on ``line``: posted items of whose books."""
        return SQL(
            """line.parent_state = 'posted' AND %s
               AND line.company_id %s AND %s""",
            self._ledger(whose).lines,
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

        Nothing is MATERIALIZED that is read once: PostgreSQL would copy each row.

        :return: list of SQL
        """
        return [
            SQL(
                "later_match AS MATERIALIZED (%s)",
                self.env["trade.match"]._later_sql(whose, min(days)),
            ),
            SQL("book_line AS (%s)", self._book_lines_sql(whose, max(days))),
            SQL(
                "open_item AS (%s UNION ALL %s)",
                self._open_lines_sql(days),
                self._unbooked_sql(whose, days),
            ),
        ]

    def _book_lines_sql(self, whose, last):
        """Return the lines that may be open on one of the days: those that are not
        settled, and those of later matches. An index finds either, not both at once."""
        columns = SQL(
            """SELECT line.id, line.move_id,
                      COALESCE(line.trade_number, line.move_name) AS number,
                      line.partner_id, line.company_id, line.date,
                      COALESCE(line.date_maturity, line.date) AS due, line.balance,
                      line.amount_currency, line.currency_id, %s
                 FROM account_move_line AS line %s""",
            *self._residuals_sql(whose),
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

    def _residuals_sql(self, whose):
        """Return what is open today of ``line``, in company currency and in its own,
        and the table that it is asked of besides."""
        if not self._ledger(whose).balances:
            kept = SQL("line.amount_residual, line.amount_residual_currency")
            return kept, SQL("")
        # Odoo keeps no residual of what nobody reconciles
        return SQL(
            """CASE WHEN account.reconcile THEN line.amount_residual
                    ELSE line.balance END AS amount_residual,
               CASE WHEN account.reconcile THEN line.amount_residual_currency
                    ELSE line.amount_currency END AS amount_residual_currency"""
        ), SQL("JOIN account_account AS account ON account.id = line.account_id")

    def _open_lines_sql(self, days):
        return SQL(
            """SELECT day.day, line.id AS line_id, NULL::int AS payment_id,
                      line.move_id, line.number,
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
                      SELECT day.day, line_id, SUM(amount) AS amount,
                             SUM(amount_currency) AS amount_currency
                        FROM later_match
                        JOIN %(days)s ON day.day >= since AND day.day < date
                       GROUP BY 1, 2) AS later
                   ON later.line_id = line.id AND later.day = day.day
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
                WHERE payment.move_id IS NULL
                  AND payment.state IN ('in_process', 'paid')
                  AND payment.is_matched IS NOT TRUE AND amount.own != 0
                  AND %(ledger)s
                  AND payment.company_id %(companies)s AND %(partners)s""",
            days=self._days_sql(days),
            ledger=self._ledger(whose).payments,
            companies=whose.companies,
            partners=self._partner_sql(SQL("payment.partner_id"), whose),
        )

    def _days_sql(self, days):
        return SQL("unnest(%s::date[]) AS day (day)", sorted(days))

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
