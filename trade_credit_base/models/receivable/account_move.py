from odoo import api, fields, models


class AccountMove(models.Model):
    """An invoice that was written elsewhere keeps the number that the customer knows:
    letters, statements and lists quote it, whatever number it has in the books."""

    _inherit = "account.move"

    trade_number = fields.Char(
        "Number on the Document",
        copy=False,
        readonly=True,
        help="The number of an invoice that was written elsewhere. Letters and "
        "statements quote it instead of the number in these books.",
    )

    @api.depends("trade_number")
    @api.depends_context("trade_by_number")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_move_display_name(self, show_ref=False):
        """Leave the reference out where open items name their entries, and name those
        from elsewhere as their customers do."""
        by_number = self.env.context.get("trade_by_number")
        if by_number and self.trade_number:
            return self.trade_number
        return super()._get_move_display_name(show_ref and not by_number)
