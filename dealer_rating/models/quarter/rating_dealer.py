from odoo import api, models
from odoo.fields import Domain

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ..dealer.rating_dealer import MANAGER

PENDING = [("proposal", "=", "pending"), ("is_current", "=", True)]


class RatingDealer(models.Model):
    """Two poor quarters running wait for a manager, on the dealer."""

    _inherit = "rating.dealer"

    @api.model
    def _waits(self):
        pending = Domain("quarter_ids", "any", PENDING)
        wait = Wait("poor", pending, "quarter_ids.confirmed_on", MANAGER, MANAGER)
        return [*super()._waits(), wait]

    def _wait_since(self, wait):
        if wait.code != "poor":
            return super()._wait_since(wait)
        pending = self.quarter_ids.filtered_domain(PENDING)
        moments = pending.mapped("confirmed_on") + pending.mapped("create_date")
        return max(filter(None, moments)).date()

    def _wait_words(self, wait):
        if wait.code == "poor":
            return self.env._("Two poor quarters: decide on supply or the contract")
        return super()._wait_words(wait)
