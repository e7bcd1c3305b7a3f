from odoo import api, models

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import COLLECTOR, MANAGER


class CollectionHandover(models.Model):
    """A hand-over that nobody signed waits for who prepared it."""

    _name = "collection.handover"
    _inherit = ["collection.handover", "mail.activity.mixin", "trade.waiting"]

    @api.model
    def _waits(self):
        drafts = [("state", "=", "draft")]
        wait = Wait("sign", drafts, "create_date", MANAGER, COLLECTOR)
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        return self.create_uid | self.company_id.collection_collector_id

    def _wait_words(self, wait):
        return self.env._("Have it signed, and confirm it")
