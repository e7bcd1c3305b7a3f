from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionItem(models.Model):
    """An open promise or a valid dispute stops an item's days; when the last of them
    ends, they go on where they stood."""

    _inherit = "collection.item"

    promise_ids = fields.Many2many("collection.promise", string="Promises")
    dispute_ids = fields.Many2many("collection.dispute", string="Disputes")

    _paused_idx = models.Index("(company_id) WHERE paused_since IS NOT NULL")

    @api.model
    def _update_pauses(self, company, day, items=None):
        """Stop and resume the items of a company as its promises and disputes say.

        May be called at any time and any number of times a day.

        :param company: a root company
        :param date day: today, where the company is
        :param items: to look at these only; None for all
        """
        self.env.flush_all()
        self.env.cr.execute(self._pauses_sql(company, day, items))
        self.invalidate_model(["paused_since", "paused_days"])

    def _promised_already(self):
        """Return what open promises about these items still have to bring.

        :rtype: float, in company currency
        """
        waiting = self.promise_ids.filtered(lambda promise: promise.state == "open")
        return sum(promise.amount - promise.received for promise in waiting)

    def _promised_days(self, day):
        """Return for how many days promises stopped the one of these items that they
        stopped longest, until a day. Whatever came of them; side by side they count
        once.

        :rtype: int
        """
        longest = 0
        for item in self:
            rested, until = 0, date.min
            for promise in item.promise_ids.sorted("made_on"):
                since = max(promise.made_on, until)
                until = max(until, min(promise.settled_on or day, day))
                rested += max(0, (until - since).days)
            longest = max(longest, rested)
        return longest

    def _pauses_sql(self, company, day, items):
        return SQL(
            """
            WITH stopped AS MATERIALIZED (%(stopped)s),
                 changed AS (
                 SELECT id, TRUE AS stops FROM collection_item
                  WHERE company_id = %(company)s AND paused_since IS NULL
                    AND id IN (SELECT item_id FROM stopped)
                  UNION ALL
                 SELECT id, FALSE FROM collection_item
                  WHERE company_id = %(company)s AND paused_since IS NOT NULL
                    AND id NOT IN (SELECT item_id FROM stopped))
            UPDATE collection_item AS item
               SET paused_since = CASE WHEN changed.stops THEN %(day)s::date END,
                   paused_days = COALESCE(item.paused_days, 0)
                       + CASE WHEN changed.stops THEN 0
                              ELSE GREATEST(0, %(day)s::date - item.paused_since) END
              FROM changed
             WHERE item.id = changed.id AND %(among)s
            """,
            stopped=self._stopped_sql(company),
            company=company.id,
            day=day,
            among=self._among_sql("item.id", items),
        )

    def _stopped_sql(self, company):
        """Return the items whose days stand still. Extend for other reasons.

        :return: SQL of rows (item_id), none of them null
        """
        return SQL(
            """
            SELECT line.item_id
              FROM collection_promise AS promise
              JOIN collection_promise_line AS line ON line.promise_id = promise.id
             WHERE promise.company_id = %(company)s AND promise.state = 'open'
             UNION
            SELECT disputed.collection_item_id
              FROM collection_dispute AS dispute
              JOIN collection_dispute_collection_item_rel AS disputed
                ON disputed.collection_dispute_id = dispute.id
             WHERE dispute.company_id = %(company)s AND dispute.state = 'valid'
            """,
            company=company.id,
        )
