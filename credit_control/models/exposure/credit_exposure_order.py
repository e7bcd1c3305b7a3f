from odoo import models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """Confirmed orders: how much of them counts as exposure."""

    _inherit = "credit.exposure"

    def _order_counts_sql(self):
        """Return the condition that an order (``sale_order`` of the outer query) counts
        at all: it leaves out history, which is most of it."""
        return SQL(
            """(%s OR sale_order.state = 'sale'
                      AND EXISTS (SELECT FROM sale_order_transaction_rel rel
                                    JOIN payment_transaction tx
                                      ON tx.id = rel.transaction_id
                                   WHERE rel.sale_order_id = sale_order.id AND %s))""",
            self._order_open_sql(),
            self._transaction_counts_sql(),
        )

    def _order_open_sql(self):
        """Return the condition that an order (``sale_order``) is not billed yet."""
        return SQL(
            """sale_order.state = 'sale'
               AND sale_order.invoice_status IS DISTINCT FROM 'invoiced'"""
        )

    def _transaction_counts_sql(self):
        """Return the condition that an online payment (``tx``) is not booked."""
        return SQL("tx.state IN ('authorized', 'done') AND tx.payment_id IS NULL")

    def _order_touched_sql(self):
        """Return the condition that an order (``sale_order`` of the outer query) may
        spend something else than its total, see :meth:`_order_ctes`. A quotation hardly
        does.
        """
        # Scalars: PostgreSQL plans each EXISTS twice where its answer is selected.
        return SQL(
            """(COALESCE((SELECT TRUE FROM sale_order_transaction_rel rel
                           WHERE rel.sale_order_id = sale_order.id LIMIT 1), FALSE)
                OR COALESCE((SELECT TRUE FROM sale_order_line line
                               LEFT JOIN sale_order_line_invoice_rel rel
                                      ON rel.order_line_id = line.id
                              WHERE line.order_id = sale_order.id
                                AND line.display_type IS NULL
                                AND (rel.order_line_id IS NOT NULL
                                     OR line.qty_delivered != 0
                                     OR line.price_total < 0
                                     OR line.product_uom_qty <= 0) LIMIT 1), FALSE))"""
        )

    def _order_ctes(self, orders):
        """Return the tables with the credit that each of some orders still spends.

        The last one is ``order_part``, a row for each order, in its own currency:
        ``ordered`` on no invoice, ``delivered`` of it, ``prepaid`` outside the books,
        ``paid`` online at all, ``need`` (what it owes and has owed: else what was
        billed and paid could make way for something that is not).

        :param SQL orders: selects id, currency_id and amount_total
        """
        return [
            SQL("counted AS MATERIALIZED (%s)", orders),
            SQL("sold_line AS MATERIALIZED (%s)", self._sold_line_sql()),
            SQL("billed AS MATERIALIZED (%s)", self._billed_sql()),
            SQL("left_over AS MATERIALIZED (%s)", self._left_over_sql()),
            SQL("online AS MATERIALIZED (%s)", self._online_sql()),
            SQL(
                """order_part AS MATERIALIZED (
                SELECT part.*, part.ordered + COALESCE(part.billed, 0) AS need FROM (
                SELECT counted.id, GREATEST(0, CASE
                           -- untouched: the order's own total, rounding and all
                           WHEN COALESCE(abs(line.left_over - line.whole), 0) < 0.000001
                           THEN counted.amount_total
                           ELSE line.left_over END - COALESCE(line.advance, 0))
                           AS ordered,
                       COALESCE(line.delivered, 0) AS delivered,
                       COALESCE(online.outside, 0) AS prepaid,
                       COALESCE(online.paid, 0) AS paid, line.billed
                  FROM counted
                  LEFT JOIN left_over line ON line.order_id = counted.id
                  LEFT JOIN online ON online.order_id = counted.id) AS part)"""
            ),
        ]

    def _sold_line_sql(self):
        """Lines with what a unit is worth and how many may be billed in all.

        Goods that are invoiced on delivery, as what has no product is: as many as are
        ordered or as are delivered, whichever comes to more. What such a line takes
        off, nobody can deduct before it is delivered, and what stands beside it is
        billed in full until then.
        """
        return SQL(
            """SELECT line.*, CASE
                      WHEN qty_delivered = product_uom_qty
                           -- the usual line: no product has to be looked at
                           OR product_uom_qty > 0 AND whole >= 0
                              AND qty_delivered <= product_uom_qty
                           OR COALESCE((SELECT template.invoice_policy
                                          FROM product_product product
                                          JOIN product_template template
                                            ON template.id = product.product_tmpl_id
                                         WHERE product.id = line.product_id), '')
                              = 'order'
                      THEN product_uom_qty
                      WHEN unit < 0 THEN LEAST(product_uom_qty, qty_delivered)
                      ELSE GREATEST(product_uom_qty, qty_delivered) END AS to_bill
                 FROM (
               SELECT line.id, line.order_id, line.product_id, line.product_uom_id,
                      line.product_uom_qty, COALESCE(line.qty_delivered, 0)
                          AS qty_delivered,
                      line.price_total AS whole,
                      line.is_downpayment AND line.product_uom_qty = 0 AS is_advance,
                      CASE WHEN line.product_uom_qty != 0
                           THEN line.price_total / line.product_uom_qty
                           -- delivered without having been ordered: taxed as the rest
                           ELSE line.price_unit * (1 - line.discount / 100) * COALESCE((
                                SELECT SUM(price_total) / NULLIF(SUM(price_unit
                                           * (1 - discount / 100) * product_uom_qty), 0)
                                  FROM sale_order_line rest
                                 WHERE rest.order_id = line.order_id
                                   AND rest.display_type IS NULL), 1) END AS unit
                 FROM counted JOIN sale_order_line line ON line.order_id = counted.id
                WHERE line.display_type IS NULL) AS line"""
        )

    def _left_over_sql(self):
        """Orders with what is on no invoice."""
        return SQL(
            """SELECT order_id, SUM(whole) AS whole,
                      SUM(unit * left_over) AS left_over,
                      SUM(unit * GREATEST(0, LEAST(
                          left_over, qty_delivered - invoiced))) AS delivered,
                      SUM(advance) AS advance, SUM(billed) AS billed
                 FROM (
               SELECT line.*, billed.billed, COALESCE(billed.invoiced, 0) AS invoiced,
                      -- goods that are called an advance are on no invoice
                      CASE WHEN line.is_advance AND billed.line_id IS NOT NULL THEN 0
                           WHEN line.to_bill < 0
                           THEN LEAST(0, line.to_bill - COALESCE(billed.invoiced, 0))
                           ELSE GREATEST(0, line.to_bill
                                            - COALESCE(billed.invoiced, 0)) END
                          AS left_over,
                      CASE WHEN line.is_advance
                           THEN GREATEST(0, billed.advance) END AS advance
                 FROM sold_line line
                 LEFT JOIN billed ON billed.line_id = line.id) AS each
             GROUP BY 1"""
        )

    def _billed_sql(self):
        """Quantities that were invoiced once stay off the order when credited: what
        is on a credit note is owed no more. Three things are no such credit:

        - a down payment that is credited comes back: the goods are billed in full,
        - an invoice that is credited in full and made anew counts once,
        - a deduction larger than the goods makes a credit note that bills goods, in
          negative quantities.

        A quotation is billed nowhere: what somebody linked it to says nothing.

        ``posted`` is the part of it that is posted, and ``bought`` how many units the
        amounts that are posted and not credited pay at the price that was agreed on.
        What was credited makes way for no more than was bought anew.
        """
        return SQL(
            """SELECT line_id, SUM(quantity * counts) AS invoiced,
                      COALESCE(SUM(quantity * ever) FILTER (WHERE posted), 0)
                      - LEAST(COALESCE(SUM(quantity) FILTER (
                                  WHERE posted AND credited IS NOT NULL), 0),
                              COALESCE(SUM(units) FILTER (
                                  WHERE posted AND id > first_note AND units > 0), 0))
                          AS posted,
                      SUM(units) FILTER (WHERE posted) AS bought,
                      SUM(CASE WHEN move_type = 'out_invoice'
                          THEN price_total ELSE -price_total END) AS advance,
                      SUM(price_total) FILTER (WHERE move_type = 'out_invoice')
                          AS billed
                 FROM (
               SELECT item.*, state = 'posted' AS posted, ever * CASE
                          WHEN move_type = 'out_invoice' AND newest > credited
                          THEN 0 ELSE 1 END AS counts,
                      CASE WHEN sign * quantity <= 0 THEN sign * quantity
                           WHEN sign * value <= 0 OR unit <= 0 THEN 0
                           WHEN sign * value * 1.001 + cents >= sign * quantity * unit
                           THEN sign * quantity
                           ELSE sign * value / unit END AS units,
                      MIN(credited) OVER (PARTITION BY line_id) AS first_note
                 FROM (
               SELECT item.*, CASE WHEN move_type = 'out_invoice' THEN 1 ELSE -1 END
                          AS sign,
                      CASE WHEN move_type = 'out_invoice' THEN 1
                           WHEN product_uom_qty < 0 OR quantity < 0 THEN -1
                           ELSE 0 END AS ever
                 FROM (
               SELECT line.id AS line_id, line.product_uom_qty, move.move_type,
                      move.state, move.id, line.unit, item.price_total,
                      item.price_total * CASE
                          WHEN move.currency_id = sale_order.currency_id THEN 1
                          ELSE COALESCE(sale_order.currency_rate
                               / NULLIF(move.invoice_currency_rate, 0), 1) END
                          AS value,
                      -- what rounding may take off a part of the order
                      2 * currency.rounding AS cents,
                      item.quantity * COALESCE(
                          CASE WHEN item.product_uom_id != line.product_uom_id THEN (
                               SELECT used.factor / sold.factor
                                 FROM uom_uom used, uom_uom sold
                                WHERE used.id = item.product_uom_id
                                  AND sold.id = line.product_uom_id) END, 1)
                          AS quantity,
                      MAX(move.id) FILTER (WHERE move.move_type = 'out_invoice')
                          OVER (PARTITION BY line.id) AS newest,
                      CASE WHEN move.payment_state = 'reversed' THEN (
                           SELECT MAX(note.id) FROM account_move note
                            WHERE note.reversed_entry_id = move.id
                              AND note.state = 'posted') END AS credited
                 FROM sold_line line
                 JOIN sale_order ON sale_order.id = line.order_id
                  AND sale_order.state = 'sale'
                 JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                 JOIN account_move_line item ON item.id = rel.invoice_line_id
                 JOIN account_move move ON move.id = item.move_id
                 JOIN res_currency currency ON currency.id = sale_order.currency_id
                   -- a credit note in draft gives no credit yet
                WHERE move.move_type = 'out_invoice' AND move.state != 'cancel'
                   OR move.move_type = 'out_refund' AND move.state = 'posted'
                ) AS item) AS item) AS item
             GROUP BY 1"""
        )

    def _online_sql(self):
        """A transaction that paid several orders counts for each with its share. One
        whose payment was cancelled in the ledger does not count."""
        return SQL(
            """SELECT order_id, SUM(share) AS paid,
                      COALESCE(SUM(share) FILTER (WHERE NOT booked), 0) AS outside
                 FROM (
               SELECT counted.id AS order_id, (tx.amount + COALESCE((
                          SELECT SUM(refund.amount) FROM payment_transaction refund
                           WHERE refund.source_transaction_id = tx.id
                             AND refund.operation = 'refund'
                             AND refund.state = 'done'), 0))
                      / (SELECT COUNT(*) FROM sale_order_transaction_rel shared
                          WHERE shared.transaction_id = tx.id) AS share,
                      COALESCE(payment.state != 'draft', FALSE) AS booked
                 FROM counted
                 JOIN sale_order_transaction_rel rel ON rel.sale_order_id = counted.id
                 JOIN payment_transaction tx ON tx.id = rel.transaction_id
                 LEFT JOIN account_payment payment ON payment.id = tx.payment_id
                WHERE tx.currency_id = counted.currency_id
                  AND tx.state IN ('authorized', 'done')
                  AND COALESCE(payment.state NOT IN ('canceled', 'rejected'), TRUE)
                  AND tx.operation != 'validation') AS each
             GROUP BY 1"""
        )
