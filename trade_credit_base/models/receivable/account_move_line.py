from odoo import fields, models
from odoo.tools import sql


class AccountMoveLine(models.Model):
    """An index that finds drafts which stay matched: they are few; and the number by
    which a customer knows an item, for statements that read items alone."""

    _inherit = "account.move.line"

    _trade_matched_draft_idx = models.Index(
        "(id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL"
    )

    trade_number = fields.Char(related="move_id.trade_number", store=True)

    def _auto_init(self):
        """Add the column empty, as it is to be: Odoo would compute line by line that no
        entry has such a number."""
        if not sql.column_exists(self.env.cr, self._table, "trade_number"):
            sql.create_column(self.env.cr, self._table, "trade_number", "varchar")
        return super()._auto_init()
