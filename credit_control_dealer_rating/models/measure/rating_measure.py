from odoo import models
from odoo.tools import SQL


class RatingMeasure(models.AbstractModel):
    """Use of a customer's limit, by the limits of its credit file as they were in force
    on each of those days.

    A day without a limit counts for nothing, neither what was owed on it nor as a limit
    of zero. Before its credit file was opened, and without an active one, a customer
    has the limit of the accounting app, which has no history: today's is taken.
    """

    _inherit = "rating.measure"

    # === VALUES === #

    def _rows_limit_use(self, company, date_from, date_to, partner=None):
        """All receivable items that were there on a day with a limit, each with its
        share of the average. The whole is the limit, which is no record."""
        day = self._as_of(company, date_to)
        return SQL(
            "WITH span AS MATERIALIZED (%s) %s",
            self._limit_spans_sql(company, date_from, day, partner),
            self._limit_used_sql(company, day, partner),
        )

    def _measure_limit_use(self, company, date_from, date_to):
        day = self._as_of(company, date_to)
        limits = SQL(
            """SELECT partner_id, SUM(amount * days) / SUM(days) AS whole
                 FROM span GROUP BY 1 HAVING SUM(amount) > 0"""
        )
        return SQL(
            "WITH span AS MATERIALIZED (%s) %s",
            self._limit_spans_sql(company, date_from, day),
            self._against_sql(limits, self._limit_used_sql(company, day), least=0),
        )

    def _limit_used_sql(self, company, day, partner=None):
        """Items by the table ``span``: an item counts on each of its days."""
        return SQL(
            """SELECT entry.partner_id, entry.id AS record_id,
                      SUM(entry.amount * (
                          span.upto - GREATEST(span.since, entry.date) + 1))
                      / MAX(span.of_all) AS part,
                      NULL::numeric AS whole
                 FROM (%(entries)s) AS entry
                 JOIN span ON span.partner_id = entry.partner_id
                  AND entry.date <= span.upto
             GROUP BY entry.partner_id, entry.id""",
            entries=self._entries_sql(company, day, partner),
        )

    def _limit_spans_sql(self, company, first, last, partner=None):
        """Days on end with the same limit in force, without those that have none.

        :return: SQL of rows (partner_id, amount, limit_ids, since, upto, days, of_all),
            ``of_all`` being the days of all spans of the customer
        """
        return SQL(
            """SELECT *, upto - since + 1 AS days,
                      SUM(upto - since + 1) OVER (PARTITION BY partner_id) AS of_all
                 FROM (%(granted)s UNION ALL %(unfiled)s) AS span""",
            granted=self._limits_granted_sql(company, first, last, partner),
            unfiled=SQL(
                """SELECT known.partner_id, known.whole, NULL::int[], %(first)s::date,
                          LEAST(%(last)s::date, file.begun - 1)
                     FROM (%(known)s) AS known
                     JOIN res_partner AS partner ON partner.id = known.partner_id
                     LEFT JOIN LATERAL (
                          SELECT LEAST(file.create_date::date, (
                                     SELECT MIN(date_from) FROM credit_limit
                                      WHERE file_id = file.id)) AS begun
                            FROM credit_file AS file
                           WHERE file.partner_id = known.partner_id AND file.active
                             AND file.company_id = %(company)s) AS file ON TRUE
                    WHERE known.whole > 0 AND %(partner)s
                      AND COALESCE(file.begun > %(first)s, TRUE)""",
                first=first,
                last=last,
                known=self._limits_sql(company),
                partner=self._partner_sql(partner),
                company=company.root_id.id,
            ),
        )

    def _limits_granted_sql(self, company, first, last, partner):
        """Spans of credit files: limits may change on the first day, and where one
        begins or ends."""
        return SQL(
            """SELECT turn.partner_id, granted.amount, granted.ids AS limit_ids,
                      turn.day AS since, turn.upto
                 FROM (SELECT file_id, partner_id, day, COALESCE(
                              LEAD(day) OVER (PARTITION BY file_id ORDER BY day) - 1,
                              %(last)s::date) AS upto
                         FROM (
                       SELECT file.id AS file_id, file.partner_id, changed.day
                         FROM credit_file AS file
                         JOIN res_partner AS partner ON partner.id = file.partner_id
                         JOIN LATERAL (
                              SELECT %(first)s::date AS day
                               UNION
                              SELECT date_from FROM credit_limit
                               WHERE file_id = file.id
                               UNION
                              SELECT date_to + 1 FROM credit_limit
                               WHERE file_id = file.id) AS changed
                           ON changed.day BETWEEN %(first)s AND %(last)s
                        WHERE file.company_id = %(company)s AND file.active
                          AND %(partner)s) AS changing) AS turn
                 JOIN LATERAL (%(in_force)s) AS granted ON TRUE""",
            first=first,
            last=last,
            company=company.root_id.id,
            partner=self._partner_sql(partner),
            in_force=self.env["credit.limit"]._in_force_sql(
                SQL("turn.day"), SQL("file_id = turn.file_id")
            ),
        )

    # === WORDS AND RECORDS === #

    def _explain_limit_use(self, score):
        _first, last = self._window(score)
        file = score.dealer_id.sudo().credit_file_id
        opened = file.create_date and file.create_date.date()
        begun = min([opened, *file.limit_ids.mapped("date_from")]) if file else None
        if not file or begun > last:
            return super()._explain_limit_use(score)
        return self.env._(
            "%(part)s was owed on an average day with a limit, from %(since)s to "
            "%(day)s. That is %(percent)s %% of the limits in force on those days, "
            "%(whole)s on average.",
            **self._words(score),
        )

    def _limits_behind(self, score):
        """Return the limits that a score was measured against.

        :return: ``credit.limit`` records that were in force on one of its days
        """
        first, last = self._window(score)
        partner = score.partner_id.id
        spans = self._limit_spans_sql(score.company_id, first, last, partner)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT unnest(limit_ids) FROM (%s) AS span", spans)
        )
        return self.env["credit.limit"].browse(limit_id for (limit_id,) in rows)
