from odoo import api, models
from odoo.tools import SQL, ormcache

from odoo.addons.credit_control.models.decision.credit_decision import LIVE


class CreditExposure(models.AbstractModel):
    """Goods that were delivered without an order are owed before anybody bills them.

    Nothing leads from such a transfer to its invoice. So it counts, at what it was
    worth when it left, until as much is invoiced without an order, on the day or later;
    what came back since counts no more.
    """

    _inherit = "credit.exposure"

    def _exposure_parts(self, day):
        parts = super()._exposure_parts(day)
        return [*parts, self._loose_sql()] if self._has_loose() else parts

    @api.model
    @ormcache()
    def _has_loose(self):
        """Tell whether goods were ever delivered without an order on credit: most
        companies never do, and each check would look for it."""
        asked = SQL(
            """SELECT FROM credit_decision
                WHERE picking_id IS NOT NULL AND asked > 0 LIMIT 1"""
        )
        return bool(self.env.execute_query(asked))

    def _loose_decisions_sql(self):
        """Return the decisions that let goods go without an order: rows (partner_id,
        company_id, day, amount)."""
        return SQL(
            """SELECT known.partner_id, known.company_id,
                      picking.date_done::date AS day,
                      known.covered_amount * (
                          -- as far as it did not come back
                          SELECT GREATEST(0, 1 - COALESCE(SUM(back.quantity), 0)
                                             / NULLIF(SUM(moved.quantity), 0))
                            FROM stock_move AS moved
                            LEFT JOIN LATERAL (
                                 SELECT SUM(quantity) AS quantity FROM stock_move
                                  WHERE origin_returned_move_id = moved.id
                                    AND state = 'done') AS back ON TRUE
                           WHERE moved.picking_id = picking.id
                             AND moved.state = 'done') AS amount
                 FROM credit_decision AS known
                 JOIN stock_picking AS picking ON picking.id = known.picking_id
                WHERE known.state = ANY(%s) AND known.covered_amount > 0
                  AND picking.state = 'done' AND picking.sale_id IS NULL""",
            list(LIVE),
        )

    def _loose_sql(self):
        """Return the part of the exposure, as :meth:`_exposure_parts` has it.

        Invoices take off what was delivered before them, and no more than that: one
        that comes to more is for something else.
        """
        return SQL(
            """SELECT file_id, SUM(amount) - LEAST(0, MIN(running))
                 FROM (
               SELECT file_id, amount, SUM(amount) OVER (
                          PARTITION BY file_id ORDER BY day, amount DESC
                          ROWS UNBOUNDED PRECEDING) AS running
                 FROM (
               SELECT debtor.file_id, loose.day, loose.amount
                 FROM debtor JOIN (%(loose)s) AS loose
                   ON loose.partner_id = debtor.partner_id
                  AND loose.company_id = debtor.root_id
                UNION ALL
               SELECT debtor.file_id, COALESCE(move.invoice_date, move.date),
                      -move.amount_total_signed
                 FROM debtor JOIN account_move AS move
                   ON move.partner_id = debtor.partner_id
                  AND move.company_id = ANY(debtor.company_ids)
                WHERE move.move_type = 'out_invoice' AND move.state != 'cancel'
                  AND NOT EXISTS (
                      SELECT FROM account_move_line AS line
                        JOIN sale_order_line_invoice_rel AS rel
                          ON rel.invoice_line_id = line.id
                       WHERE line.move_id = move.id)) AS event) AS each
             GROUP BY file_id""",
            loose=self._loose_decisions_sql(),
        )
