from odoo import api, models


class TradeJobFigure(models.Model):
    """What the scheduled jobs of this app count."""

    _inherit = "trade.job.figure"

    @api.model
    def _codes(self):
        return super()._codes() | {
            "accounts_opened": self.env._("Accounts drawn up"),
        }
