from odoo import api, models
from odoo.tools import format_amount, format_date

from .collection_stage import STOP
from .credit_file import COLLECTION


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
        Whoever was stopped by collection already keeps the first reason.
        """
        Files = self.env["credit.file"].sudo()
        for company, effects in self.grouped("company_id").items():
            actions = effects.action_id
            files = Files._open_for_collection(actions.partner_id, company)
            going = files.filtered(lambda file: COLLECTION not in (file.stops or {}))
            of_customer = {action.partner_id: action for action in actions}
            for file in going:
                action = of_customer[file.partner_id]
                file._stop_supply(COLLECTION, action._credit_stop_reason())
            going.collection_paid_on = False
            going._collection_tell_cases(self.env._("Supply is stopped."))


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _credit_stop_reason(self):
        """:return: why supply stops, as the credit file says it"""
        self.ensure_one()
        due = self.line_ids.filtered(lambda line: line.state == "due")
        return self.env._(
            "%(stage)s on %(day)s: %(amount)s not paid, up to %(days)s days late",
            stage=self.stage_id.name,
            day=format_date(self.env, self.date),
            amount=format_amount(self.env, self.amount, self.company_id.currency_id),
            days=max(due.mapped("days_late"), default=0),
        )
