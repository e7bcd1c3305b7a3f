from odoo import api, models
from odoo.tools import SQL


class TradeSettlement(models.AbstractModel):
    """Settlements of receivables with their days: the history behind open items.

    Stands on :class:`trade.receivable`: a match counts from the same day on, and what
    is matched with nothing settles the oldest items.
    """

    _name = "trade.settlement"
    _description = "Settlement of Receivables"

    @api.model
    def _ledger_ctes(self, whose, day, since=None):
        """Return the tables of a ledger as of ``day``, to follow a ``WITH``.

        - ``item``: see :meth:`_items_sql`,
        - ``match``: see :meth:`_matched_sql`,
        - ``open_item``, ``net_item`` and what they stand on: see ``trade.receivable``,
        - ``paid``: what settled what is owed, (id, amount, date, is_note,
          is_exchange), ``id`` being that of the item; credit notes have ``is_note``,
          differences of exchange ``is_exchange``. What is not matched counts against
          the oldest items.

        :param Whose whose: whose books, see ``trade.receivable``
        :param date since: leave out what fell due and was settled before that day
        :return: list of SQL
        """
        reader = self.env["trade.receivable"]
        of_some = whose.partners or since
        touched = SQL(
            """match.id IN (SELECT own.id FROM account_partial_reconcile AS own
                 JOIN item ON item.id = own.debit_move_id
                UNION ALL SELECT own.id FROM account_partial_reconcile AS own
                 JOIN item ON item.id = own.credit_move_id)"""
        )
        return [
            SQL("item AS MATERIALIZED (%s)", self._items_sql(whose, day, since)),
            SQL(
                "match AS MATERIALIZED (%s)",
                self._matched_sql(touched if of_some else SQL("TRUE")),
            ),
            *reader._open_ctes(whose, [day]),
            *reader._net_ctes(SQL("open_item")),
            SQL("paid AS MATERIALIZED (%s)", self._paid_sql(day)),
        ]

    @api.model
    def _items_sql(self, whose, day, since=None):
        """Return the receivable items of a ledger, settled ones too.

        A claim is what a customer has to pay: an invoice or an entry like an opening
        balance; not a credit note, a payment, money paid back, or a difference of
        exchange.

        :return: SQL of rows (id, move_id, partner_id: the commercial entity,
            company_id, date, due, amount: owed is positive, is_note, is_claim)
        """
        reader = self.env["trade.receivable"]
        return SQL(
            """SELECT line.id, line.move_id, line.company_id, line.date,
                      partner.commercial_partner_id AS partner_id,
                      COALESCE(line.date_maturity, line.date) AS due,
                      line.balance AS amount, move.move_type = 'out_refund' AS is_note,
                      line.balance > 0 AND line.payment_id IS NULL
                      AND line.statement_line_id IS NULL
                      AND (line.display_type = 'payment_term' OR NOT EXISTS (
                           SELECT FROM account_partial_reconcile AS own
                            WHERE own.exchange_move_id = line.move_id)) AS is_claim
                 FROM account_move_line AS line
                 JOIN account_move AS move ON move.id = line.move_id
                 JOIN res_partner AS partner ON partner.id = line.partner_id
                WHERE %(scope)s AND line.date <= %(day)s AND line.balance != 0
                  AND %(since)s""",
            scope=reader._scope_sql(whose),
            day=day,
            since=self._since_sql(since),
        )

    def _since_sql(self, since):
        """Return the condition that leaves out what was settled long ago: neither is it
        open, nor does it take anything off what is. What is matched with a draft is."""
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
                    WHERE max_date >= %(since)s
                    UNION ALL
                   SELECT unnest(ARRAY[debit_move_id, credit_move_id])
                     FROM account_partial_reconcile WHERE id IN (%(drafts)s)))""",
            since=since,
            drafts=self.env["trade.match"]._with_drafts_sql(),
        )

    @api.model
    def _matched_sql(self, which):
        """Return which items were matched and from which day on that counts, drafts
        left out.

        :param SQL which: a condition on ``match``, a partial reconciliation with
            ``debit_move_id`` and ``credit_move_id``
        :return: SQL of rows (debit_id, credit_id, amount, is_exchange, date)
        """
        return SQL(
            """SELECT debit_id, credit_id, amount, is_exchange, date FROM (%s) AS known
                WHERE date < 'infinity'""",
            self.env["trade.match"]._matches_sql(which),
        )

    def _paid_sql(self, day):
        """Return what is matched, and what would be: each customer's open items lie on
        two rulers, as they are queued. Where a stretch of what is owed lies above a
        stretch of what was given, this much of the item is settled."""
        return SQL(
            """SELECT match.debit_id AS id, match.amount, match.date,
                      credit.id IS NOT NULL AS is_note, match.is_exchange
                 FROM match
                 LEFT JOIN (%s) AS credit ON credit.id = match.credit_id
                WHERE match.date <= %s
                UNION ALL
               SELECT owed.line_id, LEAST(owed.upto, given.upto) - GREATEST(
                          owed.upto - owed.amount, given.upto + given.amount),
                      GREATEST(owed.date, given.date), credit.id IS NOT NULL, FALSE
                 FROM net_item AS owed
                 JOIN net_item AS given
                   ON given.partner_id = owed.partner_id AND given.amount < 0
                  AND owed.upto - owed.amount < given.upto
                  AND given.upto + given.amount < owed.upto
                 LEFT JOIN (%s) AS credit ON credit.id = given.line_id
                WHERE owed.amount > 0""",
            self._notes_sql(),
            day,
            self._notes_sql(),
        )

    @api.model
    def _paid_of_moves_sql(self):
        """Return what is paid today of each invoice of the user's companies, past
        record rules, and after how many days, an average weighted by amounts. Credit
        notes and differences of exchange pay nothing.

        :return: SQL of rows (move_id, paid, days)
        """
        reader = self.env["trade.receivable"]
        paid = [
            SQL(
                """SELECT * FROM (
                     WITH %s
                   SELECT item.move_id, paid.amount,
                          paid.date - COALESCE(move.invoice_date, item.date) AS days
                     FROM paid JOIN item ON item.id = paid.id AND item.is_claim
                     JOIN account_move AS move ON move.id = item.move_id
                    WHERE NOT paid.is_note AND NOT paid.is_exchange) AS own_paid""",
                SQL(", ").join(
                    self._ledger_ctes(reader._of_company(company), company._trade_day())
                ),
            )
            for company in self.env.companies.root_id.sudo()
        ]
        return SQL(
            """SELECT move_id, SUM(amount) AS paid,
                      SUM(amount * days) / SUM(amount) AS days
                 FROM (%s) AS paid GROUP BY move_id""",
            SQL(" UNION ALL ").join(paid),
        )

    def _notes_sql(self):
        """Return SQL of the ids of receivable items of credit notes."""
        return SQL(
            """SELECT line.id FROM account_move AS note
                 JOIN account_move_line AS line ON line.move_id = note.id
                WHERE note.move_type = 'out_refund' AND note.state = 'posted'
                  AND line.account_id = ANY(ARRAY(%s))""",
            self.env["trade.receivable"]._accounts_sql(),
        )
