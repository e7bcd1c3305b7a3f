from odoo import api, models

from .credit_file import COLLECTION

STOP = "stop_supply"


class CollectionEffect(models.Model):
    """Supply stops: orders are held from then on, and other addons hear of it."""

    _inherit = "collection.effect"

    @api.model
    def _effects(self):
        return [*super()._effects(), (STOP, self.env._("Stop supply"))]

    def _effect_stop_supply(self):
        """Stop supply to the customers of these actions; twice is as good as once.

        A customer without a credit file gets one, else orders would not be checked. An
        archived file is left alone: the company decided not to control this customer.
        Customers who were stopped by collection already keep the first reason.
        """
        Files = self.env["credit.file"].sudo()
        for company, effects in self.grouped("company_id").items():
            actions = effects.action_id
            files = Files._open_for_collection(actions.partner_id, company)
            going = files.filtered(lambda file: COLLECTION not in (file.stops or {}))
            of_customer = {action.partner_id: action for action in actions}
            for file in going:
                action = of_customer[file.partner_id]
                file._stop_supply(COLLECTION, action._why())
            going.collection_paid_on = False
            company = company.root_id
            told = [self.env._("Supply is stopped.")]
            if company.credit_mode != "enforce":
                told.append(company.credit_mode_words)
            going._collection_tell_cases(" ".join(told))
