from odoo import api, models
from odoo.tools import SQL

from ..run.collection_run import STAGE


class CollectionRun(models.Model):
    """The step that an item takes next, as far as it can be foreseen."""

    _inherit = "collection.run"

    @api.model
    def _next_sql(self, company, partners=None):
        """Return the next step of each item that goes on, past record rules.

        Of stages that the next run finds reached it takes the one that the run would,
        later the first that is reached. Conditions are looked at as they are today,
        except that an item which is not late yet will be by then. Quiet days and
        contacts of a week may put a step off.

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
            """(asked.overdue + CASE WHEN asked.days_late <= 0 AND stage.day > 0
                                     THEN asked.residual ELSE 0 END)"""
        )
        return SQL(
            """
            WITH %(asked)s,
                 run AS (SELECT COUNT(*)::int AS done FROM collection_run
                          WHERE company_id = %(company)s AND date = %(day)s
                            AND state != 'waiting'),
                 coming AS (
                 SELECT asked.*, %(stage)s,
                        GREATEST(done, stage.day - asked.days) AS ahead
                   FROM asked
                   JOIN collection_stage AS stage ON %(fits)s
                  CROSS JOIN run),
                 soonest AS (
                 SELECT coming.*, MIN(ahead) OVER (PARTITION BY item_id) AS soon
                   FROM coming)
            SELECT item_id, stage_id, %(day)s::date + ahead AS on_day
              FROM (%(step)s) AS step WHERE place = 1
            """,
            asked=self._asked_ctes(
                aged, company, self._collected_sql(company), SQL("TRUE")
            ),
            fits=self._fits_sql(by_then),
            stage=STAGE,
            step=self._step_sql(SQL("SELECT * FROM soonest WHERE ahead = soon")),
            company=company.id,
            day=day,
        )
