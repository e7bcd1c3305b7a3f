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
        self.invalidate_model(["paused_since", "paused_days", "paused_amount"])

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
            WITH stopped AS MATERIALIZED (
                 SELECT item.id, BOOL_OR(part.amount IS NULL)
                        OR SUM(part.amount) >= item.residual AS is_whole,
                        LEAST(SUM(part.amount), item.residual) AS amount
                   FROM (%(stopped)s) AS part (item_id, amount)
                   JOIN collection_item AS item ON item.id = part.item_id
                  GROUP BY item.id),
                 fresh AS (
                 SELECT id, TRUE AS stops, 0 AS amount FROM stopped
                  WHERE is_whole
                  UNION ALL
                 SELECT id, FALSE, amount FROM stopped WHERE NOT is_whole
                  UNION ALL
                 SELECT id, FALSE, 0 FROM collection_item
                  WHERE company_id = %(company)s
                    AND (paused_since IS NOT NULL OR paused_amount > 0)
                    AND id NOT IN (SELECT id FROM stopped))
            UPDATE collection_item AS item
               SET paused_since = CASE WHEN fresh.stops THEN
                       COALESCE(item.paused_since, %(day)s::date) END,
                   paused_days = COALESCE(item.paused_days, 0)
                       + CASE WHEN fresh.stops OR item.paused_since IS NULL THEN 0
                              ELSE GREATEST(0, %(day)s::date - item.paused_since) END,
                   paused_amount = fresh.amount
              FROM fresh
             WHERE item.id = fresh.id AND item.company_id = %(company)s AND %(among)s
               AND ((item.paused_since IS NOT NULL, COALESCE(item.paused_amount, 0))
                    IS DISTINCT FROM (fresh.stops, fresh.amount))
            """,
            stopped=self._stopped_sql(company),
            company=company.id,
            day=day,
            among=self._among_sql("item.id", items),
        )

    def _stopped_sql(self, company):
        """Return what is on hold of items. One of which all is on hold stands still.
        Extend for other reasons.

        What is still to come of a promise is on hold, the oldest of its items first; of
        several promises about the same items, what they come to.

        :return: SQL of rows (item_id, amount), the amount null for the whole item
        """
        return SQL(
            """
            SELECT item.id, GREATEST(0, LEAST(item.residual, promised.amount
                       - COALESCE(SUM(item.residual) OVER (
                             PARTITION BY promised.items
                             ORDER BY item.date_due, item.id
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))
              FROM (SELECT items, SUM(amount) AS amount
                      FROM (SELECT promise.amount - COALESCE(promise.received, 0)
                                       AS amount,
                                   array_agg(line.item_id ORDER BY line.item_id)
                                       AS items
                              FROM collection_promise AS promise
                              JOIN collection_promise_line AS line
                                ON line.promise_id = promise.id
                             WHERE promise.company_id = %(company)s
                               AND promise.state = 'open'
                             GROUP BY promise.id) AS own
                     GROUP BY items) AS promised
              JOIN collection_item AS item
                ON item.id = ANY(promised.items) AND item.residual > 0
             UNION ALL
            SELECT disputed.collection_item_id, NULL
              FROM collection_dispute AS dispute
              JOIN collection_dispute_collection_item_rel AS disputed
                ON disputed.collection_dispute_id = dispute.id
             WHERE dispute.company_id = %(company)s AND dispute.state = 'valid'
            """,
            company=company.id,
        )
