from odoo import models
from odoo.tools import SQL

RECEIVABLE = "asset_receivable"


class RatingMeasure(models.AbstractModel):
    """The receivables as they stood on a day: what measures of payment stand on."""

    _inherit = "rating.measure"

    def _ledger_sql(self, company, day, partner=None, since=None):
        """Return the tables of a ledger as of ``day``, to follow a ``WITH``.

        - ``item``: every receivable item, (id, partner_id, date, due, amount, is_note,
          is_claim). A claim is what a customer has to pay: an invoice or an entry like
          an opening balance; not a credit note, a payment, money paid back, or a
          difference of exchange,
        - ``remainder``: items that nothing or not all is matched with, (…, amount);
          what is owed is positive,
        - ``paid``: what settled what is owed, (id, amount, date, is_note), ``id`` being
          that of the item; credit notes have ``is_note``. A match counts from its later
          day on; what is not matched counts against the oldest items.

        :param int partner: a commercial entity to leave out all others
        :param date since: leave out what fell due and was settled before that day
        """
        items = self._items_sql(company, day, partner, since)
        return SQL(", ").join(
            [
                SQL("item AS MATERIALIZED (%s)", items),
                SQL("match AS MATERIALIZED (%s)", self._matches_sql(partner)),
                SQL(
                    "remainder AS MATERIALIZED (%s)",
                    self._remainder_sql(company, day, partner),
                ),
                SQL("paid AS MATERIALIZED (%s)", self._paid_sql(day)),
            ]
        )

    def _items_sql(self, company, day, partner=None, since=None):
        return SQL(
            """SELECT line.id, partner.commercial_partner_id AS partner_id, line.date,
                      COALESCE(line.date_maturity, line.date) AS due,
                      line.balance AS amount, line.amount_residual AS residual,
                      line.id IN (%(notes)s) AS is_note,
                      line.balance > 0 AND line.payment_id IS NULL
                      AND line.statement_line_id IS NULL
                      AND line.id NOT IN (SELECT id FROM (%(exchange)s) AS exchange)
                          AS is_claim
                 FROM account_move_line line
                 JOIN res_partner partner ON partner.id = line.partner_id
                WHERE line.parent_state = 'posted' AND line.date <= %(day)s
                  AND line.balance != 0 AND %(partner)s AND %(since)s
                  AND line.company_id = ANY(ARRAY(%(branches)s))
                  AND line.account_id = ANY(ARRAY(%(accounts)s))""",
            notes=self._notes_sql(),
            exchange=self._exchange_sql(),
            day=day,
            partner=self._partner_sql(partner),
            since=self._since_sql(since),
            branches=self._branches_sql(company),
            accounts=self._accounts_sql(),
        )

    def _accounts_sql(self):
        return SQL("SELECT id FROM account_account WHERE account_type = %s", RECEIVABLE)

    def _notes_sql(self):
        """Receivable lines of credit notes."""
        return SQL(
            """SELECT line.id FROM account_move note
                 JOIN account_move_line line ON line.move_id = note.id
                WHERE note.move_type = 'out_refund' AND note.state = 'posted'
                  AND line.account_id = ANY(ARRAY(%s))""",
            self._accounts_sql(),
        )

    def _since_sql(self, since):
        """Most of a long history was settled long ago: neither is it open, nor does it
        take anything off what is."""
        if not since:
            return SQL("TRUE")
        return SQL(
            """(line.reconciled IS NOT TRUE
                OR COALESCE(line.date_maturity, line.date) >= %(since)s
                OR line.id IN (
                   SELECT debit_move_id FROM account_partial_reconcile
                    WHERE max_date >= %(since)s
                    UNION ALL
                   SELECT credit_move_id FROM account_partial_reconcile
                    WHERE max_date >= %(since)s))""",
            since=since,
        )

    def _exchange_sql(self):
        """Lines that book a difference of exchange, and the day of the match that it
        arose from. Odoo dates the entry itself up to a month later: an invoice that was
        paid would look open in between."""
        return SQL(
            """SELECT line.id, MIN(match.max_date) AS date
                 FROM account_partial_reconcile match
                 JOIN account_move_line line ON line.move_id = match.exchange_move_id
                WHERE match.exchange_move_id IS NOT NULL GROUP BY 1"""
        )

    def _matches_sql(self, partner):
        """What is matched with what, and since when."""
        touched = """debit_move_id IN (SELECT id FROM item)
                     OR credit_move_id IN (SELECT id FROM item)"""
        return SQL(
            """SELECT debit_move_id AS debit_id, credit_move_id AS credit_id, amount,
                      COALESCE(gain.date, loss.date, max_date) AS date
                 FROM account_partial_reconcile
                 LEFT JOIN (%(exchange)s) AS gain ON gain.id = debit_move_id
                 LEFT JOIN (%(exchange)s) AS loss ON loss.id = credit_move_id
                WHERE %(touched)s""",
            exchange=self._exchange_sql(),
            touched=SQL(touched if partner else "TRUE"),
        )

    def _remainder_sql(self, company, day, partner):
        """What is open today, what was matched only after the day, and what is paid
        without an entry, which has no id."""
        return SQL(
            """SELECT * FROM (
               SELECT item.id, item.partner_id, item.date, item.due, item.is_note,
                      item.residual + COALESCE(later.amount, 0) AS amount
                 FROM item
                 LEFT JOIN (SELECT id, SUM(amount) AS amount FROM (
                            SELECT debit_id AS id, amount, date FROM match
                             UNION ALL
                            SELECT credit_id, -amount, date FROM match) AS side
                             WHERE date > %(day)s GROUP BY 1) AS later
                        ON later.id = item.id
                UNION ALL
               SELECT NULL, partner_id, date, date, FALSE, amount
                 FROM (%(unbooked)s) AS payment) AS known
                WHERE amount != 0""",
            day=day,
            unbooked=self._unbooked_sql(company, day, partner),
        )

    def _unbooked_sql(self, company, day, partner=None):
        """Payments that wait for the bank without an entry of their own. The customer
        has paid, whether or not anybody has read the bank's statement yet."""
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id, payment.date,
                      -payment.amount_company_currency_signed AS amount
                 FROM account_payment payment
                 JOIN res_partner partner ON partner.id = payment.partner_id
                WHERE payment.move_id IS NULL AND payment.partner_type = 'customer'
                  AND payment.state IN ('in_process', 'paid')
                  AND payment.is_matched IS NOT TRUE AND payment.date <= %(day)s
                  AND payment.company_id = ANY(ARRAY(%(branches)s)) AND %(partner)s""",
            day=day,
            branches=self._branches_sql(company),
            partner=self._partner_sql(partner),
        )

    def _paid_sql(self, day):
        """What is matched, and what would be: each customer's remainders lie on two
        rulers, what is owed by due date, what was given by its date. Where a stretch of
        one lies above a stretch of the other, this much of the item is settled."""
        ruler = """SELECT id, partner_id, date, is_note, SUM(ABS(amount)) OVER (
                          PARTITION BY partner_id ORDER BY %s, id
                          ROWS UNBOUNDED PRECEDING) AS upto, ABS(amount) AS amount
                     FROM remainder WHERE %s"""
        return SQL(
            """SELECT match.debit_id AS id, match.amount, match.date,
                      match.credit_id IN (%s) AS is_note
                 FROM match WHERE match.date <= %s
                UNION ALL
               SELECT owed.id, LEAST(owed.upto, given.upto)
                      - GREATEST(owed.upto - owed.amount, given.upto - given.amount),
                      GREATEST(owed.date, given.date), given.is_note
                 FROM (%s) AS owed JOIN (%s) AS given USING (partner_id)
                WHERE owed.upto - owed.amount < given.upto
                  AND given.upto - given.amount < owed.upto""",
            self._notes_sql(),
            day,
            SQL(ruler % ("due", "amount > 0")),
            SQL(ruler % ("date", "amount < 0")),
        )
