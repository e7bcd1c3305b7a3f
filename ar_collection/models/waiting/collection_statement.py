from odoo import api, models

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import MANAGER, USER


class CollectionStatement(models.Model):
    """Statements that were drawn up, or could not be sent, wait for who made them."""

    _name = "collection.statement"
    _inherit = ["collection.statement", "mail.activity.mixin", "trade.waiting"]

    @api.model
    def _waits(self):
        unsent = [("state", "=", "draft"), ("waits", "=", False)]
        # Those that one person made for one day are told of on the first of them
        once = ("company_id", "create_uid", "date")
        wait = Wait("send", unsent, "create_date", MANAGER, USER, once=once)
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        company = self.company_id
        return self.create_uid | company.collection_collector_id

    def _wait_able(self, wait):
        return self.company_id._trade_able(MANAGER)

    def _wait_words(self, wait):
        return self.env._("Send the statements of account")
