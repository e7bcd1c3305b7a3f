from odoo import models
from odoo.tools import SQL, formatLang


class RatingMeasure(models.AbstractModel):
    """Payments of a customer: on time, collected, overdue, days late."""

    _inherit = "rating.measure"

    # === ON TIME === #

    def _rows_on_time(self, company, date_from, date_to, partner=None):
        """Return what fell due in the window, credit notes taken off, and what of it
        was paid by its due date."""
        day = self._as_of(company, date_to)
        return self._claims_sql(
            self._ledger_sql(company, day, partner, date_from),
            due=SQL("item.due BETWEEN %s AND %s", date_from, day),
            paid=SQL("paid.date <= item.due"),
            settled=SQL("paid.is_note"),
        )

    def _claims_sql(self, ledger, due, paid, settled):
        """Return rows of claims: the whole is what was left to pay, the part what of it
        was paid. The conditions stand on the tables ``item`` and ``paid``.

        :param SQL due: which items count
        :param SQL paid: which payments count as the part
        :param SQL settled: which payments and credit notes come off the whole
        """
        return SQL(
            """WITH %(ledger)s
               SELECT partner_id, id AS record_id, LEAST(part, whole) AS part, whole
                 FROM (
               SELECT item.partner_id, item.id,
                      COALESCE(SUM(paid.amount) FILTER (
                          WHERE NOT paid.is_note AND %(paid)s), 0) AS part,
                      item.amount - COALESCE(SUM(paid.amount) FILTER (
                          WHERE %(settled)s), 0) AS whole
                 FROM item LEFT JOIN paid ON paid.id = item.id
                WHERE item.is_claim AND %(due)s
             GROUP BY item.partner_id, item.id, item.amount) AS claim
                WHERE whole > 0""",
            ledger=ledger,
            due=due,
            paid=paid,
            settled=settled,
        )

    def _measure_on_time(self, company, date_from, date_to):
        return self._sums_sql(self._rows_on_time(company, date_from, date_to))

    def _explain_on_time(self, score):
        return self.env._(
            "%(part)s of %(whole)s that fell due from %(since)s to %(day)s was paid on "
            "time (%(count)s).",
            **self._words(score),
        )

    def _records_on_time(self, score):
        return self._open(score, "account.move.line", self.env._("What fell due"))

    # === COLLECTION === #

    def _rows_collection(self, company, date_from, date_to, partner=None):
        """Return what was overdue when the window began or fell due in it, as far as it
        was not settled before, and what of it was collected in the window."""
        day = self._as_of(company, date_to)
        return self._claims_sql(
            self._ledger_sql(company, day, partner, date_from),
            due=SQL("item.due <= %s", day),
            paid=SQL("paid.date >= %s", date_from),
            settled=SQL("paid.is_note OR paid.date < %s", date_from),
        )

    def _measure_collection(self, company, date_from, date_to):
        return self._sums_sql(self._rows_collection(company, date_from, date_to))

    def _explain_collection(self, score):
        return self.env._(
            "%(part)s was collected from %(since)s to %(day)s, of %(whole)s that was "
            "overdue before or fell due in that time (%(count)s).",
            **self._words(score),
        )

    def _records_collection(self, score):
        return self._open(
            score, "account.move.line", self.env._("What was due to be collected")
        )

    # === OVERDUE === #

    def _rows_overdue(self, company, date_from, date_to, partner=None):
        """Return what is open on the last day, and what of it was due before."""
        day = self._as_of(company, date_to)
        return SQL(
            """WITH %(ledger)s
               SELECT partner_id, id AS record_id,
                      CASE WHEN due < %(day)s THEN amount ELSE 0 END AS part,
                      amount AS whole
                 FROM (%(open)s) AS open_item""",
            ledger=self._ledger_sql(company, day, partner, day),
            day=day,
            open=self._open_sql(),
        )

    def _open_sql(self):
        """Return what is still owed, item by item, once all payments are taken off."""
        return SQL(
            """SELECT line_id AS id, partner_id, due, net AS amount FROM net_item
                WHERE net > 0 AND line_id IS NOT NULL AND partner_id IS NOT NULL"""
        )

    def _measure_overdue(self, company, date_from, date_to):
        return self._sums_sql(self._rows_overdue(company, date_from, date_to))

    def _explain_overdue(self, score):
        return self.env._(
            "%(part)s of %(whole)s outstanding on %(day)s was overdue (%(count)s).",
            **self._words(score),
        )

    def _records_overdue(self, score):
        return self._open(score, "account.move.line", self.env._("Outstanding"))

    # === DAYS LATE === #

    def _rows_days_late(self, company, date_from, date_to, partner=None):
        """Return what was paid in the window and what is overdue at its end, times the
        days from its due date. Early payments count below zero, so that the average is
        better for early than for punctual payers. Unpaid items grow later day by day:
        not to pay cannot look good."""
        day = self._as_of(company, date_to)
        return SQL(
            """WITH %(ledger)s
               SELECT partner_id, id AS record_id, SUM(amount * days) AS part,
                      SUM(amount) AS whole
                 FROM (
               SELECT item.partner_id, item.id, paid.amount, paid.date - item.due
                          AS days
                 FROM item JOIN paid ON paid.id = item.id
                WHERE item.is_claim AND NOT paid.is_note
                  AND paid.date BETWEEN %(date_from)s AND %(day)s
                UNION ALL
               SELECT partner_id, id, amount, %(day)s - due
                 FROM (%(open)s) AS open_item WHERE due < %(day)s) AS delay
             GROUP BY partner_id, id""",
            ledger=self._ledger_sql(company, day, partner, date_from),
            date_from=date_from,
            day=day,
            open=self._open_sql(),
        )

    def _measure_days_late(self, company, date_from, date_to):
        return self._sums_sql(self._rows_days_late(company, date_from, date_to))

    def _explain_days_late(self, score):
        days = formatLang(self.env, abs(score.value), digits=1)
        words = self._words(score, days=days)
        if score.value < 0:
            return self.env._(
                "%(whole)s paid from %(since)s to %(day)s or overdue on that day: on "
                "average %(days)s days before the due date (%(count)s).",
                **words,
            )
        return self.env._(
            "%(whole)s paid from %(since)s to %(day)s or overdue on that day: on "
            "average %(days)s days late (%(count)s).",
            **words,
        )

    def _records_days_late(self, score):
        return self._open(
            score, "account.move.line", self.env._("Paid or still overdue")
        )
