import logging

from odoo import api, fields, models

from odoo.addons.trade_credit_base.batches import apart, words_of

_logger = logging.getLogger(__name__)


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
    stage_effect_id = fields.Many2one("collection.stage.effect", ondelete="set null")
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
        """Give somebody something to do about the case, or about the customer where
        nothing is late yet.

        Nobody is mailed about it: the procedure gives out many a day, and they stand in
        the lists of those who do them.
        """
        activities = self.env["mail.activity"]
        usual = self.env.ref("mail.mail_activity_data_todo")
        quiet = activities.with_context(mail_activity_quick_update=True)
        quiet.create([effect._activity(usual) for effect in self])

    def _activity(self, usual):
        """:return: values of the activity, in the words of whom it is for"""
        given, action = self.stage_effect_id, self.action_id
        target = action.case_id or action.partner_id
        user = self._responsible()
        stage = action.stage_id.with_context(lang=user.lang or self.env.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id(target._name),
            "res_id": target.id,
            "activity_type_id": (given.activity_type_id or usual).id,
            "automated": True,
            "summary": stage.name,
            "date_deadline": fields.Date.add(action.date, days=given.days),
            "user_id": user.id,
        }

    def _effect_hand_over(self):
        """Move the cases from the salesperson to the company's collector."""
        for company, effects in self.grouped("company_id").items():
            cases = effects.action_id.case_id.with_context(
                mail_auto_subscribe_no_notify=True
            )
            collector = company.collection_collector_id
            cases.write({"company_level": True})
            if collector:
                cases.write({"user_id": collector.id})

    def _responsible(self):
        """Return who is to do something; the collector where that one is missing."""
        given, action = self.stage_effect_id, self.action_id
        salesperson = action.partner_id.user_id
        collector = action.company_id.collection_collector_id
        found = {
            "owner": action.case_id.user_id or salesperson,
            "salesperson": salesperson,
            "collector": collector,
            "user": given.user_id,
        }[given.responsible]
        return found.filtered("active") or collector or self.env.user

    # === RUNNING === #

    def _run_once(self, code):
        """Run effects together, one by one if that fails.

        :param str code: which kind they are of
        """

        def failed(error):
            if len(self) == 1:
                _logger.warning("Effect %s of %s: %s", code, self.action_id, error)
                outcome = words_of(self.env, error)
                self.write({"state": "failed", "outcome": outcome})
                return
            self.env.invalidate_all()
            for effect in self:
                effect._run_once(code)

        with apart(self.env.cr, failed):
            getattr(self, f"_effect_{code}")()
            self.write({"state": "done", "outcome": False})
