from odoo import api, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.sentences import Amount, Name

from ..delivery.collection_effect import LETTERS

_lt = LazyTranslate(__name__)


class CollectionEffect(models.Model):
    """The step of the procedure that proposes measures by amount."""

    _inherit = "collection.effect"

    @api.model
    def _effects(self):
        return [
            *super()._effects(),
            ("measures", self.env._("Propose protective measures by amount")),
        ]

    def _run_all(self):
        """Propose first; then what says so waits for the decision, or is left out if
        there is none in force. The rest of the step goes on."""
        proposing = self.filtered(lambda each: each.code == "measures")
        super(CollectionEffect, proposing)._run_all()
        others = self - proposing
        letters = others.filtered(lambda each: each.code in LETTERS)
        stands = letters.action_id._stands()
        waiting = letters.filtered(
            lambda each: stands.get(each.action_id) == "proposed"
        )
        left = letters.filtered(lambda each: stands.get(each.action_id) == "none")
        if left:
            why = _lt("Not sent: the measure was not approved")
            left.write({"state": "left_out", "outcome": why})
        return super(CollectionEffect, others - waiting - left)._run_all()

    def _effect_measures(self):
        """Propose to end the relationship or, from the company's amount on, to sue.

        A case where the same or legal action waits or is in force gets no second one.
        """
        Measure = self.env["collection.measure"].sudo()
        actions = self.action_id.filtered("case_id")
        known = Measure.search([("action_id", "in", actions.ids)]).action_id
        open_kinds = Measure._open_kinds(actions.case_id)
        values = []
        for action in actions - known:
            case = action.case_id.sudo()
            items = case._overdue_items()
            amount = sum(items.mapped("residual"))
            sue = amount >= action.company_id.collection_legal_amount
            kind = "legal_action" if sue else "end_relationship"
            if not items or open_kinds.get(case.id, set()) & {kind, "legal_action"}:
                continue
            values.append(
                {
                    **case._measure_values(kind, self._measure_reason(action), items),
                    "action_id": action.id,
                    "proposed_by_id": self.env.ref("base.user_root").id,
                }
            )
        Measure._propose(values)

    def _measure_reason(self, action):
        """:return: the reason of a measure that the procedure proposes"""
        case = action.case_id
        stage = action.stage_id
        return _lt(
            "The procedure reached “%(stage)s”: %(amount)s are overdue, the oldest "
            "item by %(days)s days.",
            stage=Name(stage._name, stage.id, stage.name),
            amount=Amount(case.overdue, case.currency_id.id),
            days=case.days_late,
        )
