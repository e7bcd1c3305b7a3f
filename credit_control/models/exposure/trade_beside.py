from odoo import models
from odoo.tools import SQL


class TradeBeside(models.AbstractModel):
    """Down payments on orders: what they are counts with their order, billed or
    deducted, whichever account the company books them on."""

    _inherit = "trade.beside"

    def _advance_counts_sql(self):
        return SQL(
            "%s AND line.is_downpayment IS NOT TRUE", super()._advance_counts_sql()
        )
