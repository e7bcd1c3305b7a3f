from odoo import api, fields, models
from odoo.tools import SQL

from ...core.limitation import limitation

BATCH = 10_000  # items whose period starts anew, between two statements


class CollectionItem(models.Model):
    """To which day an item can be sued for.

    The period starts on the due date; a served letter or an acknowledged statement
    starts it anew. Items that have neither, nearly all, take one statement together.
    """

    _inherit = "collection.item"

    limitation_since = fields.Date(
        readonly=True,
        help="The due date, or the last day on which a letter about this item was "
        "served or a statement with it acknowledged.",
    )
    limitation_date = fields.Date(
        "Can Be Sued For Until",
        readonly=True,
        index=True,
        help="After this day the customer may refuse to pay. Serve a letter or have a "
        "statement acknowledged before it.",
    )
    limitation_alarm = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The last alarm given before the end: so many days.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _update_limitation(self, company, day):
        """Bring the limitation dates of a company's open items up to date, then alarm.

        :param company: a root company; 0 years in its settings stop the clock
        :param date day: today, where the company is; what restarts later is left out
        """
        self.env.flush_all()
        years = company.collection_limitation_years
        if not years:
            self.env.cr.execute(self._without_limitation_sql(company))
            self.invalidate_model()
            return
        self.env.cr.execute(self._first_period_sql(company, day))
        last = 0
        while rows := self._restarted(company, day, last):
            last = rows[-1][0]
            self._write_restarted(company, rows)
        self.invalidate_model()
        self._alarm_limitation(company, day)

    @api.model
    def _limitation_restarts_sql(self):
        """Return what starts the period of items anew: served letters, except for
        what they only list, and acknowledged statements.

        Extend to add causes: ``SQL("%s UNION ALL SELECT …", super()…())``. Whether a
        day is early enough to count is judged later.

        :return: SQL of rows (item_id, day); an item may have any number of them
        """
        return SQL(
            """
            SELECT line.item_id, letter.served_on AS day
              FROM collection_letter_line AS line
              JOIN collection_letter AS letter ON letter.id = line.letter_id
             WHERE letter.served_on IS NOT NULL AND line.is_on_hold IS NOT TRUE
             UNION ALL
            SELECT line.item_id, statement.acknowledged_on::date AS day
              FROM collection_statement_line AS line
              JOIN collection_statement AS statement
                ON statement.id = line.statement_id
             WHERE statement.state = 'acknowledged' AND line.item_id IS NOT NULL
               AND statement.acknowledged_on IS NOT NULL
            """
        )

    # === STATEMENTS === #

    def _limitation_since_sql(self, company, due):
        """Return when a claim's first period starts; NULL if no clock runs.

        :param SQL due: the claim's due date
        :rtype: SQL
        """
        if not company.collection_limitation_years:
            return SQL("NULL::date")
        if company.collection_limitation_year_end:
            return SQL("make_date(EXTRACT(YEAR FROM %s)::int, 12, 31)", due)
        return due

    def _limitation_until_sql(self, company, due):
        """Return when a claim's first period ends; NULL if no clock runs.

        :param SQL due: the claim's due date
        :rtype: SQL
        """
        return SQL(
            "(%s + make_interval(years => %s))::date",
            self._limitation_since_sql(company, due),
            company.collection_limitation_years,
        )

    def _first_period_sql(self, company, day):
        """Write the first period of items that nothing started anew."""
        return SQL(
            """
            WITH fresh AS (
                 SELECT own.id, %(since)s AS since, %(until)s AS until
                   FROM collection_item AS own
                   LEFT JOIN (SELECT DISTINCT item_id
                                FROM (%(restarts)s) AS restart
                               WHERE day <= %(day)s) AS anew
                     ON anew.item_id = own.id
                  WHERE own.company_id = %(company)s AND own.state = 'open'
                    AND anew.item_id IS NULL)
            UPDATE collection_item AS item
               SET limitation_since = fresh.since, limitation_date = fresh.until,
                   limitation_alarm = NULL
              FROM fresh
             WHERE item.id = fresh.id
               AND (item.limitation_since, item.limitation_date)
                   IS DISTINCT FROM (fresh.since, fresh.until)
            """,
            since=self._limitation_since_sql(company, SQL("own.date_due")),
            until=self._limitation_until_sql(company, SQL("own.date_due")),
            company=company.id,
            restarts=self._limitation_restarts_sql(),
            day=day,
        )

    def _restarted(self, company, day, last):
        """:return: some rows (item, due date, days that restart it) after item last"""
        self.env.cr.execute(
            SQL(
                """
                SELECT item.id, item.date_due, array_agg(DISTINCT anew.day)
                  FROM collection_item AS item
                  JOIN (%(restarts)s) AS anew ON anew.item_id = item.id
                 WHERE item.company_id = %(company)s AND item.state = 'open'
                   AND item.id > %(last)s AND anew.day <= %(day)s
                 GROUP BY item.id ORDER BY item.id LIMIT %(batch)s
                """,
                restarts=self._limitation_restarts_sql(),
                company=company.id,
                last=last,
                day=day,
                batch=BATCH,
            )
        )
        return self.env.cr.fetchall()

    def _write_restarted(self, company, rows):
        years = company.collection_limitation_years
        year_end = bool(company.collection_limitation_year_end)
        found = [
            limitation(due, days, years=years, from_year_end=year_end)
            for _item, due, days in rows
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item AS item
                   SET limitation_since = fresh.since, limitation_date = fresh.until,
                       limitation_alarm = NULL
                  FROM unnest(%(ids)s::int[], %(since)s::date[], %(until)s::date[])
                       AS fresh (id, since, until)
                 WHERE item.id = fresh.id
                   AND (item.limitation_since, item.limitation_date)
                       IS DISTINCT FROM (fresh.since, fresh.until)
                """,
                ids=[row[0] for row in rows],
                since=[each.since for each in found],
                until=[each.until for each in found],
            )
        )

    def _without_limitation_sql(self, company):
        return SQL(
            """
            UPDATE collection_item
               SET limitation_since = NULL, limitation_date = NULL,
                   limitation_alarm = NULL
             WHERE company_id = %s AND limitation_date IS NOT NULL
            """,
            company.id,
        )
