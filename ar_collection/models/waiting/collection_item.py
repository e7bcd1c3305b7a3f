from odoo import api, models
from odoo.tools import SQL


class CollectionItem(models.Model):
    """What somebody was asked to do once, about items: it ends when none is owed."""

    _inherit = "collection.item"

    @api.model
    def _end_activities(self, company):
        """End the activities that were given about items of a company of which none is
        owed any more, or none goes on; and all that closed cases have of ours.

        :param company: a root company; its items follow the ledger
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH given AS (%(given)s)
                SELECT activity.id FROM mail_activity AS activity
                 WHERE activity.active
                   AND activity.id IN (SELECT activity_id FROM given)
                   AND NOT EXISTS (
                       SELECT FROM given JOIN collection_item AS item
                         ON item.id = given.item_id
                      WHERE given.activity_id = activity.id
                        AND item.state = 'open' AND item.residual > 0
                        AND (given.even_paused OR item.paused_since IS NULL
                             AND item.no_followup IS NOT TRUE))
                 UNION
                SELECT activity.id FROM mail_activity AS activity
                  JOIN collection_case AS closed
                    ON activity.res_model = 'collection.case'
                   AND activity.res_id = closed.id
                 WHERE activity.active AND activity.automated
                   AND activity.trade_wait IS NOT NULL
                   AND closed.state = 'closed' AND closed.company_id = %(company)s
                """,
                given=self._given_sql(company),
                company=company.id,
            )
        )
        self.env["mail.activity"].sudo().browse([row[0] for row in rows]).unlink()

    def _given_sql(self, company):
        """Return which activities were given about which items.

        :return: SQL of rows (activity_id, item_id, even_paused: whether a pause leaves
            the activity)
        """
        return SQL(
            """
            SELECT effect.activity_id, line.item_id, FALSE AS even_paused
              FROM collection_effect AS effect
              LEFT JOIN collection_action_line AS line
                ON line.action_id = effect.action_id AND line.state = 'due'
             WHERE effect.activity_id IS NOT NULL AND effect.company_id = %(company)s
             UNION ALL
            SELECT delivery.activity_id,
                   CASE WHEN delivery.state = 'bounced' AND NOT EXISTS (
                        SELECT FROM collection_delivery AS instead
                         WHERE instead.action_id = delivery.action_id
                           AND (delivery.channel = 'sms'
                                OR instead.letter_id = delivery.letter_id)
                           AND instead.instead_of = 'bounced')
                        THEN line.item_id END, FALSE
              FROM collection_delivery AS delivery
              LEFT JOIN collection_action_line AS line
                ON line.action_id = delivery.action_id AND %(own_line)s
             WHERE delivery.activity_id IS NOT NULL
               AND delivery.company_id = %(company)s
             UNION ALL
            SELECT promise.activity_id, line.item_id, FALSE
              FROM collection_promise AS promise
              JOIN collection_promise_line AS line ON line.promise_id = promise.id
             WHERE promise.activity_id IS NOT NULL AND promise.company_id = %(company)s
             UNION ALL
            SELECT item.limitation_activity_id, item.id, TRUE
              FROM collection_item AS item
             WHERE item.limitation_activity_id IS NOT NULL
               AND item.company_id = %(company)s
            """,
            company=company.id,
            own_line=self.env["collection.delivery"]._own_line_sql(),
        )
