from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils, format_amount, format_date, formatLang

from odoo.addons.trade_credit_base.windows import list_of

from ..card.rating_score import RATERS

# Measures that tell what goods cost: a salesperson is told their points only
CONFIDENTIAL = {"margin"}


class RatingMeasure(models.AbstractModel):
    """Measures of customers by the ledger: a value for each, in one statement for all.

    :meth:`_measures` lists them. A measure is four methods, found by its code:

    - ``_rows_<code>(company, date_from, date_to, partner=None)``: SQL of the records
      that count, as rows (partner_id, record_id, part, whole); ``partner_id`` is the
      commercial entity, ``partner`` the id of one to leave out all others,
    - ``_measure_<code>(company, date_from, date_to)``: SQL of the values, as rows
      (partner_id, value, part, whole, items), for all customers at once,
    - ``_explain_<code>(score)``: what a score measured, as a sentence,
    - ``_records_<code>(score)``: an action that opens the records behind it.

    A customer without a row has nothing to measure. That is not a zero.

    What counts: the posted entries of the root company of ``company`` and of its
    branches, up to ``date_to`` and not a day further, in company currency. Money and
    credit notes that are matched with nothing count against the oldest items, from
    their own date on: whether somebody matches them later changes no month that is
    over. So do payments that wait for the bank without an entry. Cost prices and
    credit limits have no history, today's are taken.

    Everything is read in SQL, past record rules: what a customer scores does not
    depend on who measures.
    """

    _name = "rating.measure"
    _description = "Measures of a Dealer"

    @api.model
    def _measures(self):
        """Return the measures there are. Extend to add one.

        :return: list of (code, label)
        """
        return [
            ("target", self.env._("Sales target achieved")),
            ("growth", self.env._("Sales growth on the year before")),
            ("on_time", self.env._("Value paid by its due date")),
            ("collection", self.env._("Collected of what was due")),
            ("overdue", self.env._("Overdue share of what is owed")),
            ("days_late", self.env._("Average days late")),
            ("limit_use", self.env._("Average use of the credit limit")),
            ("margin", self.env._("Gross margin")),
            ("stock", self.env._("Days of stock against the norm")),
        ]

    @api.model
    def _knows(self, code):
        """Tell whether there is such a measure: its addon may be gone."""
        return code in dict(self._measures())

    @api.model
    def _may_tell(self, code):
        """Tell whether the reader may know the figures of a measure."""
        return code not in CONFIDENTIAL or self.env.user.has_group(RATERS)

    @api.model
    def _explain(self, score):
        """Return what a score measured, as a sentence."""
        code = score.indicator_id.measure
        if not self._may_tell(code):
            return self.env._(
                "Measured from sales and what the goods cost; the figures are for "
                "those who rate."
            )
        if self._knows(code):
            return getattr(self, f"_explain_{code}")(score)
        return self.env._(
            "%(value)g was measured by an app that is not installed any more.",
            value=score.value,
        )

    @api.model
    def _records(self, score):
        """Return an action on the records that a score was measured on.

        :raises UserError: if only an app knows them that is not installed any more
        """
        code = score.indicator_id.measure
        if self._knows(code):
            return getattr(self, f"_records_{code}")(score)
        raise UserError(
            self.env._(
                "The app that measured this is not installed any more. Install it "
                "again to see the records."
            )
        )

    # === WHAT ALL MEASURES SHARE === #

    @api.model
    def _as_of(self, company, date_to):
        """Return the day as of which the ledger is read.

        A month that still runs is read as of today: what falls due tomorrow is not
        late yet.
        """
        return min(date_to, company._trade_day())

    def _branches_sql(self, company):
        """Return SQL of the ids of a root company and all its branches."""
        return self.env["trade.receivable"]._branches_sql(company)

    def _partner_sql(self, partner):
        """Return the condition that leaves one customer, or all if none is named."""
        if not partner:
            return SQL("TRUE")
        return SQL("partner.commercial_partner_id = %s", partner)

    def _sums_sql(self, rows, counts=None):
        """Add rows up, customer by customer; the value is the share of the whole.

        :param SQL counts: a condition on all rows of a customer
        """
        return SQL(
            """SELECT partner_id, (SUM(part) / SUM(whole))::float AS value,
                      SUM(part)::float AS part, SUM(whole)::float AS whole,
                      COUNT(*)::int AS items
                 FROM (%s) AS record
             GROUP BY partner_id HAVING SUM(whole) > 0 AND %s""",
            rows,
            counts or SQL("TRUE"),
        )

    def _against_sql(self, wholes, rows, least=None):
        """Add rows up against wholes that are no records, customer by customer.

        :param SQL wholes: rows (partner_id, whole); those above zero count
        :param least: what a part comes to at least; None where it may be negative
        """
        return SQL(
            """SELECT partner_id, (COALESCE(part, 0) / whole)::float AS value,
                      COALESCE(part, 0)::float AS part, whole::float AS whole,
                      COALESCE(items, 0)::int AS items
                 FROM (%(wholes)s) AS wanted
                 LEFT JOIN (SELECT partner_id,
                                   GREATEST(SUM(part), %(least)s::numeric) AS part,
                                   COUNT(record_id) AS items
                              FROM (%(rows)s) AS record
                          GROUP BY 1) AS summed USING (partner_id)
                WHERE whole > 0""",
            wholes=wholes,
            rows=rows,
            least=least,
        )

    # === WORDS AND RECORDS === #

    def _window(self, score):
        """Return the first day that a score looks at, and the last."""
        month = date_utils.start_of(score.date_to, "month")
        first = date_utils.subtract(month, months=score.indicator_id.months - 1)
        day = self._as_of(score.company_id, score.date_to)
        return min(first, score.date_from), day

    def _words(self, score, **more):
        """Return what the sentences say, in the language of the reader."""
        date_from, day = self._window(score)
        return {
            "part": self._money(score, score.part),
            "whole": self._money(score, score.whole),
            "percent": formatLang(self.env, 100 * score.value, digits=1),
            "count": self._count(score.items),
            "since": format_date(self.env, date_from),
            "day": format_date(self.env, day),
            **more,
        }

    def _money(self, score, amount):
        return format_amount(self.env, amount, score.company_id.currency_id)

    def _count(self, items):
        if items == 1:
            return self.env._("1 item")
        return self.env._("%(items)d items", items=items)

    @api.model
    def _check_records(self, model):
        """:raises UserError: if the user may not read the records behind a figure"""
        if not self.env[model].has_access("read"):
            raise UserError(
                self.env._(
                    "This figure comes from records of the ledger (%(records)s), which "
                    "you may not read. Ask somebody in accounting to look, or the "
                    "administrator for the right to read invoices.",
                    records=self.env["ir.model"]._get(model).name,
                )
            )

    def _open(self, score, model, name, **more):
        """Return an action on the records that a score was measured on."""
        self._check_records(model)
        date_from, day = self._window(score)
        rows = getattr(self, f"_rows_{score.indicator_id.measure}")
        partner = score.partner_id.id
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                "SELECT record_id FROM (%s) AS record WHERE record_id IS NOT NULL",
                rows(score.company_id, date_from, day, partner),
            )
        )
        ids = sorted(record_id for (record_id,) in found)
        return list_of(self.env[model], name, [("id", "in", ids)], **more)

    # === RECEIVABLES === #

    def _whose(self, company, partner=None):
        """Return the companies and customers whose ledger is read.

        :param int partner: a commercial entity to leave out all others
        :rtype: trade_receivable.Whose
        """
        partners = self.env["res.partner"].browse(partner) if partner else None
        return self.env["trade.receivable"]._of_company(company, partners)

    def _ledger_sql(self, company, day, partner=None, since=None):
        """Return the tables of a ledger as of ``day``, to follow a ``WITH``; see
        ``trade.settlement``.

        :param int partner: a commercial entity to leave out all others
        :param date since: leave out what fell due and was settled before that day
        """
        tables = self.env["trade.settlement"]._ledger_ctes(
            self._whose(company, partner), day, since
        )
        return SQL(", ").join(tables)

    def _entries_sql(self, company, day, partner=None):
        """Return all that moved a customer's receivable up to a day, settled or not.

        :return: SQL of rows (id, NULL for payments without an entry, partner_id, date,
            amount)
        """
        whose = self._whose(company, partner)
        return SQL(
            """SELECT id, partner_id, date, amount FROM (%s) AS item
                UNION ALL
               SELECT NULL, partner_id, date, amount FROM (%s) AS payment
                WHERE partner_id IS NOT NULL""",
            self.env["trade.settlement"]._items_sql(whose, day),
            self.env["trade.receivable"]._unbooked_sql(whose, [day]),
        )
