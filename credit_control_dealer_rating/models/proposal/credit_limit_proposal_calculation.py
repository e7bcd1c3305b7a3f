import json

from odoo import api, models
from odoo.tools import SQL, split_every

from odoo.addons.dealer_rating.core.new_dealer import deserves_credit

from ...core.limit import RAISE, Terms, direction, limit, refusal

BATCH = 1000  # dealers: what Odoo reads by one statement
STORED = ("dealer_id", "file_id", "quarter_id", "grade_id", "policy_id", "sales")
STORED += ("invoice_count", "rate", "cap", "deposit_rate")


def _is_good(row):
    """Tell whether a dealer's grade may give credit: one that was lowered since its
    quarter may be too weak for a new dealer."""
    deserves = deserves_credit(row["tenure"], row["good_when_new"])
    return row["is_good"] and (deserves or not row["is_lowered"])


class CreditLimitProposal(models.Model):
    """Calculation of limits from ratings: a few statements for a thousand dealers."""

    _inherit = "credit.limit.proposal"

    # === FOLLOWING RATINGS === #

    @api.model
    def _follow_quarters(self, quarters):
        """Let limits and terms follow quarters that were confirmed.

        Only the last quarter of a dealer counts: correcting an older one changes
        nothing now. Customers without a credit file get one; an archived one is left
        alone, somebody wants no credit control there.

        :return: the new rows
        """
        followed = self.browse()
        for ids in split_every(BATCH, quarters.ids):
            batch = quarters.browse(ids)
            self.env["credit.file"]._open_for_dealers(batch.dealer_id)
            followed |= self._follow(self._gather(batch.ids), "quarter")
        return followed

    @api.model
    def _follow_downgrade(self, dealers):
        """Let limits and terms follow grades that were lowered between two quarters.

        The sales are those that the limit was computed from; the limit never rises.

        :return: the new rows
        """
        followed = self.browse()
        for ids in split_every(BATCH, dealers.ids):
            rows = self._gather(self._last_quarters(dealers.browse(ids)))
            self._keep_sales(rows)
            followed |= self._follow(rows, "downgrade")
        return followed

    def _keep_sales(self, rows):
        """Put the sales that limits were computed from in the place of today's."""
        whose = [("quarter_id", "in", [row["quarter_id"] for row in rows])]
        known = self._read_group(whose, ["quarter_id"], ["id:max"])
        latest = self.browse(last for _quarter, last in known)
        newest = {each.quarter_id.id: each for each in latest}
        for row in rows:
            if earlier := newest.get(row["quarter_id"]):
                row |= {name: earlier[name] for name in ("sales", "invoice_count")}

    def _follow(self, rows, origin):
        """Store what rows come to, set the limits that may be set, and the terms.

        :param rows: list of dicts as :meth:`_gather` returns them
        :param str origin: ``quarter`` or ``downgrade``
        """
        if not rows:
            return self.browse()
        whose = [("file_id", "in", [row["file_id"] for row in rows])]
        waiting = self.search([*whose, ("state", "=", "proposed")])
        awaited = set(waiting.file_id.ids)
        values = [self._outcome(row, origin, row["file_id"] in awaited) for row in rows]
        waiting._supersede()
        self._set_limits(values)
        self.env["credit.terms.change"]._apply(rows)
        proposals = self._store(values)
        for company, own in proposals.grouped("company_id").items():
            self.env["trade.job"]._report(company, limits_proposed=own)
        return proposals

    def _supersede(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE credit_limit_proposal
                      SET state = 'superseded', write_uid = %s, write_date = %s
                    WHERE id = ANY(%s)""",
                self.env.uid,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(["state"], flush=False)

    @api.model
    def _store(self, values):
        """Create rows by one statement, whatever their number.

        :param values: list of dicts, all with the same fields
        :return: the new records
        """
        names = SQL(", ").join(map(SQL.identifier, values[0]))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit_proposal (
                       %(names)s, partner_id, company_id,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(given)s, file.partner_id, file.company_id,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM json_populate_recordset(
                           NULL::credit_limit_proposal, %(values)s) AS given
                  JOIN credit_file AS file ON file.id = given.file_id
              ORDER BY given.quarter_id
                RETURNING id
                """,
                names=names,
                given=SQL(", ").join(
                    SQL("given.%s", SQL.identifier(name)) for name in values[0]
                ),
                values=json.dumps(values, default=str),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        # Dealers and files show these rows and what comes of them
        self.env.invalidate_all(flush=False)
        return self.browse(row_id for (row_id,) in rows)

    # === ONE LIMIT === #

    def _outcome(self, row, origin, awaited):
        """Return the values of the row that keeps what a dealer's figures come to."""
        currency = self.env["res.currency"].browse(row["currency_id"])
        terms = None
        if row["terms_id"]:
            terms = Terms(row["rate"], row["cap"], row["creditworthy"])
        refused = refusal(terms, _is_good(row))
        outcome = limit(row["sales"], terms, refused, currency.rounding)
        present = row["present"]
        state = "set"
        if direction(outcome.amount, present, currency.rounding) == RAISE:
            # A downgrade raises nothing; it may lower what waits to be accepted.
            raising = origin == "quarter" or awaited
            state = "proposed" if raising else "kept"
        return {
            "origin": origin,
            "refused": refused or None,
            "computed": outcome.computed,
            "amount": outcome.amount,
            "has_present": present is not None,
            "present": present or 0.0,
            "date_from": row["start"],
            "state": state,
            "limit_id": None,
            **{name: row[name] for name in STORED},
        }

    def _set_limits(self, values):
        """Set the limits that need no approval, and name them in ``values``."""
        lower = [each for each in values if each["state"] == "set"]
        # Together, so that they are read together
        quarters = self.env["dealer.quarter"].browse(
            each["quarter_id"] for each in lower
        )
        granted = self.env["credit.limit"]._grant_each(
            [
                {name: each[name] for name in ("file_id", "amount", "date_from")}
                | {"reason": self._text_of(each, quarter)}
                for each, quarter in zip(lower, quarters, strict=True)
            ]
        )
        for each in lower:
            each["limit_id"] = granted[each["file_id"]]

    def _text_of(self, values, quarter):
        """Return the reason of the limit that is set."""
        grade = self.env["dealer.grade"].browse(values["grade_id"])
        currency = quarter.company_id.currency_id
        return self._reason_text(grade, quarter, self._explain(values, grade, currency))

    # === FIGURES === #

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
        """Return the quarters, each with the grade that its dealer has now."""
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
