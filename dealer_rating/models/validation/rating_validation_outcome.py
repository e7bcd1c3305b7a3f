from odoo import api, models
from odoo.tools import SQL


class RatingValidation(models.Model):
    """Outcomes of the dealers in the quarter after: statements for all cases at once.

    What an item is and when it was settled says ``rating.measure``: outcomes are
    measured as the scores are. Nothing dated after the day of the report counts, so
    that a report as of a past day says what was known then.
    """

    _inherit = "rating.validation"

    def _store_cases(self):
        """Store a case for each confirmed quarter: one statement for any number.

        :return: how many there are
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH %(ledger)s,
                     quarter AS MATERIALIZED (%(quarters)s),
                     claim AS MATERIALIZED (%(claims)s),
                     outcome AS (%(outcomes)s)
                INSERT INTO rating_validation_case (
                       validation_id, company_id, quarter_id, dealer_id, partner_id,
                       date_from, grade_id, total, due_from, due_to,
                       next_quarter_id, next_grade_id, direction,
                       items, late_items, open_items, lost_items, days, late, lost,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(report)s, %(company)s, quarter.id, quarter.dealer_id,
                       quarter.partner_id, quarter.date_from, quarter.grade_id,
                       quarter.total, quarter.due_from, quarter.due_to,
                       later.id, later.grade_id, %(direction)s,
                       COALESCE(items, 0), COALESCE(late_items, 0),
                       COALESCE(open_items, 0), COALESCE(lost_items, 0), days,
                       CASE WHEN late_items > 0 THEN 'late'
                            WHEN open_items > 0 THEN 'unknown'
                            WHEN items > 0 THEN 'good' ELSE 'none' END,
                       CASE WHEN lost_items > 0 THEN 'lost'
                            WHEN undecided_items > 0 THEN 'unknown'
                            WHEN items > 0 THEN 'kept' ELSE 'none' END,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM quarter
                  LEFT JOIN outcome ON outcome.key = quarter.id
                  LEFT JOIN quarter AS later
                    ON later.dealer_id = quarter.dealer_id
                   AND later.date_from = quarter.due_from
                 ORDER BY quarter.date_from, quarter.id
                """,
                ledger=self.env["rating.measure"]._ledger_sql(
                    self.company_id, self.day, since=self.date_from
                ),
                quarters=self._quarters_sql(),
                claims=self._claims_sql(),
                outcomes=self._outcomes_sql(),
                direction=self._direction_sql(),
                report=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_recordset(["case_ids"])
        return self.env.cr.rowcount

    def _quarters_sql(self):
        return SQL(
            """
            SELECT quarter.id, quarter.dealer_id, quarter.partner_id, quarter.date_from,
                   quarter.grade_id, quarter.total, grade.sequence AS place,
                   quarter.date_to + 1 AS due_from,
                   (quarter.date_to + 1 + INTERVAL '3 months')::date - 1 AS due_to
              FROM dealer_quarter AS quarter
              JOIN dealer_grade AS grade ON grade.id = quarter.grade_id
             WHERE quarter.company_id = %s AND quarter.is_current
               AND quarter.state = 'confirmed' AND quarter.total IS NOT NULL
               AND quarter.date_from >= %s AND quarter.date_to <= %s
            """,
            self.company_id.id,
            self.date_from,
            self.date_to,
        )

    def _direction_sql(self):
        """Return the direction of the grade. A dealer without any quarter after this
        one, where others have one, left; where it waits to be confirmed, it is unknown.
        """
        return SQL(
            """
            CASE WHEN later.place < quarter.place THEN 'up'
                 WHEN later.place > quarter.place THEN 'down'
                 WHEN later.place = quarter.place THEN 'same'
                 WHEN quarter.due_from IN (SELECT date_from FROM quarter)
                      AND NOT EXISTS (SELECT FROM dealer_quarter AS waiting
                                       WHERE waiting.dealer_id = quarter.dealer_id
                                         AND waiting.date_from = quarter.due_from)
                      THEN 'left' END
            """
        )

    def _claims_sql(self):
        """The items that fell due in the quarter after each of the quarters."""
        return SQL(
            """
            SELECT quarter.id AS key, item.id AS item_id, item.due, item.amount
              FROM quarter
              JOIN item ON item.partner_id = quarter.partner_id AND item.is_claim
               AND item.due BETWEEN quarter.due_from AND quarter.due_to
            """
        )

    def _outcomes_sql(self):
        return SQL(
            """
            SELECT key, COUNT(*) AS items,
                   COUNT(*) FILTER (WHERE is_late) AS late_items,
                   COUNT(*) FILTER (WHERE is_open) AS open_items,
                   COUNT(*) FILTER (WHERE is_lost) AS lost_items,
                   COUNT(*) FILTER (WHERE is_undecided) AS undecided_items,
                   MAX(days) AS days
              FROM (%s) AS item GROUP BY key
            """,
            self._known_sql(
                self.company_id,
                self.day,
                self.days_late,
                self.days_lost,
                self.lost_share,
            ),
        )

    # === ITEMS, FOR ANY QUESTION === #

    @api.model
    def _known_sql(self, company, day, days_late, days_lost, lost_share):
        """Return what is known on a day about the items in a table ``claim``.

        It stands beside the tables of ``rating.measure._ledger_sql`` for that day and
        has ``key``, ``item_id``, ``due`` and ``amount``. Of each of its rows comes one
        with ``key`` and

        - ``is_late``: was not settled so many days after its due date,
        - ``is_open``: nobody knows yet whether it will be late,
        - ``is_lost``: was not settled much later, or written off in good part,
        - ``is_undecided``: nobody knows yet whether it will be lost,
        - ``days``: between due date and settlement, or the day; 0 if in time.

        What is left over below the floor of rules in days counts as settled.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT key, by_late >= %(floor)s AND due + %(late)s < %(day)s AS is_late,
                   by_late >= %(floor)s AND due + %(late)s >= %(day)s AS is_open,
                   is_written_off OR by_lost >= %(floor)s AND due + %(lost)s < %(day)s
                       AS is_lost,
                   NOT is_written_off AND by_lost >= %(floor)s
                       AND due + %(lost)s >= %(day)s AS is_undecided,
                   GREATEST(0, CASE WHEN by_day < %(floor)s THEN settled
                                    ELSE %(day)s END - due) AS days
              FROM (
            SELECT claim.key, claim.due, MAX(paid.date) AS settled,
                   claim.amount - COALESCE(SUM(paid.amount), 0) AS by_day,
                   claim.amount - COALESCE(SUM(paid.amount) FILTER (
                       WHERE paid.date <= claim.due + %(late)s), 0) AS by_late,
                   claim.amount - COALESCE(SUM(paid.amount) FILTER (
                       WHERE paid.date <= claim.due + %(lost)s), 0) AS by_lost,
                   COALESCE(MAX(loss.amount), 0) > %(share)s * claim.amount
                       AS is_written_off
              FROM claim
              LEFT JOIN paid ON paid.id = claim.item_id
              LEFT JOIN (%(losses)s) AS loss ON loss.id = claim.item_id
             GROUP BY claim.key, claim.item_id, claim.due, claim.amount) AS item
            """,
            day=SQL("%s::date", day),
            late=SQL("%s::int", days_late),
            lost=SQL("%s::int", days_lost),
            share=SQL("%s::numeric", lost_share),
            floor=SQL("%s::numeric", company._trade_floor()),
            losses=self._losses_sql(day),
        )

    @api.model
    def _losses_sql(self, day):
        """Return amounts written off by a day: of items matched with an entry that has
        an expense, alone or beside a payment. Where one entry settles several items,
        each has its share of it. A difference of exchange is no loss of the dealer's.

        :return: rows (id of the item, amount)
        """
        return SQL(
            """
            SELECT match.debit_id AS id,
                   SUM(match.amount * LEAST(1, entry.expense / entry.settled)) AS amount
              FROM match
              JOIN account_move_line AS credit ON credit.id = match.credit_id
              JOIN LATERAL (
                   SELECT SUM(line.balance) FILTER (
                              WHERE line.balance > 0 AND line.account_id = ANY(ARRAY(
                                    SELECT id FROM account_account
                                     WHERE account_type LIKE %s))) AS expense,
                          SUM(-line.balance) FILTER (
                              WHERE line.balance < 0
                                AND line.account_id = credit.account_id) AS settled
                     FROM account_move_line AS line
                     JOIN account_move AS move ON move.id = line.move_id
                    WHERE line.move_id = credit.move_id
                      AND move.move_type = 'entry') AS entry ON entry.expense > 0
             WHERE match.date <= %s AND match.debit_id IN (SELECT item_id FROM claim)
               AND NOT match.is_exchange
             GROUP BY 1
            """,
            "expense%",
            day,
        )
