from odoo import api, models
from odoo.tools import plaintext2html

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import MANAGER
from ..order.sale_order import RELEASE_ACTIVITY

HELD = [("state", "=", "held")]


class SaleOrder(models.Model):
    """A held order waits for those who may release it."""

    _name = "sale.order"
    _inherit = ["sale.order", "trade.waiting"]

    @api.model
    def _waits(self):
        held = [("credit_decision_ids", "any", HELD)]
        since = "credit_decision_ids.asked_on"
        wait = Wait("release", held, since, MANAGER, activity=RELEASE_ACTIVITY)
        return [*super()._waits(), wait]

    def _wait_filtered(self, wait):
        found = super()._wait_filtered(wait)
        if wait.code != "release":
            return found
        return found.filtered(lambda order: order._credit_mode() == "enforce")

    def _wait_since(self, wait):
        if wait.code != "release":
            return super()._wait_since(wait)
        held = self.credit_decision_ids.filtered_domain(HELD)
        return self.company_id._trade_day(min(held.mapped("asked_on")))

    def _wait_barred(self, wait):
        barred = super()._wait_barred(wait)
        for decision in self.credit_decision_ids.filtered_domain(HELD):
            if wait.code == "release":
                barred |= decision._involved()
        return barred

    def _wait_able(self, wait):
        if wait.code != "release":
            return super()._wait_able(wait)
        people = self.env["res.users"]
        for decision in self.credit_decision_ids.filtered_domain(HELD):
            people |= decision._releasers()
        return people

    def _wait_words(self, wait):
        if wait.code != "release":
            return super()._wait_words(wait)
        return self.credit_decision_ids.filtered_domain(HELD)[:1]._asked_words()

    def _wait_values(self, wait, user):
        values = super()._wait_values(wait, user)
        if wait.code == "release":
            held = self.credit_decision_ids.filtered_domain(HELD)[:1]
            why = held.asked_reason
            values["note"] = plaintext2html(why) if why else False
        return values
