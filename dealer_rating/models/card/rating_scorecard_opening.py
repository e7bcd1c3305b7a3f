from functools import partial

from odoo import api, models
from odoo.service.model import retrying
from odoo.tools import SQL, date_utils

MANY = 1000  # cards


class RatingScorecard(models.Model):
    """How cards come to be: for all dealers of a company by a few statements."""

    _inherit = "rating.scorecard"

    @api.model
    def _cron_rate(self):
        """Open what began, measure what is open, in every company that has dealers.

        Safe to run at any time and any number of times; where a department scores at
        the same moment it is done again.
        """
        companies = (
            self.env["rating.dealer"]
            .sudo()
            ._read_group([("active", "=", True)], ["company_id"])
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for (company,) in companies:
            rate = partial(self._rate, company, company._trade_day())
            retrying(rate, self.env)
            if not cron._commit_progress(1):
                break

    @api.model
    def _rate(self, company, day):
        """Open the cards of a company up to a day, measure them, grade the quarters.

        Quarters that were missed since the last one are caught up with.

        :param date day: today, where the company is
        """
        company = company.root_id
        now = date_utils.start_of(day, "quarter")
        newest, quarters = self._quarters_to_do(company, now)
        for start in quarters:
            end = date_utils.end_of(start, "quarter")
            if start >= newest:
                self.env["dealer.quarter"]._open(
                    company, start, newest if start < now else None
                )
            self._open_missing(company, min(day, end))
            self._measure(company, start, end)
            self.env["dealer.quarter"]._grade_open(company, start)

    @api.model
    def _quarters_to_do(self, company, now):
        """Return the quarters that have something to do, the oldest first.

        Those since the newest one are opened. What is older and open, like a
        correction, is only gone on with.

        :param date now: the first day of the quarter that runs
        :return: (first day of the newest quarter there is, list of first days)
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT quarter.date_from,
                          BOOL_OR(quarter.state = 'open' AND dealer.active)
                     FROM dealer_quarter AS quarter
                     JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
                    WHERE quarter.company_id = %s AND quarter.is_current
                      AND quarter.date_from <= %s
                    GROUP BY quarter.date_from ORDER BY quarter.date_from""",
                company.id,
                now,
            )
        )
        newest = start = rows[-1][0] if rows else now
        quarters = [first for first, is_open in rows if is_open and first < newest]
        while start <= now:
            quarters.append(start)
            start = date_utils.add(start, months=3)
        return newest, quarters

    @api.model
    def _open_cards(self, company, day):
        """Open the quarter of a day and its cards: the months up to that day, and the
        conduct card. Those that are there stay as they are.

        :return: how many cards were opened
        :rtype: int
        """
        company = company.root_id
        self.env.flush_all()
        start = date_utils.start_of(day, "quarter")
        self.env["dealer.quarter"]._open(company, start)
        return self._open_missing(company, day)

    def _open_missing(self, company, day):
        """Open the cards that the open quarters of a day lack.

        :return: how many cards were opened
        """
        self.env.flush_all()
        start = date_utils.start_of(day, "quarter")
        opened = 0
        for kind, template in (
            self.env["rating.scorecard.template"]._of(company).items()
        ):
            month = start
            while month <= day:
                unit = "month" if kind == "performance" else "quarter"
                opened += self._open_period(
                    company, template, month, date_utils.end_of(month, unit)
                )
                month = date_utils.add(month, months=1 if unit == "month" else 3)
        if opened:
            self._open_scores(company, start)
        if opened > MANY:
            # Without statistics on the fresh rows what follows would loop over them
            self.env.cr.execute("ANALYZE rating_scorecard, rating_score")
        self.invalidate_model()
        return opened

    def _open_period(self, company, template, date_from, date_to):
        """:return: how many cards of one period were opened"""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rating_scorecard (
                       dealer_id, partner_id, user_id, company_id, template_id, kind,
                       date_from, date_to, version, is_current, state, points, missing,
                       waived, create_uid, write_uid, create_date, write_date)
                SELECT dealer.id, dealer.partner_id, dealer.user_id, dealer.company_id,
                       %(template)s, %(kind)s, %(date_from)s, %(date_to)s, 1, TRUE,
                       'open', 0, %(lines)s, 0, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM rating_dealer AS dealer
                  JOIN dealer_quarter AS quarter
                    ON quarter.dealer_id = dealer.id AND quarter.is_current
                   AND quarter.state = 'open'
                   AND %(date_from)s BETWEEN quarter.date_from AND quarter.date_to
                 WHERE dealer.company_id = %(company)s AND dealer.active
                   AND dealer.since <= %(date_to)s
                    ON CONFLICT (dealer_id, kind, date_from) WHERE is_current DO NOTHING
                """,
                template=template.id,
                kind=template.kind,
                date_from=date_from,
                date_to=date_to,
                lines=len(template.indicator_ids),
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.id,
            )
        )
        return self.env.cr.rowcount

    def _open_scores(self, company, start):
        """Give the new cards of a quarter a line for each indicator."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rating_score (
                       scorecard_id, indicator_id, department_id, sequence, method,
                       dealer_id, partner_id, user_id, company_id, kind, date_from,
                       date_to, state, is_measured, create_uid, write_uid, create_date,
                       write_date)
                SELECT card.id, indicator.id, indicator.department_id,
                       indicator.sequence, indicator.method, card.dealer_id,
                       card.partner_id, card.user_id, card.company_id, card.kind,
                       card.date_from, card.date_to, 'open', FALSE, %(uid)s, %(uid)s,
                       %(now)s, %(now)s
                  FROM rating_scorecard AS card
                  JOIN rating_indicator AS indicator
                    ON indicator.template_id = card.template_id
                 WHERE card.company_id = %(company)s AND card.state = 'open'
                   AND card.date_from BETWEEN %(start)s AND %(end)s AND card.is_current
                   AND NOT EXISTS (SELECT FROM rating_score AS known
                                    WHERE known.scorecard_id = card.id)
                 ORDER BY card.id, indicator.sequence
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.id,
                start=start,
                end=date_utils.end_of(start, "quarter"),
            )
        )
        self.env["rating.score"].invalidate_model()
