from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.windows import list_of, shipped, shipped_for

from ...core.metrics import cost_of_money, count_back_dso, figures, promises

HISTORY = 12  # months that are computed when a company begins

COUNT_BACK = 36  # months of sales that receivables are counted back over


class CollectionFigure(models.Model):
    """Speed at which a company's money came in during one month. Rows stay as they are.

    What the figures mean is in ``core.metrics``; what they are computed from is kept
    beside them.
    """

    _name = "collection.figure"
    _description = "Figures of a Month"
    _inherit = ["collection.ledger.record"]
    _order = "date desc, company_id"
    _rec_name = "date"

    date = fields.Date("Month's Last Day", required=True)

    # What the month is measured by
    opening = fields.Monetary("Opening Receivables", aggregator=None)
    sales = fields.Monetary("Credit Sales", help="Tax included, credit notes deducted.")
    receivables = fields.Monetary("Closing Receivables", aggregator=None)
    current = fields.Monetary("Not Past Due", aggregator=None)
    overdue = fields.Monetary(aggregator=None)
    has_sales = fields.Boolean(help="Without sales there are no days of sales.")
    average_receivables = fields.Monetary(
        aggregator="avg", help="The mean of what was owed at the end of each day."
    )
    money_rate = fields.Float(
        "Cost of Money (% a year)",
        aggregator="avg",
        help="As the settings said when the month was closed.",
    )
    promised = fields.Monetary(
        help="Promises to pay for days of this month, as far as they were kept or "
        "broken when it was closed."
    )

    # What comes out
    dso = fields.Float(
        "DSO",
        digits=(16, 2),
        aggregator="avg",
        help="Days sales outstanding: closing receivables / credit sales × days of the "
        "month.",
    )
    best_possible_dso = fields.Float(
        "Best Possible DSO",
        digits=(16, 2),
        aggregator="avg",
        help="DSO if nobody paid late: what is not past due / credit sales × days.",
    )
    days_delinquent = fields.Float(
        "Average Days Delinquent",
        digits=(16, 2),
        aggregator="avg",
        help="DSO less the best possible one: what customers take beyond the terms.",
    )
    count_back_dso = fields.Float(
        "Count-Back DSO",
        digits=(16, 2),
        aggregator="avg",
        help="So many days of the latest sales are the receivables: of the month, then "
        "of the month before, and so on. Seasons do not distort it.",
    )
    count_back_rest = fields.Monetary(
        "Older Than the Sales",
        aggregator=None,
        help="Receivables that the sales of three years do not explain; opening "
        "balances, for example. The true count-back DSO is longer then.",
    )
    cei = fields.Float(
        "Collection Effectiveness",
        digits=(16, 2),
        aggregator="avg",
        help="Of what could be collected in the month, how much was, in percent: "
        "(opening + sales − closing) / (opening + sales − not past due) × 100.",
    )
    promises_kept = fields.Float(
        aggregator="avg",
        help="Share of the money promised for the month that came as promised.",
    )
    cost_of_money = fields.Monetary(
        help="What the money tied up in receivables cost: average receivables × days × "
        "rate / 360."
    )

    _month_unique = models.UniqueIndex(
        "(company_id, date)", "A company has its figures of a month once."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _close_months(self, company, day):
        """Keep figures and ageing of months that ended and have none yet.

        :param company: a root company
        :param date day: today, where the company is
        :return: the new figures
        """
        first, last = self._months_to_close(company, day)
        if first > last:
            return self.browse()
        self.env["collection.ageing"]._close_months(company, first, last)
        figures = self.create(
            [
                {"company_id": company.id, **month}
                for month in self._of_months(company, first, last)
            ]
        )
        self.env["trade.job"]._report(company, months_closed=figures)
        return figures

    @api.model
    def _months_to_close(self, company, day):
        """Return the first day of the first month to close and the last of the last.

        A month that ended waits some days for what is still booked in it.
        """
        known = self.search([("company_id", "=", company.id)], limit=1)
        closing = date_utils.subtract(day, days=company.collection_figure_days)
        last = date_utils.subtract(date_utils.start_of(closing, "month"), days=1)
        if known:
            return date_utils.add(known.date, days=1), last
        first = date_utils.start_of(last, "month")
        return date_utils.subtract(first, months=HISTORY - 1), last

    @api.model
    def _ends_of_months(self, first, last):
        """Return the day before months began, and the last day of each.

        :param date first: the first day of the first month
        :param date last: the last day of the last month
        """
        ends = [date_utils.subtract(first, days=1)]
        while ends[-1] < last:
            ends.append(date_utils.end_of(date_utils.add(ends[-1], days=1), "month"))
        return ends

    @api.model
    def _of_months(self, company, first, last):
        """Return the figures of months, as the books know them now.

        Two statements for any number of months, customers and items.

        :param date first: the first day of the first month
        :param date last: the last day of the last month
        :return: list of dicts with the fields of a row; None where there is no base
        """
        self.env.flush_all()
        back = date_utils.subtract(first, months=COUNT_BACK)
        days = self._ends_of_months(first, last)
        rows = self.env.execute_query(self._bases_sql(company, back, days))
        promised = self._promises_of(company, first, last)
        # The latest month first, back to the first one with sales
        sales = [(date.day, sold) for date, _o, _r, _c, sold, _w in reversed(rows)]
        while sales and not sales[-1][1]:
            sales.pop()
        months = []
        for number, (date, *bases) in enumerate(rows):
            if date > days[0]:
                until = sales[len(rows) - number - 1 :]
                month = self._of_month(company, date, bases, until)
                months.append({**month, **self._kept(promised[date])})
        return months

    def _of_month(self, company, date, bases, sales):
        """Return the figures of one month from its bases.

        :param bases: see :meth:`_bases_sql`
        :param sales: (days, credit sales) of months, this one first
        """
        opening, closing, current, sold, waited = bases
        found = figures(opening, sold, closing, current, date.day)
        counted = count_back_dso(closing, sales)
        average = closing - waited / date.day
        rate = company.collection_money_rate
        return {
            "date": date,
            "opening": opening,
            "sales": sold,
            "receivables": closing,
            "current": current,
            "overdue": closing - current,
            "has_sales": found.dso is not None,
            **found._asdict(),
            "count_back_dso": counted.days,
            "count_back_rest": counted.rest,
            "average_receivables": average,
            "money_rate": rate,
            "cost_of_money": cost_of_money([(average, date.day)], rate / 100),
        }

    def _promises_of(self, company, first, last):
        """Return {last day of a month: [(state, amount)]} of promises for its days."""
        found = defaultdict(list)
        for month, state, amount in self.env["collection.promise"]._read_group(
            [
                ("company_id", "=", company.id),
                ("date", ">=", first),
                ("date", "<=", last),
                ("state", "in", ("kept", "broken")),
            ],
            ["date:month", "state"],
            ["amount:sum"],
        ):
            found[date_utils.end_of(month, "month")].append((state, amount))
        return found

    def _kept(self, promised):
        ended = promises(promised)
        total = ended.amount_kept + ended.amount_broken
        return {
            "promised": total,
            "promises_kept": ended.amount_rate if total else None,
        }

    # === FROM THE BOOKS === #

    def _bases_sql(self, company, back, days):
        """Return a row for each month from ``back`` on: last day, opening and closing
        receivables, what of them is not past due, credit sales, and what the days of
        the month add up to less than if all had been like the last.

        :param date back: the first day of the first month
        :param days: ends of months, without gap, for which balances are wanted: the
            first one only as an opening. Other months have sales only.
        """
        reader = self.env["trade.receivable"]
        return SQL(
            """
            WITH standing AS MATERIALIZED (%(standing)s),
                 total AS (
                 SELECT day, SUM(net) AS owed,
                        SUM(CASE WHEN net > 0 AND due < day THEN net ELSE 0 END)
                            AS late
                   FROM standing GROUP BY day),
                 booked AS (%(booked)s)
            SELECT month.last, COALESCE(before.owed, 0), COALESCE(total.owed, 0),
                   COALESCE(total.owed - total.late, 0), COALESCE(booked.sales, 0),
                   COALESCE(booked.waited, 0)
              FROM (SELECT start::date AS first, (start + INTERVAL '1 month'
                           - INTERVAL '1 day')::date AS last
                      FROM generate_series(%(back)s::date, %(last)s::date,
                                           INTERVAL '1 month') AS start) AS month
              LEFT JOIN total ON total.day = month.last
              LEFT JOIN total AS before ON before.day = month.first - 1
              LEFT JOIN booked ON booked.first = month.first
             ORDER BY month.last
            """,
            standing=reader._net_sql(reader._of_company(company), days),
            booked=self._booked_sql(company, back, days[-1]),
            back=back,
            last=days[-1],
        )

    def _booked_sql(self, company, first, last):
        """Return additions of months to receivables: credit sales, and each amount
        times the days of the month on which it was not open yet."""
        reader = self.env["trade.receivable"]
        return SQL(
            """
            SELECT date_trunc('month', line.date)::date AS first,
                   SUM(line.balance) FILTER (
                       WHERE move.move_type IN ('out_invoice', 'out_refund')) AS sales,
                   SUM(line.balance * (line.date
                       - date_trunc('month', line.date)::date)) AS waited
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE %(scope)s AND line.date BETWEEN %(first)s AND %(last)s
             GROUP BY 1
            """,
            first=first,
            last=last,
            scope=reader._scope_sql(reader._of_company(company)),
        )

    # === ACTION METHODS === #

    def action_open_receivables(self):
        """Open what was owed at the end of the month, item by item."""
        return self.env["collection.receivable"]._action_at(self.company_id, self.date)

    def action_open_overdue(self):
        """Open what was past due at the end of the month, item by item."""
        return self.env["collection.receivable"]._action_at(
            self.company_id, self.date, late=1
        )

    def action_open_sales(self):
        """Open the invoices and credit notes of the month."""
        return shipped(
            self.env,
            "account.action_move_out_invoice_type",
            domain=[
                ("company_id", "child_of", self.company_id.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                *self._in_the_month(),
            ],
            context={"create": False, "default_move_type": "out_invoice"},
        )

    def action_open_promises(self):
        """Open the promises for days of the month."""
        return list_of(
            self.env["collection.promise"],
            self.env._("Promises to Pay"),
            [("company_id", "=", self.company_id.id), *self._in_the_month()],
        )

    def action_open_ageing(self):
        """Open the ageing at the end of the month."""
        own = [("company_id", "=", self.company_id.id), ("date", "=", self.date)]
        xml_id = "ar_collection_figures.collection_ageing_action"
        return shipped_for(self.env, xml_id, own, first="list")

    def _in_the_month(self):
        """Return the domain of records whose date lies in the month."""
        first = date_utils.start_of(self.date, "month")
        return [("date", ">=", first), ("date", "<=", self.date)]
