from odoo import api, models
from odoo.tools import SQL


class CreditLimitProposal(models.Model):
    """What limits are computed from: quarters, their sales, terms, present limits."""

    _inherit = "credit.limit.proposal"

    def _last_quarters(self, dealers):
        """:return: ids of the last quarter of each dealer that was confirmed"""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (dealer_id) id FROM dealer_quarter
                    WHERE dealer_id = ANY(%s) AND state = 'confirmed'
                 ORDER BY dealer_id, date_from DESC, id DESC""",
                dealers.ids,
            )
        )
        return [quarter_id for (quarter_id,) in rows]

    def _gather(self, quarter_ids):
        """Return what the limits of quarters are computed from, in one statement.

        :return: list of dicts, one for each quarter that is its dealer's last one and
            whose dealer has a grade and an active credit file
        """
        if not quarter_ids:
            return []
        self.env.flush_all()
        quarters = self.env["dealer.quarter"].browse(quarter_ids)
        days = {root: root._trade_day() for root in quarters.company_id}
        self.env.cr.execute(
            SQL(
                """
                WITH asked AS (%(asked)s), sold AS (%(sold)s)
                SELECT asked.*, root.currency_id,
                       COALESCE(sold.amount, 0)::float AS sales,
                       COALESCE(sold.documents, 0) AS invoice_count,
                       terms.id AS terms_id, terms.creditworthy,
                       COALESCE(terms.rate, 0)::float AS rate,
                       COALESCE(terms.cap, 0)::float AS cap,
                       COALESCE(terms.deposit, 0)::float AS deposit_rate,
                       terms.payment_term_id, terms.pricelist_id,
                       (%(present)s)::float AS present
                  FROM asked
                  JOIN res_company AS root ON root.id = asked.company_id
                  LEFT JOIN credit_grade_terms AS terms
                    ON terms.policy_id = asked.policy_id
                   AND terms.grade_id = asked.grade_id
                  LEFT JOIN sold ON sold.quarter_id = asked.quarter_id
              ORDER BY asked.quarter_id
                """,
                asked=self._asked_sql(quarter_ids, days),
                sold=SQL(
                    """SELECT quarter_id, SUM(amount_total_signed) AS amount,
                              COUNT(*) AS documents
                         FROM (%s) AS move GROUP BY quarter_id""",
                    self._sold_sql(SQL("asked")),
                ),
                present=self._present_sql(),
            )
        )
        return self.env.cr.dictfetchall()

    def _asked_sql(self, quarter_ids, days):
        """The quarters, each with the grade that its dealer bears now."""
        return SQL(
            """
            SELECT quarter.id AS quarter_id, quarter.dealer_id, dealer.partner_id,
                   dealer.company_id, dealer.grade_id, quarter.tenure,
                   quarter.date_from, quarter.date_to, file.id AS file_id,
                   GREATEST(today.day, quarter.date_to + 1) AS start,
                   quarter.is_good, dealer.grade_id != quarter.grade_id AS is_lowered,
                   grade.good_when_new,
                   COALESCE(file.policy_id, root.credit_default_policy_id) AS policy_id
              FROM dealer_quarter AS quarter
              JOIN rating_dealer AS dealer
                ON dealer.id = quarter.dealer_id AND dealer.active
              JOIN dealer_grade AS grade ON grade.id = dealer.grade_id
              JOIN res_company AS root ON root.id = dealer.company_id
              JOIN unnest(%(companies)s::int[], %(days)s::date[])
                   AS today (company_id, day) ON today.company_id = dealer.company_id
              JOIN credit_file AS file ON file.partner_id = dealer.partner_id
               AND file.company_id = dealer.company_id AND file.active
             WHERE quarter.id = ANY(%(ids)s) AND quarter.state = 'confirmed'
               AND NOT EXISTS (
                   SELECT FROM dealer_quarter AS later
                    WHERE later.dealer_id = quarter.dealer_id
                      AND later.state = 'confirmed'
                      AND (later.date_from, later.id)
                          > (quarter.date_from, quarter.id))
            """,
            companies=[root.id for root in days],
            days=list(days.values()),
            ids=quarter_ids,
        )

    @api.model
    def _sold_sql(self, quarters):
        """Return SQL for the credit sales of quarters, invoice by invoice.

        A sale on credit is one that is not due on its own day. A credit note counts
        against what it reverses; where it says nothing of that, against credit sales.

        :param SQL quarters: a table (quarter_id, partner_id, company_id, date_from,
            date_to)
        :return: SQL for (quarter_id, id, amount_total_signed)
        """
        return SQL(
            """
            SELECT quarter.quarter_id, move.id, move.amount_total_signed
              FROM %s AS quarter
              JOIN res_company AS root ON root.id = quarter.company_id
              JOIN res_company AS branch
                ON branch.parent_path LIKE root.parent_path || '%%'
              JOIN res_partner AS debtor
                ON debtor.commercial_partner_id = quarter.partner_id
              JOIN account_move AS move
                ON move.partner_id = debtor.id AND move.company_id = branch.id
              LEFT JOIN account_move AS reversed ON reversed.id = move.reversed_entry_id
             WHERE move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               AND move.invoice_date BETWEEN quarter.date_from AND quarter.date_to
               AND CASE WHEN move.move_type != 'out_refund'
                        THEN move.invoice_date_due > move.invoice_date
                        WHEN reversed.id IS NOT NULL
                        THEN reversed.invoice_date_due > reversed.invoice_date
                        ELSE move.invoice_payment_term_id IS NULL
                             OR move.invoice_date_due > move.invoice_date END
            """,
            quarters,
        )

    @api.model
    def _sales_moves(self, quarter):
        """:return: the invoices and credit notes that a quarter's sales add up from"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) AS move",
                self._sold_sql(
                    SQL(
                        """(SELECT id AS quarter_id, partner_id, company_id, date_from,
                                   date_to FROM dealer_quarter WHERE id = %s)""",
                        quarter.id,
                    )
                ),
            )
        )
        return self.env["account.move"].browse(move_id for (move_id,) in rows)

    def _present_sql(self):
        """The permanent limit on the first day: temporary ones end by themselves."""
        return SQL(
            """
            SELECT newest.amount
              FROM (SELECT amount, COALESCE(date_to < asked.start, FALSE) OR EXISTS (
                               SELECT FROM credit_limit AS gone
                                WHERE gone.ends_id = granted.id
                                  AND gone.date_from <= asked.start) AS is_over
                      FROM credit_limit AS granted
                     WHERE granted.file_id = asked.file_id
                       AND granted.kind = 'permanent'
                       AND granted.date_from <= asked.start
                  ORDER BY granted.date_from DESC, granted.id DESC LIMIT 1) AS newest
             WHERE NOT newest.is_over
            """
        )
