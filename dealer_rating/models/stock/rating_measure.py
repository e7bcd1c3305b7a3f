from datetime import date

from odoo import models
from odoo.tools import SQL, formatLang


class RatingMeasure(models.AbstractModel):
    """Days that a dealer's stock of our goods lasts, against the norm agreed for it."""

    _inherit = "rating.measure"

    def _stock_sql(self, company, reports, day, partner=None):
        """Return how long the stock of some reports lasts, a row each: (id, partner_id,
        norm, bought, has_begun, days).

        A stock lasts as long as what the dealer bought in the days before the count
        would: it is its value by the mean daily net purchases of that time, both at our
        prices and without tax. ``days`` is NULL where nothing was bought in that time,
        or nothing before it: what a new dealer fills its shelves with says nothing
        about what it sells.

        :param SQL reports: their ids, all of one root company
        :param date day: what was invoiced later is not looked at
        :param int partner: a commercial entity to leave out all others
        """
        root = company.root_id.sudo()
        return SQL(
            """WITH report AS MATERIALIZED (
               SELECT report.id, report.partner_id, report.date, report.value,
                      COALESCE(NULLIF(dealer.stock_norm, 0), %(norm)s) AS norm
                 FROM rating_stock_report AS report
                 JOIN rating_dealer AS dealer ON dealer.id = report.dealer_id
                WHERE report.id IN (%(reports)s)),
                    trade AS MATERIALIZED (
               SELECT report.id,
                      COALESCE(SUM(invoice.amount) FILTER (
                          WHERE invoice.date > report.date - %(days)s), 0) AS bought,
                      BOOL_OR(invoice.date <= report.date - %(days)s) AS has_begun
                 FROM report
                 JOIN (%(invoices)s) AS invoice
                   ON invoice.partner_id = report.partner_id
                  AND invoice.date <= report.date
             GROUP BY report.id)
               SELECT report.id, report.partner_id, report.norm,
                      COALESCE(trade.bought, 0) AS bought,
                      COALESCE(trade.has_begun, FALSE) AS has_begun,
                      CASE WHEN trade.bought > 0 AND trade.has_begun
                           THEN report.value * %(days)s / trade.bought END AS days
                 FROM report LEFT JOIN trade ON trade.id = report.id""",
            norm=root.rating_stock_norm,
            days=root.rating_stock_days,
            reports=reports,
            invoices=self._invoices_sql(company, date.min, day, partner),
        )

    def _rows_stock(self, company, date_from, date_to, partner=None):
        """The newest stock report of the window. The part is the days that the stock
        lasts, the whole those of the norm."""
        day = self._as_of(company, date_to)
        newest = SQL(
            """SELECT DISTINCT ON (report.partner_id) report.id
                 FROM rating_stock_report AS report
                 JOIN res_partner AS partner ON partner.id = report.partner_id
                WHERE report.company_id = %(root)s AND %(partner)s
                  AND report.date BETWEEN %(date_from)s AND %(day)s
             ORDER BY report.partner_id, report.date DESC, report.id DESC""",
            root=company.root_id.id,
            partner=self._partner_sql(partner),
            date_from=date_from,
            day=day,
        )
        return SQL(
            """SELECT partner_id, id AS record_id, days AS part, norm AS whole
                 FROM (%s) AS stock WHERE days IS NOT NULL""",
            self._stock_sql(company, newest, day, partner),
        )

    def _measure_stock(self, company, date_from, date_to):
        return self._sums_sql(self._rows_stock(company, date_from, date_to))

    def _explain_stock(self, score):
        return self.env._(
            "The stock that was last reported from %(since)s to %(day)s lasts "
            "%(days)s days, the norm is %(norm)s days (%(percent)s %% of it).",
            days=formatLang(self.env, score.part, digits=1),
            norm=formatLang(self.env, score.whole, digits=0),
            **self._words(score),
        )

    def _records_stock(self, score):
        return self._open(score, "rating.stock.report", self.env._("Stock Report"))
