from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import list_of

from ...core.holdout import ENOUGH, SURE


class CollectionHoldout(models.Model):
    """Effect of a stage: items paid after it, against a random control group.

    The lot leaves whole customers alone, by the highest stage that a customer takes: so
    customers are compared, by that stage, and only over the days between the first and
    the last on which it left somebody alone. Whoever was drawn to get the step counts
    as such, also if it did not get through: everything else would not be by lot.
    The interval is that of a ratio of sums over customers, drawn as clusters.
    """

    _name = "collection.holdout"
    _description = "What Stages Bring"
    _auto = False
    _order = "company_id, stage_id, days"
    _rec_name = "stage_id"
    # What the statement reads, to be written down before it does
    _depends = {
        "account.move.line": ["balance"],
        "account.partial.reconcile": ["amount", "max_date"],
        "collection.action": ["company_id", "date", "kind", "partner_id", "stage_id"],
        "collection.action.line": ["action_id", "item_id", "residual", "state"],
        "collection.item": ["line_id"],
        "collection.measure": ["kind", "state"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    stage_id = fields.Many2one("collection.stage", readonly=True)
    days = fields.Selection(
        [("07", "7 days"), ("14", "14 days"), ("30", "30 days")],
        "Paid Within",
        readonly=True,
    )
    since = fields.Date("First Held Out", readonly=True)
    until = fields.Date("Last Held Out", readonly=True)

    treated_customers = fields.Integer("Customers", readonly=True)
    treated_items = fields.Integer("Items", readonly=True)
    treated_amount = fields.Monetary("Amount", readonly=True)
    treated_rate = fields.Float(
        "Paid with the Step",
        readonly=True,
        aggregator="avg",
        help="Share of the items that were paid in full in time.",
    )
    treated_amount_rate = fields.Float(
        "Money In with the Step",
        readonly=True,
        aggregator="avg",
        help="Share of the amount that came in time, parts of items as well.",
    )
    held_customers = fields.Integer("Customers Held Out", readonly=True)
    held_items = fields.Integer("Items Held Out", readonly=True)
    held_amount = fields.Monetary("Amount Held Out", readonly=True)
    held_rate = fields.Float("Paid without It", readonly=True, aggregator="avg")
    held_amount_rate = fields.Float(
        "Money In without It", readonly=True, aggregator="avg"
    )
    difference = fields.Float(
        readonly=True,
        aggregator="avg",
        help="So much more of the items is paid with the step than without it.",
    )
    low = fields.Float(
        "At Least",
        readonly=True,
        aggregator=None,
        help="With a certainty of 95 %, the difference is between these two.",
    )
    high = fields.Float("At Most", readonly=True, aggregator=None)
    verdict = fields.Selection(
        [
            ("few", "Too few customers"),
            ("more", "Brings money"),
            ("less", "Costs money"),
            ("unclear", "No difference seen"),
        ],
        readonly=True,
        help="At least 30 customers are wanted on either side; a difference is seen if "
        "the whole interval is on one side of nothing.",
    )

    @property
    def _table_query(self):
        """Return a row for each stage that held somebody out, and horizon."""
        return SQL(
            """
            WITH horizon (days) AS (VALUES (7), (14), (30)),
                 today (company_id, currency_id, today) AS (%(today)s),
                 taken AS MATERIALIZED (%(taken)s),
                 match AS MATERIALIZED (%(matched)s),
                 paid AS MATERIALIZED (%(paid)s),
                 customer AS (
                 SELECT company_id, currency_id, stage_id, days, since, until,
                        state = 'held_out' AS held, partner_id, COUNT(*) AS n,
                        COUNT(*) FILTER (WHERE amount >= residual) AS y,
                        SUM(residual) AS owed, SUM(amount) AS came
                   FROM paid GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
                 arm AS (%(arm)s)
            %(compared)s
            """,
            today=self._today_sql(),
            taken=self._taken_sql(),
            matched=self._matched_sql(),
            paid=self._paid_sql(),
            arm=self._arm_sql(),
            compared=self._compared_sql(),
        )

    def _today_sql(self):
        """Head companies of those that are looked at, with their day."""
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s, %s, %s::date",
                company.id,
                company.currency_id.id,
                company._trade_day(),
            )
            for company in self.env.companies.root_id.sudo()
        )

    def _taken_sql(self):
        """Items that were drawn to get a step or to be left alone, over the time in
        which both happened at the stage."""
        return SQL(
            """
            SELECT action.company_id, today.currency_id, today.today, action.stage_id,
                   action.partner_id, action.date, drawn.since, drawn.until, line.state,
                   line.residual, item.line_id
              FROM (SELECT held.company_id, held.stage_id, MIN(held.date) AS since,
                           MAX(held.date) AS until
                      FROM collection_action AS held
                     WHERE held.state = 'held_out' AND held.kind = 'procedure'
                     GROUP BY 1, 2) AS drawn
              JOIN today USING (company_id)
              JOIN collection_action AS action
                ON action.company_id = drawn.company_id
               AND action.stage_id = drawn.stage_id AND action.kind = 'procedure'
               AND action.date BETWEEN drawn.since AND drawn.until
              JOIN collection_action_line AS line ON line.action_id = action.id
              JOIN collection_item AS item ON item.id = line.item_id
             WHERE line.state IN ('due', 'held_out') AND line.residual > 0
            """
        )

    def _paid_sql(self):
        """Return what came for each item within each horizon that is over.

        Write-offs are no money. Parts that were paid or credited before the step are
        not in its residual: they are not counted again.
        """
        return SQL(
            """
            SELECT taken.*, horizon.days,
                   LEAST(taken.residual, GREATEST(0, taken.residual - line.balance
                         + COALESCE(matched.amount, 0))) AS amount
              FROM taken
              JOIN horizon ON taken.date + horizon.days <= taken.today
              JOIN account_move_line AS line ON line.id = taken.line_id
              LEFT JOIN LATERAL (
                   SELECT SUM(match.amount) AS amount FROM match
                    WHERE match.debit_id = taken.line_id
                      AND match.date <= taken.date + horizon.days) AS matched ON TRUE
            """
        )

    def _matched_sql(self):
        """Return what the items were matched with; write-offs are no money."""
        return self.env["trade.settlement"]._matched_sql(
            SQL(
                """match.debit_move_id IN (SELECT line_id FROM taken)
                   AND NOT EXISTS (
                       SELECT FROM collection_measure AS measure
                        WHERE measure.move_id = credit.move_id
                          AND measure.kind = 'write_off')"""
            )
        )

    def _arm_sql(self):
        """Either side of a stage and horizon, with the variance of its share."""
        return SQL(
            """
            SELECT company_id, currency_id, stage_id, days, since, until, held,
                   COUNT(*) AS customers, SUM(n) AS items, SUM(owed) AS owed,
                   SUM(came) / SUM(owed) AS came, SUM(y) / SUM(n) AS rate,
                   CASE WHEN COUNT(*) > 1 THEN
                        COUNT(*) / (COUNT(*) - 1.0) * GREATEST(0, SUM(y * y)
                        - 2 * SUM(y) / SUM(n) * SUM(n * y)
                        + (SUM(y) / SUM(n)) ^ 2 * SUM(n * n)) / SUM(n) ^ 2
                        END AS variance
              FROM customer GROUP BY 1, 2, 3, 4, 5, 6, 7
            """
        )

    def _compared_sql(self):
        """The two sides beside each other; without one of them there is no row."""
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY company_id, stage_id, days) AS id,
                   company_id, currency_id, stage_id, LPAD(days::text, 2, '0') AS days,
                   since, until, treated_customers, treated_items, treated_amount,
                   treated_rate, treated_amount_rate, held_customers, held_items,
                   held_amount, held_rate, held_amount_rate, difference,
                   difference - reach AS low, difference + reach AS high,
                   CASE WHEN reach IS NULL
                          OR LEAST(treated_customers, held_customers) < %(enough)s
                        THEN 'few'
                        WHEN difference - reach > 0 THEN 'more'
                        WHEN difference + reach < 0 THEN 'less'
                        ELSE 'unclear' END AS verdict
              FROM (SELECT company_id, currency_id, stage_id, days, since, until,
                           treated.customers AS treated_customers,
                           treated.items AS treated_items,
                           treated.owed AS treated_amount,
                           treated.rate AS treated_rate,
                           treated.came AS treated_amount_rate,
                           held.customers AS held_customers, held.items AS held_items,
                           held.owed AS held_amount, held.rate AS held_rate,
                           held.came AS held_amount_rate,
                           treated.rate - held.rate AS difference,
                           %(sure)s * SQRT(treated.variance + held.variance) AS reach
                      FROM (SELECT * FROM arm WHERE NOT held) AS treated
                      JOIN (SELECT * FROM arm WHERE held) AS held
                     USING (company_id, currency_id, stage_id, days, since, until))
                   AS compared
            """,
            enough=ENOUGH,
            sure=SURE,
        )

    # === ACTION METHODS === #

    def action_open_treated(self):
        """Open the items that took the step."""
        return self._action_lines("due", self.env._("Items That Took the Step"))

    def action_open_held(self):
        """Open the items that were left alone."""
        return self._action_lines("held_out", self.env._("Items Held Out"))

    def _action_lines(self, state, name):
        over = fields.Date.subtract(self.company_id._trade_day(), days=int(self.days))
        return list_of(
            self.env["collection.action.line"],
            name,
            [
                ("company_id", "=", self.company_id.id),
                ("action_id.kind", "=", "procedure"),
                ("action_id.stage_id", "=", self.stage_id.id),
                ("action_id.date", ">=", self.since),
                ("action_id.date", "<=", min(self.until, over)),
                ("residual", ">", 0),
                ("state", "=", state),
            ],
            views=[(False, "list")],
        )
