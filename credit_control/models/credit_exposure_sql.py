from odoo import models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """The statements behind the exposure, each part in one place."""

    _inherit = "credit.exposure"

    def _standings_sql(self, file_ids, day, more):
        """Return the statement for any number of files.

        :param more: further parts of the exposure, as :meth:`_exposure_parts` has them
        """
        return SQL(
            """
            WITH %(common)s, owed AS MATERIALIZED (%(owed)s), %(orders)s,
            money AS MATERIALIZED (%(money)s), rate AS MATERIALIZED (%(rate)s),
            worth AS MATERIALIZED (%(worth)s),
            more AS MATERIALIZED (SELECT file_id, SUM(amount) AS other
                       FROM (%(other)s) AS part (file_id, amount) GROUP BY 1)
            SELECT member.id, member.parent_path, owed.oldest_due, %(sums)s,
                   granted.amount::float AS limit_amount,
                   array_remove(COALESCE(worth.missing, '{}'), NULL) AS missing
              FROM member
              LEFT JOIN owed ON owed.file_id = member.id
              LEFT JOIN worth ON worth.file_id = member.id
              LEFT JOIN more ON more.file_id = member.id
              LEFT JOIN (%(granted)s) AS granted ON granted.file_id = member.id
            """,
            common=SQL(", ").join(self._common_ctes(SQL("%s", file_ids))),
            owed=self._owed_sql(day),
            orders=SQL(", ").join(self._order_ctes(self._counted_sql())),
            money=self._money_sql(),
            rate=self._rates_sql(day),
            worth=self._worth_sql(),
            other=self._other_sql(more),
            sums=self._sums_sql(),
            granted=self.env["credit.limit"]._in_force_sql(
                day, SQL("file_id IN (SELECT id FROM member)")
            ),
        )

    def _sums_sql(self):
        """Return the columns of the parts."""
        return SQL(
            """%s,
               COALESCE(worth.draft, 0)::float AS draft,
               COALESCE(worth.ordered, 0)::float AS ordered,
               COALESCE(worth.delivered, 0)::float AS delivered,
               COALESCE(worth.prepaid, 0)::float AS prepaid,
               COALESCE(more.other, 0)::float AS other""",
            self._owed_columns_sql(),
        )

    def _owed_columns_sql(self):
        return SQL(
            """COALESCE(owed.receivable, 0)::float AS receivable,
               COALESCE(owed.overdue, 0)::float AS overdue,
               COALESCE(owed.due_30, 0)::float AS due_30,
               COALESCE(owed.due_60, 0)::float AS due_60,
               COALESCE(owed.due_90, 0)::float AS due_90,
               COALESCE(owed.due_over, 0)::float AS due_over"""
        )

    def _other_sql(self, more):
        nothing = SQL("SELECT NULL::int, 0::float WHERE FALSE")
        return SQL(" UNION ALL ").join(more or [nothing])

    def _common_ctes(self, file_ids):
        """Return the tables that all questions share: who is asked about, and for
        which partners and companies, with their open items."""
        return [
            SQL(
                """member AS MATERIALIZED (
                SELECT id, partner_id, company_id, parent_path FROM credit_file
                 WHERE id = ANY(%(ids)s)
                    OR parent_id IS NOT NULL AND string_to_array(
                       trim(TRAILING '/' FROM parent_path), '/')::int[] && %(ids)s)""",
                ids=file_ids,
            ),
            SQL(
                """branch AS MATERIALIZED (
                SELECT split_part(parent_path, '/', 1)::int AS root_id, id
                  FROM res_company WHERE split_part(parent_path, '/', 1)::int
                                         IN (SELECT company_id FROM member))"""
            ),
            SQL(
                """debtor AS MATERIALIZED (
                SELECT member.id AS file_id, partner.id AS partner_id,
                       member.company_id AS root_id,
                       ARRAY(SELECT id FROM branch WHERE root_id = member.company_id)
                           AS company_ids
                  FROM member JOIN res_partner partner
                    ON partner.commercial_partner_id = member.partner_id)"""
            ),
            SQL(
                """open_item AS MATERIALIZED (
                SELECT debtor.file_id, line.id AS line_id,
                       line.amount_residual AS amount,
                       COALESCE(line.date_maturity, line.date) AS due
                  FROM debtor
                  JOIN account_move_line line ON line.partner_id = debtor.partner_id
                 WHERE line.company_id = ANY(debtor.company_ids) AND %s
                 UNION ALL
                SELECT debtor.file_id, NULL::int,
                       -payment.amount_company_currency_signed, payment.date
                  FROM debtor
                  JOIN account_payment payment
                    ON payment.partner_id = debtor.partner_id
                 WHERE payment.company_id = ANY(debtor.company_ids) AND %s)""",
                self._item_counts_sql(),
                self._payment_counts_sql(),
            ),
        ]

    def _item_counts_sql(self):
        """Whether a journal item (``line`` of the outer query) is open receivable."""
        return SQL(
            """line.account_id = ANY(ARRAY(SELECT id FROM account_account
                                            WHERE account_type = 'asset_receivable'))
               AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
               AND line.amount_residual != 0"""
        )

    def _payment_counts_sql(self):
        """Whether a payment (``payment`` of the outer query) waits for the bank
        without an entry of its own."""
        return SQL(
            """payment.partner_type = 'customer' AND payment.move_id IS NULL
               AND payment.state IN ('in_process', 'paid')
               AND payment.is_matched IS NOT TRUE"""
        )

    def _draft_counts_sql(self):
        """Whether an entry (``move`` of the outer query) is an invoice in draft."""
        return SQL(
            "move.state = 'draft' AND move.move_type IN ('out_invoice', 'out_receipt')"
        )

    def _aged_sql(self, join):
        """Open items with what is left of them once all credits are taken off, the
        oldest first: ``LEFT JOIN`` for all files, ``JOIN`` for those with credits."""
        return SQL(
            """SELECT file_id, line_id, due, GREATEST(0, LEAST(amount,
                      SUM(amount) OVER (PARTITION BY file_id ORDER BY due, line_id
                                        ROWS UNBOUNDED PRECEDING)
                      + COALESCE(credit.total, 0))) AS amount
                 FROM open_item
                   %s (SELECT file_id, SUM(amount) AS total FROM open_item
                        WHERE amount < 0 GROUP BY 1) AS credit USING (file_id)
                WHERE amount > 0""",
            SQL(join),
        )

    def _owed_sql(self, day):
        """The receivable and its ages, in one pass over the items."""
        return SQL(
            """SELECT owed.*, CASE WHEN credit = 0 THEN oldest
                                   ELSE partly.oldest_due END AS oldest_due
                 FROM (%s) AS owed
                 LEFT JOIN (%s) AS partly ON partly.file_id = owed.file_id""",
            self._owed_sums_sql(day),
            self._oldest_sql(day),
        )

    def _oldest_sql(self, day):
        """The oldest overdue item of files with credits, once these are taken off."""
        return SQL(
            """SELECT file_id, MIN(due) AS oldest_due FROM (%s) AS aged
                WHERE amount > 0 AND due < %s GROUP BY 1""",
            self._aged_sql("JOIN"),
            day,
        )

    def _owed_sums_sql(self, day):
        """Sums of the items, and the oldest that is overdue if no credit pays it.

        Credits are taken off the oldest items first, so what is left of the items
        before any day is their sum less all credits.
        """
        return SQL(
            """SELECT sums.file_id, receivable, credit, oldest,
                      GREATEST(0, late + credit) AS overdue,
                      GREATEST(0, late + credit)
                          - GREATEST(0, late_31 + credit) AS due_30,
                      GREATEST(0, late_31 + credit)
                          - GREATEST(0, late_61 + credit) AS due_60,
                      GREATEST(0, late_61 + credit)
                          - GREATEST(0, late_91 + credit) AS due_90,
                      GREATEST(0, late_91 + credit) AS due_over
                 FROM (
               SELECT file_id, SUM(amount) AS receivable,
                      COALESCE(SUM(amount) FILTER (WHERE amount < 0), 0) AS credit,
                      COALESCE(SUM(amount) FILTER (
                          WHERE amount > 0 AND due < %(day)s), 0) AS late,
                      COALESCE(SUM(amount) FILTER (
                          WHERE amount > 0 AND due < %(day)s::date - 30), 0) AS late_31,
                      COALESCE(SUM(amount) FILTER (
                          WHERE amount > 0 AND due < %(day)s::date - 60), 0) AS late_61,
                      COALESCE(SUM(amount) FILTER (
                          WHERE amount > 0 AND due < %(day)s::date - 90), 0) AS late_91,
                      MIN(due) FILTER (WHERE amount > 0 AND due < %(day)s) AS oldest
                 FROM open_item GROUP BY 1) AS sums""",
            day=day,
        )

    def _counted_sql(self):
        return SQL(
            """SELECT debtor.file_id, debtor.root_id, sale_order.id,
                      sale_order.currency_id, sale_order.amount_total
                 FROM debtor
                 JOIN sale_order ON sale_order.partner_invoice_id = debtor.partner_id
                WHERE sale_order.company_id = ANY(debtor.company_ids) AND %s""",
            self._order_counts_sql(),
        )

    def _money_sql(self):
        """Drafts and orders of each file in each currency."""
        return SQL(
            """SELECT debtor.file_id, debtor.root_id, move.currency_id,
                      move.amount_residual AS draft, NULL::numeric AS ordered,
                      NULL::numeric AS delivered, NULL::numeric AS prepaid
                 FROM debtor
                 JOIN account_move move ON move.partner_id = debtor.partner_id
                WHERE move.company_id = ANY(debtor.company_ids) AND %s
                UNION ALL
               SELECT counted.file_id, counted.root_id, counted.currency_id, NULL,
                      part.ordered, LEAST(part.ordered, part.delivered), -part.prepaid
                 FROM counted JOIN order_part part ON part.id = counted.id""",
            self._draft_counts_sql(),
        )

    def _rates_sql(self, day):
        """What one unit of each currency in ``money`` is worth."""
        return SQL(
            """SELECT root.id AS root_id, found.currency_id, %s AS factor
                 FROM (SELECT DISTINCT root_id, currency_id FROM money) AS found
                 JOIN res_company root ON root.id = found.root_id""",
            self._factor_sql(SQL("found.currency_id"), day),
        )

    def _factor_sql(self, currency, day):
        """What one unit of a currency is worth in the currency of ``root``, a company
        of the outer query; NULL where no rate is known. Odoo itself would take 1.0
        there."""
        newest = """(SELECT rate.rate FROM res_currency_rate rate
                      WHERE rate.currency_id = %s AND rate.name <= %s
                        AND (rate.company_id = root.id OR rate.company_id IS NULL)
                      ORDER BY rate.company_id, rate.name DESC LIMIT 1)"""
        return SQL(
            "CASE WHEN %s = root.currency_id THEN 1.0"
            " ELSE COALESCE(%s, 1.0) / NULLIF(%s, 0) END",
            currency,
            SQL(newest, SQL.identifier("root", "currency_id"), day),
            SQL(newest, currency, day),
        )

    def _worth_sql(self):
        """``money`` in company currency, and the currencies without a rate."""
        sums = SQL(", ").join(
            SQL("SUM(%s * factor) AS %s", SQL.identifier(part), SQL.identifier(part))
            for part in ("draft", "ordered", "delivered", "prepaid")
        )
        return SQL(
            """SELECT file_id, %s,
                      array_agg(DISTINCT CASE WHEN factor IS NULL THEN (
                          SELECT name::text FROM res_currency
                           WHERE id = money.currency_id) END) AS missing
                 FROM money JOIN rate USING (root_id, currency_id)
             GROUP BY 1""",
            sums,
        )

    def _parties_sql(self, root_id=None, apart=True):
        """``sale_order`` and its parties: ``root`` (the head company), ``customer``,
        ``debtor`` (who is billed), and the debtor's credit ``file``, if there is one.

        :param int root_id: the head company of all orders, where that is known
        :param bool apart: whether another one than the debtor may have ordered
            anything; else there is no ``customer``
        """
        return SQL(
            """sale_order
              %s
              JOIN res_partner debtor ON debtor.id = sale_order.partner_invoice_id
              %s
              LEFT JOIN credit_file file
                     ON file.partner_id = debtor.commercial_partner_id
                    AND file.company_id = root.id AND file.active""",
            SQL("JOIN res_company root ON root.id = %s", root_id)
            if root_id
            else SQL(
                """JOIN res_company company ON company.id = sale_order.company_id
                   JOIN res_company root
                     ON root.id = split_part(company.parent_path, '/', 1)::int"""
            ),
            SQL("JOIN res_partner customer ON customer.id = sale_order.partner_id")
            if apart
            else SQL(""),
        )
