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
        except that an item which is not late yet will be by then. What is below the
        floor goes along with more or not at all, and letters keep their gap to those
        that were written. Quiet days and contacts of a week may put a step off.

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
            , daily AS MATERIALIZED (%(daily)s),
                 going AS MATERIALIZED (%(going)s)
            %(spaced)s
            """,
            daily=self._daily_sql(
                self._step_sql(SQL("SELECT * FROM soonest WHERE ahead = soon"))
            ),
            going=self._going_sql(),
            spaced=self._spaced_sql(company, day),
            asked=self._asked_ctes(
                aged, company, self._collected_sql(company), SQL("TRUE")
            ),
            fits=self._fits_sql(by_then),
            stage=STAGE,
            company=company.id,
            day=day,
        )

    def _daily_sql(self, steps):
        """Return the step that each item takes, with whether it comes to the floor by
        itself and what else takes one that day; see :meth:`_ripe_sql`.

        :param SQL steps: rows of :meth:`_step_sql`, with the days ``ahead``
        """
        return SQL(
            """
            SELECT item_id, partner_id, stage_id, residual, floor, letter_gap, ahead,
                   stage_day AS aim, is_written AS writes,
                   SUM(residual) OVER (PARTITION BY partner_id, ahead
                       ORDER BY stage_day DESC) >= floor AS is_ripe
              FROM (%s) AS step WHERE place = 1
            """,
            steps,
        )

    def _going_sql(self):
        """Return the steps of ``daily`` on the day on which they come to the floor:
        what does not by then waits, and goes along as soon as together they do."""
        return SQL(
            """
            SELECT daily.*, COALESCE(along.goes, daily.ahead) AS goes
              FROM daily
              LEFT JOIN (
                   SELECT item_id, MIN(goes) AS goes
                     FROM (SELECT small.item_id, small.floor, day.ahead AS goes,
                                  SUM(other.residual) AS together
                             FROM daily AS small
                             JOIN (SELECT DISTINCT partner_id, ahead FROM daily) AS day
                               ON day.partner_id = small.partner_id
                              AND day.ahead >= small.ahead
                             JOIN daily AS other
                               ON other.partner_id = small.partner_id
                              AND other.aim >= small.aim
                              AND (other.ahead = day.ahead
                                   OR NOT other.is_ripe AND other.ahead < day.ahead)
                            WHERE NOT small.is_ripe
                            GROUP BY small.item_id, small.floor, day.ahead) AS added
                    WHERE together >= floor GROUP BY item_id) AS along USING (item_id)
             WHERE daily.is_ripe OR along.goes IS NOT NULL
            """
        )

    def _spaced_sql(self, company, day):
        """Return the steps of ``going`` with their days: a letter that is no stricter
        than what the customer has waits for the gap, or until a stricter one takes it
        along; see :meth:`_unwritten_sql`."""
        return SQL(
            """
            SELECT item_id, stage_id, GREATEST(
                       %(day)s::date + goes,
                       CASE WHEN writes AND reached.day >= MAX(aim)
                                 FILTER (WHERE writes)
                                 OVER (PARTITION BY partner_id, goes)
                            THEN LEAST(
                       letter.last + letter_gap,
                       %(day)s::date + MIN(goes)
                           FILTER (WHERE writes AND aim > reached.day) OVER (
                           PARTITION BY partner_id ORDER BY goes
                           RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
                       END) AS on_day
              FROM going
              LEFT JOIN (
                   SELECT earlier.partner_id, MAX(earlier.date) AS last
                     FROM collection_action AS earlier
                     JOIN collection_stage AS stage ON stage.id = earlier.stage_id
                    WHERE earlier.company_id = %(company)s AND %(contact)s
                      AND stage.letter_kind IS NOT NULL
                      AND earlier.partner_id = ANY(ARRAY(
                          SELECT partner_id FROM going
                           WHERE writes AND letter_gap > 0))
                      AND earlier.date > %(day)s::date - (
                          SELECT MAX(letter_gap) FROM going)
                    GROUP BY earlier.partner_id) AS letter USING (partner_id)
              LEFT JOIN (%(reached)s) AS reached USING (partner_id)
            """,
            reached=self.env["collection.item"]._reached_sql(
                company,
                SQL(
                    """SELECT DISTINCT partner_id, floor FROM going
                        WHERE writes AND letter_gap > 0"""
                ),
                self.env["collection.item"]._written_sql(),
            ),
            contact=self._contact_sql(SQL("earlier")),
            company=company.id,
            day=day,
        )
