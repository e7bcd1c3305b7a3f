from odoo import models


class AccountMoveLine(models.Model):
    """An index that finds drafts which stay matched: they are few."""

    _inherit = "account.move.line"

    _trade_matched_draft_idx = models.Index(
        "(id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL"
    )
