from odoo import api, models
from odoo.tools import SQL


class CollectionRun(models.Model):
    """The step that an item takes next, as far as it can be foreseen."""

    _inherit = "collection.run"

    @api.model
    def _next_sql(self, company, partners=None):
        """Return the next step of each item that goes on, past record rules.

        Of stages that the next run finds reached it takes the highest, later the first
        that is reached. Conditions are looked at as they are today, except that an item
        which is not late yet will be by then. Quiet days and contacts of a week may put
        a step off.

        :param company: a root company
        :param partners: commercial entities, to look at theirs only
        :return: SQL of rows (item_id, stage_id, on_day)
        """
        self = self.with_company(company)
        day = company._trade_day()
        aged = SQL(
            "%s AND %s",
            self._aged_sql(company, day),
            self.env["collection.item"]._among_sql("partner_id", partners),
        )
        by_then = SQL(
            """(asked.overdue + CASE WHEN asked.days <= 0 AND stage.day > 0
                                     THEN asked.residual ELSE 0 END)"""
        )
        return SQL(
            """
            WITH %(asked)s,
                 run AS (SELECT COUNT(*)::int AS done FROM collection_run
                          WHERE company_id = %(company)s AND date = %(day)s
                            AND state != 'waiting')
            SELECT DISTINCT ON (asked.item_id) asked.item_id, stage.id AS stage_id,
                   %(day)s::date + ahead AS on_day
              FROM asked
              JOIN collection_stage AS stage ON %(fits)s
             CROSS JOIN run
             CROSS JOIN LATERAL (
                   SELECT GREATEST(done, stage.day - asked.days) AS ahead) AS wait
             ORDER BY asked.item_id, ahead, stage.day DESC, stage.sequence, stage.id
            """,
            asked=self._asked_ctes(
                aged, company, self._collected_sql(company), SQL("TRUE")
            ),
            fits=self._fits_sql(by_then),
            company=company.id,
            day=day,
        )
