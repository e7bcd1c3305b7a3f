from odoo import models


class CollectionAction(models.Model):
    """Reason for a measure that a step of the procedure proposes."""

    _inherit = "collection.action"

    def _measure_reason(self):
        self.ensure_one()
        return self.env._(
            "The procedure reached “%(stage)s”: %(amount)s are overdue, the oldest "
            "item by %(days)s days.",
            stage=self.stage_id.name,
            amount=self.currency_id.format(self.case_id.overdue),
            days=self.case_id.days_late,
        )
