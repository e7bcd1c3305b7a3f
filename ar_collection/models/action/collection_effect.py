import logging

from odoo import api, fields, models

from odoo.addons.trade_credit_base.batches import apart, words_of
from odoo.addons.trade_credit_base.sentences import Sentence

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
        [
            ("todo", "To do"),
            ("done", "Done"),
            ("left_out", "Left out"),
            ("failed", "Failed"),
        ],
        default="todo",
        required=True,
    )
    outcome = Sentence()
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )

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
            ("reason", self.env._("Have the reason found out")),
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
        known, new = self._given_already(), []
        for effect in self:
            if activity := known.get(effect._given_key()):
                effect.activity_id = activity  # one for all items of a customer
            else:
                new.append(effect)
        given = quiet.create([effect._activity(usual) for effect in new])
        for effect, activity in zip(new, given, strict=True):
            effect.activity_id = activity

    def _given_key(self):
        action = self.action_id
        return (self.stage_effect_id, action.partner_id, action.company_id)

    def _given_already(self):
        """:return: {:meth:`_given_key`: open activity that an earlier effect gave}"""
        earlier = self.search(
            [
                ("stage_effect_id", "in", self.stage_effect_id.ids),
                ("action_id.partner_id", "in", self.action_id.partner_id.ids),
                ("activity_id.active", "=", True),
            ]
        )
        return {effect._given_key(): effect.activity_id for effect in earlier}

    def _activity(self, usual):
        """:return: values of the activity, in the words of whom it is for"""
        given, action = self.stage_effect_id, self.action_id
        target = action.case_id or action.partner_id
        user, absent = self._responsible(target)
        stage = action.stage_id.with_context(lang=user.lang or self.env.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id(target._name),
            "res_id": target.id,
            "activity_type_id": (given.activity_type_id or usual).id,
            "automated": True,
            "trade_wait": "step",
            "trade_for_id": absent.id,
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

    def _effect_reason(self):
        """Have the owners of the cases find out why it is not paid, until one of the
        reasons is written down."""
        self.action_id.case_id._follow_waits("reason")

    def _responsible(self, target):
        """Return who is to do something; where that one left, or may not open what it
        is about, whom it falls to now.

        :param target: the case or the customer
        :return: one user, and for whom if they stand in
        """
        given, action = self.stage_effect_id, self.action_id
        salesperson = action.partner_id.user_id
        collector = action.company_id.collection_collector_id
        found = {
            "owner": action.case_id.user_id or salesperson,
            "salesperson": salesperson,
            "collector": collector,
            "user": given.user_id,
        }[given.responsible]
        company = action.company_id
        first = company._trade_who(found, target)
        if any(first):
            return first
        return company._trade_who(company._trade_heirs(target, found), target)

    # === RUNNING === #

    def _run_all(self):
        """Run effects in the order of their stages, those of a kind together. Extend
        where some of them wait for something."""
        in_turn = self.sorted("sequence").grouped(
            lambda effect: (effect.sequence, effect.code)
        )
        for (_place, code), some in in_turn.items():
            some._run_once(code)

    def _run_once(self, code):
        """Run effects together, one by one if that fails.

        :param str code: which kind they are of
        """

        def failed(error):
            if len(self) == 1:
                _logger.warning("Effect %s of %s: %s", code, self.action_id, error)
                outcome = words_of(error)
                self.write({"state": "failed", "outcome": outcome})
                return
            self.env.invalidate_all()
            for effect in self:
                effect._run_once(code)

        with apart(self.env.cr, failed):
            getattr(self, f"_effect_{code}")()
            self.write({"state": "done", "outcome": False})
