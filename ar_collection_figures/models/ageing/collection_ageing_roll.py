from odoo import api, fields, models
from odoo.tools import SQL

from ...core.ageing import Rolls


class CollectionAgeingRoll(models.Model):
    """Movement of amounts from one month's end to the next one's. Rows stay.

    Followed item by item, so that what came in new hides nothing.
    """

    _name = "collection.ageing.roll"
    _description = "Roll of a Month"
    _inherit = ["collection.ledger.record", "trade.card"]
    _order = "date desc, company_id, from_sequence, to_sequence, id"
    _rec_name = "from_id"

    date = fields.Date("Month's Last Day", required=True)
    from_id = fields.Many2one(
        "collection.ageing.bucket", required=True, ondelete="restrict"
    )
    to_id = fields.Many2one(
        "collection.ageing.bucket", required=True, ondelete="restrict"
    )
    from_sequence = fields.Integer(
        "Place of the First", related="from_id.sequence", store=True
    )
    to_sequence = fields.Integer(
        "Place of the Second", related="to_id.sequence", store=True
    )
    amount = fields.Monetary()
    opening = fields.Monetary(
        "Held Before",
        aggregator=None,
        help="What the bucket that it comes from held a month before.",
    )
    rate = fields.Float(
        "Share",
        aggregator="avg",
        help="Of what the bucket held a month before. What is new comes from none.",
    )

    _month_unique = models.UniqueIndex(
        "(company_id, date, from_id, to_id)", "A month has each roll once."
    )

    @api.depends("from_id", "to_id")
    def _compute_display_name(self):
        for roll in self:
            roll.display_name = (
                f"{roll.from_id.display_name} → {roll.to_id.display_name}"
            )

    # === BUSINESS METHODS === #

    @api.model
    def _history(self, company, buckets, last, months):
        """Return the rolls of the latest months up to a day that were closed with
        these buckets.

        :param buckets: collection.ageing.bucket records, the youngest first
        :param date last: the end of the last month
        :param int months: how many at most
        :rtype: list[core.ageing.Rolls]
        """
        flows = {}
        for date, source, target, amount in self._read_group(
            [("company_id", "=", company.id), ("date", "<=", last)],
            ["date:day", "from_id", "to_id"],
            ["amount:sum"],
            order="date:day desc",
        ):
            if date not in flows and len(flows) == months:
                break
            flows.setdefault(date, {})[self._key(source), self._key(target)] = amount
        known = {self._key(place) for place in buckets}
        known |= {"added", "collected", "lost"}
        return [
            self._rolls([self._key(place) for place in buckets], month)
            for month in flows.values()
            if all(known.issuperset(flow) for flow in month)
        ]

    def _key(self, place):
        return place.id if place.kind in ("current", "late") else place.kind

    def _rolls(self, keys, flows):
        """Return a month's rolls.

        :param keys: ids of the buckets, the youngest first
        :param flows: {(from, to): amount}
        """
        return Rolls(
            tuple(tuple(flows.get((i, j), 0) for j in keys) for i in keys),
            *(
                tuple(flows.get((i, end), 0) for i in keys)
                for end in Rolls._fields[1:3]
            ),
            tuple(flows.get(("added", j), 0) for j in keys),
        )

    def _keep_sql(self, company, days):
        """Write down how the receivables rolled from each day to the next.

        :param days: ends of months, without gap
        """
        return SQL(
            """
            WITH held AS MATERIALIZED (
                 SELECT * FROM (%(held)s) AS any_held WHERE net > 0),
                 lost AS (%(lost)s),
                 pair AS (
                 SELECT COALESCE(before.next, after.day) AS day,
                        COALESCE(before.id, after.id) AS id,
                        before.bucket_id AS source, after.bucket_id AS target,
                        COALESCE(before.net, 0) AS opening,
                        COALESCE(after.net, 0) AS closing
                   FROM (SELECT held.*, month.next FROM held
                           JOIN (%(months)s) AS month USING (day)) AS before
                   FULL JOIN (SELECT * FROM held WHERE day != %(first)s) AS after
                     ON after.day = before.next AND after.id = before.id),
                 flow AS (%(flow)s)
            INSERT INTO collection_ageing_roll (
                   company_id, date, from_id, to_id, from_sequence, to_sequence, amount,
                   opening, rate, create_uid, write_uid, create_date, write_date)
            SELECT %(company)s, flow.day, flow.source, flow.target, source.sequence,
                   target.sequence, SUM(flow.amount),
                   CASE WHEN source.kind != 'added'
                        THEN SUM(SUM(flow.amount)) OVER opened END,
                   CASE WHEN source.kind != 'added'
                        THEN SUM(flow.amount) / SUM(SUM(flow.amount)) OVER opened END,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM flow
              JOIN collection_ageing_bucket AS source ON source.id = flow.source
              JOIN collection_ageing_bucket AS target ON target.id = flow.target
             WHERE flow.amount > 0
             GROUP BY flow.day, flow.source, flow.target, source.sequence, source.kind,
                   target.sequence
            WINDOW opened AS (PARTITION BY flow.day, flow.source)
            """,
            held=self.env["collection.ageing"]._held_sql(company, days),
            lost=self._lost_sql(company, days),
            months=self._months_sql(days),
            flow=self._flow_sql(company),
            first=days[0],
            company=company.id,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _months_sql(self, days):
        return SQL(
            "SELECT * FROM unnest(%s::date[], %s::date[]) AS month (day, next)",
            days[:-1],
            days[1:],
        )

    def _flow_sql(self, company):
        """Return from where to where amounts went: what stayed owed, what was written
        off, what came in, and what is new."""
        return SQL(
            """
            SELECT pair.day, way.source, way.target, way.amount
              FROM pair
              LEFT JOIN lost ON lost.day = pair.day AND lost.id = pair.id
              JOIN (SELECT MAX(id) FILTER (WHERE kind = 'added') AS added,
                           MAX(id) FILTER (WHERE kind = 'collected') AS collected,
                           MAX(id) FILTER (WHERE kind = 'lost') AS lost
                      FROM collection_ageing_bucket WHERE company_id = %s) AS place
                ON TRUE
             CROSS JOIN LATERAL (SELECT LEAST(opening, closing) AS stayed,
                   LEAST(GREATEST(opening - closing, 0), COALESCE(lost.amount, 0))
                       AS lost) AS part
             CROSS JOIN LATERAL (VALUES
                   (pair.source, pair.target, part.stayed),
                   (pair.source, place.lost, part.lost),
                   (pair.source, place.collected, opening - part.stayed - part.lost),
                   (place.added, pair.target, closing - part.stayed))
                   AS way (source, target, amount)
             WHERE way.source IS NOT NULL AND way.target IS NOT NULL
            """,
            company.id,
        )

    def _lost_sql(self, company, days):
        """Return what was written off between each day and the next: rows (day, id of
        the receivable line, amount)."""
        return SQL(
            """
            SELECT month.next AS day, match.debit_id AS id, SUM(match.amount) AS amount
              FROM (%(matched)s) AS match
              JOIN (%(months)s) AS month
                ON match.date > month.day AND match.date <= month.next
             GROUP BY 1, 2
            """,
            months=self._months_sql(days),
            matched=self.env["trade.settlement"]._matched_sql(
                SQL("credit.move_id IN (%s)", self._written_off_sql(company))
            ),
        )

    def _written_off_sql(self, company):
        """Return SQL of the entries that write receivables off. Extend with others.

        :return: SQL of rows (account.move id)
        """
        return SQL(
            """SELECT move_id FROM collection_measure
                WHERE company_id = %s AND kind = 'write_off' AND state = 'done'
                  AND move_id IS NOT NULL""",
            company.id,
        )
