import json

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...core.grade import lowered
from ...core.quarter import proposes_end

LOWERED = "id", "grade_id", "date", "reason", "origin", "steps"


class DealerQuarter(models.Model):
    """Confirmation of quarters by a manager: many at once, in a few statements."""

    _inherit = "dealer.quarter"

    def action_confirm(self):
        """Confirm what can be, and say what waits and why.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if none of these can be confirmed
        :return: a notification with the numbers
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        confirmed = self.sudo()._confirm()
        waiting = self - confirmed
        if not confirmed:
            raise UserError(
                self.env._(
                    "None of these can be confirmed. A quarter has to be over, every "
                    "score given or waived, and the quarters before it confirmed.\n"
                    "%(waiting)s",
                    waiting="\n".join(waiting._why_waiting()),
                )
            )
        message = self.env._("%(count)d confirmed.", count=len(confirmed))
        if waiting:
            message = self.env._(
                "%(count)d confirmed, %(waiting)d wait. %(why)s",
                count=len(confirmed),
                waiting=len(waiting),
                why=" ".join(waiting._why_waiting()),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if waiting else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    def _confirm(self):
        """Confirm those of these quarters that are complete, over and next in turn.

        :return: the quarters that were confirmed; a second call confirms none
        """
        self._grade(SQL("quarter.id = ANY(%s)", self.ids))
        confirmed = self._set_confirmed()
        confirmed._close_cards()
        confirmed._propose()
        confirmed._record_grades()
        confirmed.dealer_id._grade_changed()
        confirmed._confirmed()
        return confirmed

    def _confirmed(self):
        """Called after these quarters were confirmed, on all of them at once.

        Extend to let limits and terms follow the grade.
        """

    def _set_confirmed(self):
        """:return: the quarters whose state changed"""
        self.env.flush_all()
        days = {company: company._trade_day() for company in self.company_id}
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE dealer_quarter AS quarter
                   SET state = 'confirmed', confirmed_by_id = %(uid)s,
                       confirmed_on = %(now)s, write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM unnest(%(companies)s::int[], %(days)s::date[])
                       AS today (company_id, day),
                       rating_dealer AS dealer
                 WHERE quarter.id = ANY(%(ids)s) AND quarter.state = 'open'
                   AND quarter.is_current AND quarter.is_complete
                   AND quarter.grade_id IS NOT NULL
                   AND today.company_id = quarter.company_id
                   AND quarter.date_to < today.day
                   AND dealer.id = quarter.dealer_id
                   AND NOT EXISTS (SELECT FROM dealer_quarter AS before
                                    WHERE before.dealer_id = quarter.dealer_id
                                      AND before.is_current
                                      AND before.state = 'open'
                                      AND before.date_from < quarter.date_from
                                      AND before.date_to >= dealer.since
                                      AND NOT (before.id = ANY(%(ids)s)
                                               AND before.is_complete
                                               AND before.grade_id IS NOT NULL))
                RETURNING quarter.id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                companies=[company.id for company in days],
                days=list(days.values()),
                ids=self.ids,
            )
        )
        self.invalidate_model()
        return self.browse(id_ for (id_,) in rows)

    def _close_cards(self):
        self.env["rating.scorecard"]._close(
            SQL(
                """EXISTS (SELECT FROM dealer_quarter AS quarter
                    WHERE quarter.id = ANY(%s) AND card.is_current
                      AND card.dealer_id = quarter.dealer_id
                      AND card.date_from BETWEEN quarter.date_from
                                             AND quarter.date_to)""",
                self.ids,
            )
        )

    def _propose(self):
        """Propose an end where two poor quarters run; a person decides.

        A correction of the first of the two tells about the second one as well. What
        a person decided stays.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT late.id, grade.is_poor, grade_before.is_poor,
                       late.proposal IS NOT NULL
                  FROM dealer_quarter AS late
                  JOIN dealer_grade AS grade ON grade.id = late.grade_id
                  LEFT JOIN dealer_quarter AS before
                    ON before.dealer_id = late.dealer_id AND before.is_current
                   AND before.state = 'confirmed'
                   AND before.date_from = late.date_from - INTERVAL '3 months'
                  LEFT JOIN dealer_grade AS grade_before
                    ON grade_before.id = before.grade_id
                 WHERE late.is_current AND late.state = 'confirmed'
                   AND (late.id = ANY(%(ids)s) OR before.id = ANY(%(ids)s))
                   AND COALESCE(late.proposal, 'pending') = 'pending'
                """,
                ids=self.ids,
            )
        )
        changed = {True: [], False: []}
        for id_, is_poor, was_poor, is_proposed in rows:
            if proposes_end(is_poor, was_poor) != is_proposed:
                changed[not is_proposed].append(id_)
        self.browse(changed[True]).proposal = "pending"
        self.browse(changed[False]).proposal = False
        self.browse(changed[True] + changed[False]).dealer_id._follow_waits("poor")

    def _record_grades(self):
        """Add the grades to the dealers' history, from the next quarter's first day.

        A downgrade after that day was one from the grade before: it lowers the new
        grade as well, or confirming late would undo it.
        """
        Grading = self.env["dealer.grading"]
        self.env.flush_all()
        self.env.cr.execute(self._gradings_sql())
        self._lower_again()
        Grading.invalidate_model()
        Grading._bear(self.dealer_id.ids)

    def _gradings_sql(self):
        return SQL(
            """
            INSERT INTO dealer_grading (
                   dealer_id, partner_id, company_id, user_id, date, grade_id,
                   previous_grade_id, source, quarter_id, reason, create_uid, write_uid,
                   create_date, write_date)
            SELECT quarter.dealer_id, quarter.partner_id, quarter.company_id,
                   quarter.user_id, quarter.date_to + 1, quarter.grade_id,
                   COALESCE(LAG(quarter.grade_id) OVER earlier, known.grade_id),
                   'quarter', quarter.id, quarter.correction,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM dealer_quarter AS quarter
              LEFT JOIN LATERAL (
                   SELECT grading.grade_id FROM dealer_grading AS grading
                    WHERE grading.dealer_id = quarter.dealer_id
                      AND grading.date <= quarter.date_to + 1
                    ORDER BY grading.date DESC, grading.id DESC LIMIT 1) AS known
                ON TRUE
             WHERE quarter.id = ANY(%(ids)s)
            WINDOW earlier AS (PARTITION BY quarter.dealer_id
                               ORDER BY quarter.date_from)
             ORDER BY quarter.date_from, quarter.id
            """,
            uid=self.env.uid,
            now=self.env.cr.now(),
            ids=self.ids,
        )

    def _lower_again(self):
        """Lower the new grades by the downgrades that came after the quarter's end.

        Where a later quarter is confirmed already, its own grade stands.
        """
        order = self.env["dealer.grade"].search([]).ids
        rows = [
            (id_, lowered(order, grade_id, steps), *down, steps)
            for id_, grade_id, steps, *down in self._downgrades_since()
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dealer_grading (
                       dealer_id, partner_id, company_id, user_id, date, grade_id,
                       previous_grade_id, source, quarter_id, steps, reason, origin,
                       create_uid, write_uid, create_date, write_date)
                SELECT quarter.dealer_id, quarter.partner_id, quarter.company_id,
                       quarter.user_id, down.date, down.grade_id, quarter.grade_id,
                       'downgrade', quarter.id, down.steps, down.reason, down.origin,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM jsonb_to_recordset(%(rows)s::jsonb) AS down (
                       id int, grade_id int, date date, reason varchar, origin varchar,
                       steps int)
                  JOIN dealer_quarter AS quarter ON quarter.id = down.id
                """,
                rows=json.dumps(
                    [dict(zip(LOWERED, row, strict=True)) for row in rows], default=str
                ),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )

    def _downgrades_since(self):
        """:return: rows (quarter id, grade, steps down since, date, reason, origin)"""
        return self.env.execute_query(
            SQL(
                """
                SELECT quarter.id, quarter.grade_id, down.steps::int, down.date,
                       down.reason, down.origin
                  FROM dealer_quarter AS quarter
                  JOIN LATERAL (
                       SELECT MAX(date) AS date, SUM(steps) AS steps,
                              string_agg(reason, '; ' ORDER BY id) AS reason,
                              MAX(origin) AS origin
                         FROM dealer_grading AS lowered
                        WHERE lowered.dealer_id = quarter.dealer_id
                          AND lowered.source = 'downgrade'
                          AND lowered.date > quarter.date_to
                          AND lowered.quarter_id IS NULL) AS down ON down.steps > 0
                 WHERE quarter.id = ANY(%(ids)s)
                   AND NOT EXISTS (SELECT FROM dealer_quarter AS later
                                    WHERE later.dealer_id = quarter.dealer_id
                                      AND later.is_current AND later.state = 'confirmed'
                                      AND later.date_from > quarter.date_from)
                 ORDER BY quarter.id
                """,
                ids=self.ids,
            )
        )
