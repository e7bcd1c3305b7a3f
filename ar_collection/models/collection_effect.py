from odoo import api, fields, models


class CollectionEffect(models.Model):
    """One thing that one action does: done once, whatever happens in between."""

    _name = "collection.effect"
    _description = "Effect of an Action"
    _order = "action_id, sequence, id"
    _rec_name = "code"

    action_id = fields.Many2one(
        "collection.action", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="action_id.company_id", store=True)
    stage_effect_id = fields.Many2one("collection.stage.effect", ondelete="restrict")
    sequence = fields.Integer()
    code = fields.Selection("_select_code", required=True, string="Effect")
    state = fields.Selection(
        [("todo", "To do"), ("done", "Done"), ("failed", "Failed")],
        default="todo",
        required=True,
    )
    outcome = fields.Char()

    _once = models.UniqueIndex(
        "(action_id, stage_effect_id)", "An action has each effect once."
    )

    @api.model
    def _select_code(self):
        return self._effects()

    @api.model
    def _effects(self):
        """Return the effects as (code, label). Extend to add one; then write
        ``_effect_<code>`` on recordsets of this model, safe to run twice."""
        return [
            ("activity", self.env._("Activity")),
            ("hand_over", self.env._("Hand over to the company's collector")),
        ]

    def _effect_activity(self):
        """Give somebody something to do about the case."""
        for effect in self:
            given = effect.stage_effect_id
            case = effect.action_id.case_id
            target = case or effect.action_id.partner_id
            target.activity_schedule(
                activity_type_id=given.activity_type_id.id,
                date_deadline=fields.Date.add(effect.action_id.date, days=given.days),
                summary=effect.action_id.stage_id.name,
                user_id=(effect._responsible() or self.env.user).id,
            )

    def _effect_hand_over(self):
        """Move the cases from the salesperson to the company's collector."""
        for company, effects in self.grouped("company_id").items():
            cases = effects.action_id.case_id
            collector = company.collection_collector_id
            cases.write({"company_level": True})
            if collector:
                cases.write({"user_id": collector.id})

    def _responsible(self):
        self.ensure_one()
        given, action = self.stage_effect_id, self.action_id
        salesperson = action.partner_id.user_id
        return {
            "owner": action.case_id.user_id or salesperson,
            "salesperson": salesperson,
            "collector": action.company_id.collection_collector_id,
            "user": given.user_id,
        }[given.responsible]
