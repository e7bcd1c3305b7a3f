from odoo import api, fields, models
from odoo.tools import SQL, split_every
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.batches import AGAIN
from odoo.addons.trade_credit_base.sentences import Amount, Name, Sentence, kept

from ...statements import stamp

_lt = LazyTranslate(__name__)
BATCH = 100  # actions between two commits


class CollectionAction(models.Model):
    """Everything done, sent or said to one customer on one day. Never deleted."""

    _name = "collection.action"
    _description = "Collection Action"
    _inherit = ["mail.thread", "record.seal.mixin", "collection.case.record"]
    _order = "date desc, id desc"

    run_id = fields.Many2one("collection.run", index="btree_not_null")
    date = fields.Date(required=True)
    kind = fields.Selection(
        [
            ("procedure", "Procedure"),
            ("call", "Call"),
            ("visit", "Visit"),
            ("note", "Note"),
            ("left_out", "Left out of a run"),
        ],
        required=True,
    )
    stage_id = fields.Many2one("collection.stage", "Highest Stage")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("waiting", "Waits for a decision"),
            ("sending", "Being sent"),
            ("done", "Done"),
            ("failed", "Failed, tried again"),
            ("settled", "Not needed any more"),
            ("held_out", "Held out"),
        ],
        default="planned",
        required=True,
    )
    amount = fields.Monetary(help="Total of the items that took a step.")
    user_id = fields.Many2one("res.users", "Owner")
    failure = Sentence()
    line_ids = fields.One2many("collection.action.line", "action_id", "Items")
    effect_ids = fields.One2many(
        "collection.effect",
        "action_id",
        "Effects",
        groups="ar_collection.collection_group_user",
    )

    _day_unique = models.UniqueIndex(
        "(partner_id, company_id, date) WHERE kind = 'procedure'",
        "One contact a customer and day.",
    )
    _todo_idx = models.Index(
        "(id) WHERE state IN ('planned', 'waiting', 'sending', 'failed')"
    )

    documents = fields.Char(
        compute="_compute_documents",
        help="Items that took a step; the action's form has those it skipped as well.",
    )

    contact_id = fields.Many2one("res.partner", help="Person spoken to.")
    reason_id = fields.Many2one(
        "collection.reason",
        help="Reason that the customer gives for being late.",
        index=True,
    )
    note = fields.Text()

    @api.depends("partner_id", "stage_id", "date")
    def _compute_display_name(self):
        for action in self:
            what = action.stage_id.name or action._fields["kind"].convert_to_export(
                action.kind, action
            )
            action.display_name = f"{action.partner_id.name}: {what}"

    # === DOCUMENTS === #

    @api.depends("line_ids.number", "line_ids.state")
    def _compute_documents(self):
        for action in self:
            due = action.line_ids.filtered(lambda line: line.state == "due")
            action.documents = ", ".join(filter(None, due.mapped("number")))

    def _why(self):
        """:return: what brought this step about, in a sentence for other documents, as
        it is stored there"""
        self.ensure_one()
        stage = self.stage_id
        # What takes a lower step that day is not what the customer is asked for
        due = self.line_ids.filtered(
            lambda line: line.state == "due" and line.stage_id == stage
        )
        sentence = _lt(
            "%(stage)s on %(day)s: %(amount)s not paid, up to %(days)s days late",
            stage=Name(stage._name, stage.id, stage.name),
            day=self.date,
            amount=Amount(sum(due.mapped("residual")), self.currency_id.id),
            days=max(due.mapped("days_late"), default=0),
        )
        return kept(sentence)

    # === PERFORMING === #

    @api.model
    def _perform_planned(self):
        """Do what is planned and what failed before, and commit after each batch."""
        todo = self.sudo().search([("state", "in", ("planned", "failed"))], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for ids in split_every(BATCH, todo.ids):
            actions = self.sudo().browse(ids)
            actions._perform()
            actions.run_id._finish()
            actions._report()
            if not cron._commit_progress(len(ids)):
                return
        # What somebody else held meanwhile does not wait for tomorrow
        if self.sudo().search_count([("state", "=", "planned")], limit=1):
            cron = self.env.ref("ar_collection.collection_cron").sudo()
            cron._trigger(fields.Datetime.now() + AGAIN)

    def _report(self):
        """Report these actions, which the scheduled job performed or tried to."""
        for company, own in self.grouped("company_id").items():
            failed = own.filtered(lambda action: action.state == "failed")
            self.env["trade.job"]._report(
                company, actions_performed=own - failed, actions_failed=failed
            )

    def _perform(self):
        """Do these actions. What was paid in the meantime is left alone."""
        actions = self.try_lock_for_update(allow_referencing=True)
        actions = actions.filtered(lambda each: each.state in ("planned", "failed"))
        actions._drop_settled()
        actions = actions.filtered(lambda each: each.state != "settled")
        actions._effects_to_do()._run_all()
        failed = actions.effect_ids.filtered(lambda each: each.state == "failed")
        for action, effects in failed.grouped("action_id").items():
            reasons = effects._fields["outcome"].stored(effects)
            action.write({"state": "failed", "failure": reasons})
        (actions - failed.action_id)._after_effects()

    def _after_effects(self):
        """Say where these actions stand once all of their effects are done.

        Extend where something is still on its way.
        """
        self.write({"state": "done", "failure": False})

    def _drop_settled(self):
        """Leave out what was paid between planning and doing."""
        for company, own in self.grouped("company_id").items():
            day = company._trade_day()
            self.env["collection.item"]._sync(company, day, own.partner_id)
            own._settle_paid()

    def _settle_paid(self):
        """Leave out what is paid or on hold by now, and what is left if that is not
        what the action's own stage was for, or below the floor. Its step was not taken:
        should it be owed again, or go on, the run takes it then."""
        due = self.line_ids.filtered(lambda line: line.state == "due")
        owing = due.filtered(lambda line: line.item_id._unpaused() > 0)
        for action, lines in owing.grouped("action_id").items():
            day, floor = action.stage_id.day, action.stage_id.procedure_id.small_amount
            planned = due.filtered(
                lambda line, action=action, day=day: (
                    line.action_id == action and line.stage_id.day >= day
                )
            )
            asked = sum(line.item_id._unpaused() for line in planned & lines)
            floor = min(floor, sum(planned.mapped("residual")))
            if not asked or asked < floor:
                owing -= lines
        (due - owing)._set_state("dropped")
        (self - owing.action_id).write({"state": "settled"})
        (due - owing)._mark_again()

    def _effects_to_do(self):
        """:return: the effects of these actions that are not done yet"""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_effect (
                       action_id, company_id, stage_effect_id, sequence, code, state,
                       create_uid, write_uid, create_date, write_date)
                SELECT action.id, action.company_id, given.id, given.sequence,
                       given.code, 'todo', %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM collection_action AS action
                  JOIN collection_stage_effect AS given
                    ON given.stage_id = action.stage_id
                 WHERE action.id = ANY(%(ids)s)
                    ON CONFLICT (action_id, stage_effect_id) DO NOTHING
                """,
                **stamp(self.env),
                ids=self.ids,
            )
        )
        self.env["collection.effect"].invalidate_model()
        self.invalidate_recordset(["effect_ids"])
        undone = self.effect_ids.filtered(
            lambda effect: effect.state in ("todo", "failed")
        )
        off = undone.filtered(lambda effect: not effect.stage_effect_id)
        off.write({"state": "done", "outcome": _lt("Removed from the stage")})
        return undone - off
