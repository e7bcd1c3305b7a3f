from odoo import models


class AccountPartialReconcile(models.Model):
    """An index that finds the matches of later days."""

    _inherit = "account.partial.reconcile"

    _trade_max_date_idx = models.Index("(max_date)")
