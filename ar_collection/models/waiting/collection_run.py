from odoo import api, models

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import COLLECTOR, MANAGER
from ..start.collection_run import TYPE

PRINTED = [("channel", "=", "post"), ("state", "in", ("todo", "failed"))]
UNREACHED = [("state", "=", "unreached"), ("case_id", "=", False)]
TAKEN_OUT = [("state", "=", "failed"), ("next_try", "=", False)]


class CollectionRun(models.Model):
    """What waits of a day's run: its start, letters to be posted, mails that somebody
    took out of the queue, steps that fail each time."""

    _inherit = "collection.run"

    @api.model
    def _waits(self):
        def of(deliveries):
            return [("action_ids", "any", [("delivery_ids", "any", deliveries)])]

        failed = [("action_ids", "any", [("state", "=", "failed")])]
        begun = ("date", MANAGER, COLLECTOR)
        return [
            *super()._waits(),
            Wait("start", [("state", "=", "waiting")], "create_date", *begun[1:], TYPE),
            Wait("post", of(PRINTED), *begun),
            Wait("address", of(UNREACHED), *begun),
            Wait("unsent", of(TAKEN_OUT), *begun),
            Wait("failed", failed, *begun),
        ]

    def _wait_filtered(self, wait):
        found = super()._wait_filtered(wait)
        if wait.code == "start":
            return found.filtered(lambda run: run._has_due())
        return found

    def _wait_today(self, wait):
        """Return a first run's own day, which is renewed as long as it waits."""
        return self.date if wait.code == "start" else super()._wait_today(wait)

    def _wait_candidates(self, wait):
        return self.company_id.collection_collector_id

    def _wait_words(self, wait):
        return {
            "start": self.env._("Check and start it"),
            "post": self.env._("Print the letters and post them"),
            "address": self.env._("No address: find one, letters wait for it"),
            "unsent": self.env._("Send the e-mails that were taken out of the queue"),
            "failed": self.env._("See why these steps fail each day"),
        }.get(wait.code) or super()._wait_words(wait)
