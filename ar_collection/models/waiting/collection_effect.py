from odoo import models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.sentences import Name

_lt = LazyTranslate(__name__)
TASKS = ["activity", "reason"]  # effects that ask somebody to do something


class CollectionEffect(models.Model):
    """The task of a later step ends those of earlier steps about the same items: whom
    they asked for the money has the answer, or will not get it any more. What nobody
    answered stays in the record.
    """

    _inherit = "collection.effect"

    def _effect_activity(self):
        result = super()._effect_activity()
        self._overtake()
        return result

    def _effect_reason(self):
        self._overtake()
        return super()._effect_reason()

    def _overtake(self):
        """End the tasks of earlier steps of which each item that is still owed has come
        to a later step with a task."""
        self.env.flush_all()
        rows = self.env.execute_query(self._overtaken_sql())
        by_step = {
            (each.action_id.partner_id.id, each.action_id.company_id.id): each.action_id
            for each in self
        }
        activities = self.env["mail.activity"].sudo()
        notes, asked = {}, self.browse()
        for effect, activity, partner, company in rows:
            effect, action = self.browse(effect), by_step[partner, company]
            stage = action.stage_id
            effect.outcome = _lt(
                "Not answered before “%(stage)s” on %(day)s",
                stage=Name(stage._name, stage.id, stage.name),
                day=action.date,
            )
            activities |= activities.browse(activity or ())
            asked |= effect
            if case := action.case_id:
                task = effect.action_id.stage_id.name
                notes.setdefault(case, []).append(f"{task}: {effect.outcome}")
        activities.exists().unlink()
        asked.action_id.case_id._follow_waits("reason")
        cases = self.env["collection.case"].concat(*notes)
        bodies = {case.id: "; ".join(said) for case, said in notes.items()}
        cases._message_log_batch(bodies=bodies)

    def _overtaken_sql(self):
        """Return the tasks that were not done and are overtaken by these effects. One
        that several actions gave is, once all of them are.

        :return: SQL of rows (id, activity_id, partner_id, company_id)
        """
        return SQL(
            """
            WITH given AS MATERIALIZED (
                 SELECT effect.id, effect.activity_id, action.partner_id,
                        action.company_id,
                        EXISTS (%(open)s) AND NOT EXISTS (%(open)s AND NOT %(passed)s)
                            AS is_overtaken
                   FROM (SELECT DISTINCT action.partner_id, action.company_id
                           FROM collection_effect AS effect
                           JOIN collection_action AS action
                             ON action.id = effect.action_id
                          WHERE effect.id = ANY(%(ids)s)) AS now
                   JOIN collection_action AS action USING (partner_id, company_id)
                   JOIN collection_stage AS stage ON stage.id = action.stage_id
                   JOIN collection_effect AS effect ON effect.action_id = action.id
                   LEFT JOIN collection_case AS own ON own.id = action.case_id
                   LEFT JOIN mail_activity AS task
                     ON task.id = effect.activity_id AND task.active
                  WHERE effect.code = ANY(%(tasks)s) AND effect.state = 'done'
                    AND effect.outcome IS NULL AND action.kind = 'procedure'
                    AND (task.id IS NOT NULL
                         OR effect.code = 'reason' AND own.state = 'open'
                            AND own.reason_id IS NULL))
            SELECT id, activity_id, partner_id, company_id FROM given
             WHERE is_overtaken
               AND NOT EXISTS (SELECT FROM given AS other
                                WHERE other.activity_id = given.activity_id
                                  AND NOT other.is_overtaken)
             ORDER BY id
            """,
            ids=self.ids,
            tasks=TASKS,
            open=SQL(
                """SELECT FROM collection_action_line AS line
                     JOIN collection_item AS item ON item.id = line.item_id
                    WHERE line.action_id = action.id AND line.state = 'due'
                      AND item.state = 'open' AND item.residual > 0"""
            ),
            passed=SQL(
                """EXISTS (
                   SELECT FROM collection_action_line AS taken
                     JOIN collection_stage AS later ON later.id = taken.stage_id
                    WHERE taken.item_id = line.item_id AND taken.state = 'due'
                      AND later.day > stage.day
                      AND EXISTS (SELECT FROM collection_stage_effect AS task
                                   WHERE task.stage_id = later.id
                                     AND task.code = ANY(%s)))""",
                TASKS,
            ),
        )
