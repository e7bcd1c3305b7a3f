from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from ..core.metrics import figures

HISTORY = 12  # months that are computed when a company begins


class CollectionFigure(models.Model):
    """How fast a company's money came in during one month. Rows stay as they are.

    What the figures mean is in ``core.metrics``; what they are computed from is kept
    beside them.
    """

    _name = "collection.figure"
    _description = "Figures of a Month"
    _order = "date desc, company_id"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Month's Last Day", required=True)
    opening = fields.Monetary("Opening Receivables", aggregator=None)
    sales = fields.Monetary("Credit Sales")
    receivables = fields.Monetary("Closing Receivables", aggregator=None)
    current = fields.Monetary("Not Past Due", aggregator=None)
    overdue = fields.Monetary(aggregator=None)
    has_sales = fields.Boolean(help="Without sales there are no days of sales.")
    dso = fields.Float("DSO", digits=(16, 2), aggregator="avg")
    best_possible_dso = fields.Float(
        "Best Possible DSO", digits=(16, 2), aggregator="avg"
    )
    days_delinquent = fields.Float(
        "Average Days Delinquent", digits=(16, 2), aggregator="avg"
    )
    cei = fields.Float("Collection Effectiveness", digits=(16, 2), aggregator="avg")

    _month_unique = models.UniqueIndex(
        "(company_id, date)", "A company has its figures of a month once."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The figures of a month are a record that stays."))

    # === BUSINESS METHODS === #

    @api.model
    def _close_months(self, company, day):
        """Keep the figures of months that ended and have none yet.

        :param company: a root company
        :param date day: today, where the company is
        :return: the new records
        """
        own = [("company_id", "=", company.id)]
        known = self.search(own, limit=1, order="date desc")
        last = date_utils.subtract(date_utils.start_of(day, "month"), days=1)
        first = date_utils.subtract(
            date_utils.start_of(last, "month"), months=HISTORY - 1
        )
        if known:
            first = date_utils.add(known.date, days=1)
        if first > last:
            return self.browse()
        return self.create(
            [
                {"company_id": company.id, **month}
                for month in self._of_months(company, first, last)
            ]
        )

    @api.model
    def _of_months(self, company, first, last):
        """Return the figures of months, as the books know them now.

        One statement for any number of months, customers and items.

        :param date first: the first day of the first month
        :param date last: the last day of the last month
        :return: list of dicts with the fields of a row; None where there is no base
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._bases_sql(company, first, last))
        months = []
        for date, opening, sales, closing, current in rows:
            found = figures(opening, sales, closing, current, date.day)
            months.append(
                {
                    "date": date,
                    "opening": opening,
                    "sales": sales,
                    "receivables": closing,
                    "current": current,
                    "overdue": closing - current,
                    "has_sales": found.dso is not None,
                    **found._asdict(),
                }
            )
        return months

    def _bases_sql(self, company, first, last):
        """Return a row for each month: last day, opening and credit sales, closing
        receivables, and what of them is not past due.

        A match counts from its date on. What is matched with nothing is taken off the
        customer's oldest items first, so off what is overdue.
        """
        items = self.env["collection.item"]
        return SQL(
            """
            WITH month AS MATERIALIZED (
                 SELECT (start + INTERVAL '1 month' - INTERVAL '1 day')::date AS last,
                        start::date AS first
                   FROM generate_series(%(first)s::date, %(last)s::date,
                                        INTERVAL '1 month') AS start
                  UNION ALL SELECT %(first)s::date - 1, NULL),
                 item AS MATERIALIZED (
                 SELECT line.id, partner.commercial_partner_id AS partner_id, line.date,
                        COALESCE(line.date_maturity, line.date) AS due, line.balance,
                        move.move_type IN ('out_invoice', 'out_refund') AS is_sale
                   FROM account_move_line AS line
                   JOIN account_move AS move ON move.id = line.move_id
                   JOIN res_partner AS partner ON partner.id = line.partner_id
                  WHERE line.parent_state = 'posted' AND line.date <= %(last)s
                    AND line.account_id = ANY(ARRAY(%(accounts)s))
                    AND line.company_id = ANY(ARRAY(%(branches)s))),
                 paid AS MATERIALIZED (
                 SELECT month.last, match.debit_move_id AS id,
                        SUM(match.amount) AS amount
                   FROM account_partial_reconcile AS match
                   JOIN item ON item.id = match.debit_move_id
                   JOIN month ON match.max_date <= month.last
                  GROUP BY 1, 2),
                 standing AS MATERIALIZED (
                 SELECT month.last, item.partner_id, SUM(item.balance) AS owed,
                        SUM(item.balance - COALESCE(paid.amount, 0))
                            FILTER (WHERE item.balance > 0) AS gross,
                        COALESCE(SUM(item.balance - COALESCE(paid.amount, 0)) FILTER (
                            WHERE item.balance > 0 AND item.due < month.last), 0)
                            AS late
                   FROM month
                   JOIN item ON item.date <= month.last
                   LEFT JOIN paid ON paid.last = month.last AND paid.id = item.id
                  GROUP BY 1, 2),
                 total AS MATERIALIZED (
                 SELECT last, SUM(owed) AS owed,
                        SUM(GREATEST(0, late - (COALESCE(gross, 0) - owed))) AS late
                   FROM standing GROUP BY last)
            SELECT month.last, COALESCE(before.owed, 0), COALESCE(sold.amount, 0),
                   COALESCE(total.owed, 0),
                   COALESCE(total.owed, 0) - COALESCE(total.late, 0)
              FROM month
              LEFT JOIN total ON total.last = month.last
              LEFT JOIN total AS before ON before.last = month.first - 1
              LEFT JOIN LATERAL (
                   SELECT SUM(balance) AS amount FROM item
                    WHERE is_sale AND date BETWEEN month.first AND month.last) AS sold
                ON TRUE
             WHERE month.first IS NOT NULL
             ORDER BY month.last
            """,
            first=first,
            last=last,
            accounts=items._accounts_sql(),
            branches=items._branches_sql(company),
        )
