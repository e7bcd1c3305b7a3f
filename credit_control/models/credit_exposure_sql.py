from odoo import models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """The statements behind the exposure, each part in one place."""

    _inherit = "credit.exposure"

    def _standings_sql(self, file_ids, day):
        other = self._exposure_parts(day)
        other_sql = (
            SQL(" UNION ALL ").join(other)
            if other
            else SQL("SELECT NULL::int AS file_id, 0::float AS amount WHERE FALSE")
        )
        sums = SQL(", ").join(
            SQL(
                "COALESCE(%s, 0)::float AS %s",
                SQL.identifier(table, part),
                SQL.identifier(part),
            )
            for table, parts in (
                ("owed", ("receivable",)),
                ("late", ("overdue", "due_30", "due_60", "due_90", "due_over")),
                ("drafted", ("draft",)),
                ("sold", ("ordered", "delivered", "prepaid")),
                ("more", ("other",)),
            )
            for part in parts
        )
        return SQL(
            """
            WITH %(common)s, rate AS MATERIALIZED (%(rate)s),
            owed AS (
                SELECT file_id, SUM(amount) AS receivable FROM open_item GROUP BY 1),
            late AS (%(late)s),
            drafted AS (%(drafted)s),
            sold AS (%(sold)s),
            more AS (SELECT file_id, SUM(amount) AS other
                       FROM (%(other)s) AS part (file_id, amount) GROUP BY 1)
            SELECT member.id, member.parent_path, late.oldest_due, %(sums)s,
                   granted.amount::float AS limit_amount,
                   array_remove(COALESCE(drafted.missing, '{}')
                                || COALESCE(sold.missing, '{}'), NULL) AS missing
              FROM member
              LEFT JOIN owed ON owed.file_id = member.id
              LEFT JOIN late ON late.file_id = member.id
              LEFT JOIN drafted ON drafted.file_id = member.id
              LEFT JOIN sold ON sold.file_id = member.id
              LEFT JOIN more ON more.file_id = member.id
              LEFT JOIN (%(granted)s) AS granted ON granted.file_id = member.id
            """,
            common=SQL(", ").join(self._common_ctes(SQL("%s", file_ids))),
            rate=self._rate_sql(day),
            late=self._late_sql(day),
            drafted=self._drafted_sql(),
            sold=self._sold_sql(),
            other=other_sql,
            sums=sums,
            granted=self.env["credit.limit"]._in_force_sql(day),
        )

    def _common_ctes(self, file_ids):
        """Return the tables that all questions share: who is asked about, and for
        which partners and companies, with their open items."""
        return [
            SQL(
                """member AS MATERIALIZED (
                SELECT id, partner_id, company_id, parent_path FROM credit_file
                 WHERE id = ANY(%(ids)s)
                 UNION
                SELECT file.id, file.partner_id, file.company_id, file.parent_path
                  FROM credit_file file, unnest(string_to_array(
                       trim(TRAILING '/' FROM file.parent_path), '/')::int[]) ancestor
                 WHERE file.parent_id IS NOT NULL AND ancestor = ANY(%(ids)s))""",
                ids=file_ids,
            ),
            SQL(
                """branch AS MATERIALIZED (
                SELECT root.id AS root_id, company.id, root.currency_id
                  FROM res_company root
                  JOIN res_company company
                    ON company.parent_path LIKE root.parent_path || '%%'
                 WHERE root.id IN (SELECT company_id FROM member))"""
            ),
            SQL(
                """debtor AS MATERIALIZED (
                SELECT member.id AS file_id, partner.id AS partner_id,
                       member.company_id AS root_id
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
                  JOIN branch ON branch.id = line.company_id
                             AND branch.root_id = debtor.root_id
                 WHERE line.account_id = ANY(ARRAY(SELECT id FROM account_account
                                           WHERE account_type = 'asset_receivable'))
                   AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                   AND line.amount_residual != 0
                 UNION ALL %s)""",
                self._unbooked_payments_sql(),
            ),
            SQL(
                """aged AS (
                SELECT file_id, line_id, due, GREATEST(0, LEAST(amount,
                       SUM(amount) FILTER (WHERE amount > 0)
                           OVER (PARTITION BY file_id ORDER BY due, line_id
                                 ROWS UNBOUNDED PRECEDING)
                       + COALESCE(credit.total, 0))) AS amount
                  FROM open_item
                  LEFT JOIN (SELECT file_id, SUM(amount) AS total FROM open_item
                              WHERE amount < 0 GROUP BY 1) AS credit USING (file_id)
                 WHERE amount > 0)"""
            ),
        ]

    def _unbooked_payments_sql(self):
        """Payments that wait for the bank without an entry of their own."""
        return SQL(
            """SELECT debtor.file_id, NULL::int,
                      -payment.amount_company_currency_signed, payment.date
                 FROM debtor
                 JOIN account_payment payment ON payment.partner_id = debtor.partner_id
                 JOIN branch ON branch.id = payment.company_id
                            AND branch.root_id = debtor.root_id
                WHERE payment.partner_type = 'customer' AND payment.move_id IS NULL
                  AND payment.state IN ('in_process', 'paid')
                  AND payment.is_matched IS NOT TRUE"""
        )

    def _rate_sql(self, day):
        """What one unit of a currency is worth in company currency; no row where no
        rate is known. Odoo itself would take 1.0 there."""
        newest = """(SELECT rate.rate FROM res_currency_rate rate
                      WHERE rate.currency_id = %s AND rate.name <= %s
                        AND (rate.company_id = root.id OR rate.company_id IS NULL)
                      ORDER BY rate.company_id, rate.name DESC LIMIT 1)"""
        return SQL(
            """SELECT root.id AS root_id, currency.id AS currency_id,
                      CASE WHEN currency.id = root.currency_id THEN 1.0
                           ELSE COALESCE(%s, 1.0) / NULLIF(%s, 0) END AS factor
                 FROM res_company root CROSS JOIN res_currency currency
                WHERE root.parent_id IS NULL""",
            SQL(newest, SQL.identifier("root", "currency_id"), day),
            SQL(newest, SQL.identifier("currency", "id"), day),
        )

    def _late_sql(self, day):
        return SQL(
            """SELECT file_id, MIN(due) AS oldest_due, SUM(amount) AS overdue,
                      SUM(amount) FILTER (WHERE %(day)s::date - due <= 30) AS due_30,
                      SUM(amount) FILTER (
                          WHERE %(day)s::date - due BETWEEN 31 AND 60) AS due_60,
                      SUM(amount) FILTER (
                          WHERE %(day)s::date - due BETWEEN 61 AND 90) AS due_90,
                      SUM(amount) FILTER (WHERE %(day)s::date - due > 90) AS due_over
                 FROM aged WHERE amount > 0 AND due < %(day)s GROUP BY 1""",
            day=day,
        )

    def _drafted_sql(self):
        return SQL(
            """SELECT debtor.file_id, SUM(move.amount_residual * rate.factor) AS draft,
                      array_agg(DISTINCT currency.name::text)
                          FILTER (WHERE rate.factor IS NULL) AS missing
                 FROM debtor
                 JOIN account_move move ON move.partner_id = debtor.partner_id
                 JOIN branch ON branch.id = move.company_id
                            AND branch.root_id = debtor.root_id
                 JOIN res_currency currency ON currency.id = move.currency_id
                 LEFT JOIN rate ON rate.root_id = debtor.root_id
                               AND rate.currency_id = move.currency_id
                WHERE move.state = 'draft'
                  AND move.move_type IN ('out_invoice', 'out_receipt')
             GROUP BY 1"""
        )

    def _sold_sql(self):
        return SQL(
            """SELECT debtor.file_id,
                      SUM(part.ordered * rate.factor) AS ordered,
                      SUM(LEAST(part.ordered, part.delivered) * rate.factor)
                          AS delivered,
                      -SUM(part.prepaid * rate.factor) AS prepaid,
                      array_agg(DISTINCT currency.name::text)
                          FILTER (WHERE rate.factor IS NULL) AS missing
                 FROM debtor
                 JOIN sale_order ON sale_order.partner_invoice_id = debtor.partner_id
                 JOIN branch ON branch.id = sale_order.company_id
                            AND branch.root_id = debtor.root_id
                 JOIN res_currency currency ON currency.id = sale_order.currency_id
                 LEFT JOIN rate ON rate.root_id = debtor.root_id
                               AND rate.currency_id = sale_order.currency_id
                 CROSS JOIN LATERAL (%s) AS part
                WHERE %s
             GROUP BY 1""",
            self._order_sql(),
            self._order_counts_sql(),
        )

    def _parties_sql(self):
        """``sale_order`` and its parties: ``root`` (the head company), ``customer``,
        ``debtor`` (who is billed), and the debtor's credit ``file``, if there is one.
        """
        return SQL(
            """sale_order
              JOIN res_company company ON company.id = sale_order.company_id
              JOIN res_company root
                ON root.id = split_part(company.parent_path, '/', 1)::int
              JOIN res_partner customer ON customer.id = sale_order.partner_id
              JOIN res_partner debtor ON debtor.id = sale_order.partner_invoice_id
              LEFT JOIN credit_file file
                     ON file.partner_id = debtor.commercial_partner_id
                    AND file.company_id = root.id AND file.active"""
        )

    def _order_counts_sql(self):
        """Whether an order (``sale_order`` of the outer query) counts at all:
        leaves out history, which is most of it."""
        return SQL(
            """sale_order.state = 'sale' AND (
                   sale_order.invoice_status IS DISTINCT FROM 'invoiced'
                   OR EXISTS (SELECT FROM sale_order_transaction_rel rel
                                JOIN payment_transaction tx
                                  ON tx.id = rel.transaction_id
                               WHERE rel.sale_order_id = sale_order.id
                                 AND tx.state IN ('authorized', 'done')
                                 AND tx.payment_id IS NULL))"""
        )

    def _order_sql(self):
        """One order (``sale_order`` of the outer query) in its own currency:
        ``ordered`` on no invoice, ``delivered`` of it, ``prepaid`` outside the books,
        ``paid`` online at all, ``need`` (what it owes and has owed: else what was
        billed and paid could make way for something that is not)."""
        return SQL(
            """SELECT GREATEST(0, CASE
                          -- untouched: the order's own total, rounding and all
                          WHEN abs(line.left_over - line.whole) < 0.000001
                          THEN sale_order.amount_total
                          ELSE line.left_over END - line.advance) AS ordered,
                      line.delivered, online.outside AS prepaid, online.paid,
                      CASE WHEN line.billed IS NULL THEN sale_order.amount_total
                           ELSE GREATEST(0, line.left_over - line.advance)
                                + line.billed END AS need
                 FROM (%s) AS line CROSS JOIN (%s) AS online""",
            self._order_lines_sql(),
            self._order_online_sql(),
        )

    def _order_lines_sql(self):
        """Quantities that were invoiced once stay off the order when credited: what
        is on a credit note is owed no more. Three things are no such credit:

        - a down payment that is credited comes back: the goods are billed in full,
        - an invoice that is credited in full and made anew counts once,
        - a deduction larger than the goods makes a credit note that bills goods, in
          negative quantities.
        """
        return SQL(
            """SELECT COALESCE(SUM(whole), 0) AS whole,
                      COALESCE(SUM(unit * left_over), 0) AS left_over,
                      COALESCE(SUM(unit * GREATEST(0, LEAST(left_over,
                          qty_delivered - invoiced))), 0) AS delivered,
                      COALESCE(SUM(advance), 0) AS advance, SUM(billed) AS billed
                 FROM (
               SELECT line.price_total AS whole, line.qty_delivered, bill.invoiced,
                      CASE WHEN line.product_uom_qty != 0
                           THEN line.price_total / line.product_uom_qty
                           -- delivered without having been ordered: taxed as the rest
                           ELSE line.price_unit * (1 - line.discount / 100) * COALESCE(
                                SUM(line.price_total) OVER () / NULLIF(SUM(
                                    line.price_unit * (1 - line.discount / 100)
                                    * line.product_uom_qty) OVER (), 0), 1) END AS unit,
                      CASE WHEN line.is_downpayment AND line.product_uom_qty = 0
                           THEN 0
                           WHEN line.product_uom_qty < 0
                           THEN LEAST(0, line.product_uom_qty - bill.invoiced)
                           ELSE GREATEST(0, GREATEST(line.product_uom_qty,
                                CASE WHEN template.invoice_policy = 'delivery'
                                     THEN line.qty_delivered END)
                                - bill.invoiced) END AS left_over,
                      CASE WHEN line.is_downpayment AND line.product_uom_qty = 0
                           THEN GREATEST(0, bill.advance) END AS advance,
                      bill.billed
                 FROM sale_order_line line
                 LEFT JOIN product_product product ON product.id = line.product_id
                 LEFT JOIN product_template template
                        ON template.id = product.product_tmpl_id
                 CROSS JOIN LATERAL (%s) AS bill
                WHERE line.order_id = sale_order.id AND line.display_type IS NULL
                ) AS each""",
            SQL(
                """SELECT COALESCE(SUM(quantity * CASE
                              WHEN move_type = 'out_invoice'
                              THEN CASE WHEN newest > credited THEN 0 ELSE 1 END
                              WHEN line.product_uom_qty < 0 OR quantity < 0 THEN -1
                              ELSE 0 END), 0) AS invoiced,
                          COALESCE(SUM(CASE WHEN move_type = 'out_invoice'
                              THEN price_total ELSE -price_total END), 0) AS advance,
                          SUM(price_total) FILTER (WHERE move_type = 'out_invoice')
                              AS billed
                     FROM (
                   SELECT move.move_type, item.price_total,
                          item.quantity * COALESCE(used.factor / sold.factor, 1)
                              AS quantity,
                          MAX(move.id) FILTER (WHERE move.move_type = 'out_invoice')
                              OVER () AS newest,
                          CASE WHEN move.payment_state = 'reversed' THEN (
                               SELECT MAX(note.id) FROM account_move note
                                WHERE note.reversed_entry_id = move.id
                                  AND note.state = 'posted') END AS credited
                     FROM sale_order_line_invoice_rel rel
                     JOIN account_move_line item ON item.id = rel.invoice_line_id
                     JOIN account_move move ON move.id = item.move_id
                     LEFT JOIN uom_uom used ON used.id = item.product_uom_id
                     LEFT JOIN uom_uom sold ON sold.id = line.product_uom_id
                    WHERE rel.order_line_id = line.id
                      -- a credit note in draft gives no credit yet
                      AND (move.move_type = 'out_invoice' AND move.state != 'cancel'
                           OR move.move_type = 'out_refund' AND move.state = 'posted')
                    ) AS billed"""
            ),
        )

    def _order_online_sql(self):
        """A transaction that paid several orders counts for each with its share. One
        whose payment was cancelled in the books does not count."""
        return SQL(
            """SELECT COALESCE(SUM(share), 0) AS paid,
                      COALESCE(SUM(share) FILTER (WHERE NOT booked), 0) AS outside
                 FROM (
               SELECT (tx.amount + COALESCE((
                          SELECT SUM(refund.amount) FROM payment_transaction refund
                           WHERE refund.source_transaction_id = tx.id
                             AND refund.operation = 'refund'
                             AND refund.state = 'done'), 0))
                      / (SELECT COUNT(*) FROM sale_order_transaction_rel shared
                          WHERE shared.transaction_id = tx.id) AS share,
                      COALESCE(payment.state != 'draft', FALSE) AS booked
                 FROM sale_order_transaction_rel rel
                 JOIN payment_transaction tx ON tx.id = rel.transaction_id
                 LEFT JOIN account_payment payment ON payment.id = tx.payment_id
                WHERE rel.sale_order_id = sale_order.id
                  AND tx.currency_id = sale_order.currency_id
                  AND tx.state IN ('authorized', 'done')
                  AND COALESCE(payment.state NOT IN ('canceled', 'rejected'), TRUE)
                  AND tx.operation != 'validation') AS each"""
        )
