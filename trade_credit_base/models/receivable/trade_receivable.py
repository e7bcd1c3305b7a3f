from odoo import models


class TradeReceivable(models.AbstractModel):
    """What customers owe on any day: the one reader of the books."""

    _name = "trade.receivable"
    _description = "Receivable of a Day"
