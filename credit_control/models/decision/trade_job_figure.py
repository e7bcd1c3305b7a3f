from odoo import api, models


class TradeJobFigure(models.Model):
    """What the scheduled jobs of this app count."""

    _inherit = "trade.job.figure"

    @api.model
    def _codes(self):
        return super()._codes() | {
            "decisions_retaken": self.env._("Decisions taken again"),
            "orders_cured": self.env._("Orders no longer held"),
            "limits_pushed": self.env._("Limits given to the accounting app"),
        }
