from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped_for


class CollectionAgeing(models.Model):
    """Content of a bucket at the end of a month. Rows stay as they are.

    The buckets of a month add up to the receivables of its figures; those that are late
    to what was overdue.
    """

    _name = "collection.ageing"
    _description = "Ageing of a Month"
    _inherit = ["collection.ledger.record", "trade.card"]
    _order = "date desc, company_id, sequence, id"
    _rec_name = "bucket_id"

    date = fields.Date("Month's Last Day", required=True)
    bucket_id = fields.Many2one(
        "collection.ageing.bucket", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="bucket_id.sequence", store=True)
    amount = fields.Monetary(aggregator="sum")
    share = fields.Float(
        "Share of Receivables", aggregator="avg", help="Of the month's receivables."
    )
    items = fields.Integer()
    customers = fields.Integer(aggregator="max")
    opening = fields.Monetary(
        "A Month Before", help="What the bucket held at the end of the month before."
    )
    rolled = fields.Monetary(
        "Rolled On", help="Of that, what is in a later bucket at the end of this month."
    )
    roll_rate = fields.Float(
        aggregator="avg",
        help="Share of what the bucket held a month before that rolled on to a later "
        "one. The last bucket has nowhere to roll.",
    )

    _month_unique = models.UniqueIndex(
        "(company_id, date, bucket_id)", "A month has each bucket once."
    )

    @api.depends("bucket_id", "date")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.date}: {row.bucket_id.display_name}"

    # === ACTION METHODS === #

    def action_open_receivables(self):
        """Open what the bucket held, item by item."""
        return self.env["collection.receivable"]._action_at(
            self.company_id, self.date, bucket=self.bucket_id
        )

    def action_open_rolls(self):
        """Open where the bucket's amounts of a month before went."""
        own = [("company_id", "=", self.company_id.id), ("date", "=", self.date)]
        own += [("from_id", "=", self.bucket_id.id)]
        xml_id = "ar_collection_figures.collection_ageing_roll_action"
        return shipped_for(self.env, xml_id, own, first="list")

    # === BUSINESS METHODS === #

    @api.model
    def _close_months(self, company, first, last):
        """Keep ageing and rolls of months, as the books know them now.

        Two statements for any number of months, customers and items.

        :param company: a root company
        :param date first: the first day of the first month
        :param date last: the last day of the last month
        """
        self.env.flush_all()
        days = self.env["collection.figure"]._ends_of_months(first, last)
        self.env.cr.execute(self.env["collection.ageing.roll"]._keep_sql(company, days))
        self.env.cr.execute(self._keep_sql(company, days))
        self.env.invalidate_all()

    def _keep_sql(self, company, days):
        """Write a row for each month and bucket, of one that holds nothing too.

        :param days: ends of months, without gap; the first one has no row
        """
        return SQL(
            """
            WITH held AS MATERIALIZED (%(held)s),
                 total AS (SELECT day, SUM(net) AS amount FROM held GROUP BY day),
                 bucketed AS (
                 SELECT day, bucket_id, SUM(net) AS amount, COUNT(*) AS items,
                        COUNT(DISTINCT partner_id) AS customers
                   FROM held GROUP BY 1, 2),
                 rolled AS (%(rolled)s)
            INSERT INTO collection_ageing (
                   company_id, date, bucket_id, sequence, amount, share, items,
                   customers, opening, rolled, roll_rate, create_uid, write_uid,
                   create_date, write_date)
            SELECT %(company)s, day.day, bucket.id, bucket.sequence,
                   COALESCE(bucketed.amount, 0),
                   CASE WHEN total.amount > 0
                        THEN COALESCE(bucketed.amount, 0) / total.amount END,
                   COALESCE(bucketed.items, 0), COALESCE(bucketed.customers, 0),
                   COALESCE(rolled.opening, 0), COALESCE(rolled.amount, 0),
                   rolled.amount / NULLIF(rolled.opening, 0),
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM unnest(%(days)s::date[]) AS day (day)
              JOIN collection_ageing_bucket AS bucket
                ON bucket.company_id = %(company)s AND bucket.active
               AND bucket.kind IN ('credit', 'current', 'late')
              LEFT JOIN bucketed
                ON bucketed.day = day.day AND bucketed.bucket_id = bucket.id
              LEFT JOIN total ON total.day = day.day
              LEFT JOIN rolled
                ON rolled.date = day.day AND rolled.from_id = bucket.id
            """,
            held=self._held_sql(company, days[1:]),
            rolled=self._rolled_sql(company, days[1:]),
            company=company.id,
            days=days[1:],
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _held_sql(self, company, days):
        """Return what buckets hold: rows (day, id: that of a payment without an entry
        is negative, partner_id, bucket_id, sequence, net), with what credits are left.
        """
        reader = self.env["trade.receivable"]
        return SQL(
            """
            SELECT standing.day, COALESCE(standing.line_id, -standing.payment_id) AS id,
                   standing.partner_id, bucket.id AS bucket_id, bucket.sequence,
                   standing.net
              FROM (%(standing)s) AS standing
              JOIN collection_ageing_bucket AS bucket
                ON bucket.company_id = %(company)s AND %(holds)s
             WHERE standing.net != 0
            """,
            standing=reader._net_sql(reader._of_company(company), days),
            company=company.id,
            holds=self.env["collection.ageing.bucket"]._holds_sql(
                SQL("standing.net"), SQL("(standing.day - standing.due)")
            ),
        )

    def _rolled_sql(self, company, days):
        """Return what buckets held a month before and what of it rolled on: rows
        (date, from_id, opening, amount)."""
        return SQL(
            """
            SELECT roll.date, roll.from_id, MAX(roll.opening) AS opening,
                   COALESCE(SUM(roll.amount) FILTER (
                       WHERE target.kind = 'late'
                         AND target.sequence > source.sequence), 0) AS amount
              FROM collection_ageing_roll AS roll
              JOIN collection_ageing_bucket AS source ON source.id = roll.from_id
              JOIN collection_ageing_bucket AS target ON target.id = roll.to_id
             WHERE roll.company_id = %(company)s AND roll.date = ANY(%(days)s)
             GROUP BY 1, 2
            """,
            company=company.id,
            days=days,
        )
