from odoo import api, models


class TradeJobFigure(models.Model):
    """What the scheduled jobs of this app count."""

    _inherit = "trade.job.figure"

    @api.model
    def _codes(self):
        return super()._codes() | {
            "files_followed": self.env._("Stopped customers looked at"),
            "supply_resumed": self.env._("Supply resumed"),
            "supply_proposed": self.env._("Resuming proposed"),
        }
