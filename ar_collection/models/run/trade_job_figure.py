from odoo import api, models


class TradeJobFigure(models.Model):
    """What the scheduled jobs of this app count."""

    _inherit = "trade.job.figure"

    @api.model
    def _codes(self):
        return super()._codes() | {
            "items_found": self.env._("Items found"),
            "steps_due": self.env._("Items that take a step"),
            "actions_performed": self.env._("Actions performed"),
            "actions_failed": self.env._("Actions that are tried again"),
            "letters_built": self.env._("Letters built"),
            "deliveries_sent": self.env._("Deliveries sent off"),
            "deliveries_failed": self.env._("Deliveries that are tried again"),
            "statements_sent": self.env._("Statements sent"),
            "statements_failed": self.env._("Statements not sent"),
        }
