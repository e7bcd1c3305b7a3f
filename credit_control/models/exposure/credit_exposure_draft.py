from odoo import models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """Invoices in draft: which of them count as exposure.

    All do but one kind: Odoo copies a recurring invoice for its next date at once, and
    until that date the copy is a plan. Invoices that an order or a person made count,
    whatever their date.
    """

    _inherit = "credit.exposure"

    def _draft_counts_sql(self, day):
        """Return the condition that an entry (``move`` of the outer query) is an
        invoice in draft that counts."""
        return SQL(
            """move.state = 'draft' AND move.move_type IN ('out_invoice', 'out_receipt')
               AND (move.auto_post_origin_id IS NULL OR move.date <= %s
                    OR EXISTS (SELECT FROM account_move_line AS line
                                 JOIN sale_order_line_invoice_rel AS rel
                                   ON rel.invoice_line_id = line.id
                                WHERE line.move_id = move.id))""",
            day,
        )

    def _draft_counts_domain(self, day):
        """Return :meth:`_draft_counts_sql` as a domain of ``account.move``."""
        return [
            ("state", "=", "draft"),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            *("|", "|", ("auto_post_origin_id", "=", False), ("date", "<=", day)),
            ("invoice_line_ids.sale_line_ids", "!=", False),
        ]
