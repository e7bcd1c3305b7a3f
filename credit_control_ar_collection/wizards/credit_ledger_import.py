from odoo import models


class CreditLedgerImport(models.TransientModel):
    _inherit = "credit.ledger.import"

    def _carry_out(self, plan):
        """Have collection look at what came in: a first run that waits shows it then,
        and whoever may start it is told."""
        done = super()._carry_out(plan)
        self.env.ref("ar_collection.collection_cron").sudo()._trigger()
        return done
