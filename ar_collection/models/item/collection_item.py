from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped

from ...statements import leave_room, stamp

# Items of a form's case that can be chosen
OPEN_ITEMS = """[
    ("case_id", "=", case_id), ("state", "=", "open"), ("residual", ">", 0)]"""


class CollectionItem(models.Model):
    """One receivable line: an instalment of an invoice is an item of its own."""

    _name = "collection.item"
    _description = "Item to Collect"
    _inherit = ["trade.record", "trade.card"]
    _order = "date_due, id"
    _rec_name = "number"

    # Odoo replaces the lines of an invoice that is edited as a draft: nothing here may
    # stand in the way of that. Without its line an item is closed.
    line_id = fields.Many2one("account.move.line", ondelete="set null")
    move_id = fields.Many2one("account.move", index=True)
    number = fields.Char()
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date()
    date_due = fields.Date(required=True, index=True)
    case_id = fields.Many2one("collection.case", index="btree_not_null")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True
    )
    residual = fields.Monetary(
        help="As of the last run, with unallocated payments and credit notes taken off "
        "the oldest items first."
    )
    no_followup = fields.Boolean(
        "Not Chased",
        help="The invoice is marked as left out of follow-ups, or as blocked: it is "
        "owed, and nobody asks for it.",
    )
    stage_id = fields.Many2one("collection.stage", "Stage Reached")
    stage_on = fields.Date("Reached On")
    first_seen = fields.Date(required=True)
    paused_days = fields.Integer(help="Days that a promise or a dispute stopped.")
    entered_days = fields.Integer(
        "Days Behind",
        help="Days that the stages leave out: the item was late by so many more when "
        "it was first seen, or when a letter reached it late.",
    )
    paused_since = fields.Date()
    paused_amount = fields.Monetary(
        "On Hold",
        help="Part that was promised and is not asked for; the days of the rest go on.",
    )

    _line_unique = models.UniqueIndex("(line_id)", "Each receivable line is one item.")
    _open_idx = models.Index("(company_id, partner_id, date_due) WHERE state = 'open'")

    days_late = fields.Integer(
        compute="_compute_days_late",
        help="Days since the due date, pauses counted as well; before it if negative.",
    )

    def init(self):
        leave_room(self.env.cr, self._table)  # each run writes on what took a step
        return super().init()

    # === BUSINESS METHODS === #

    def _unpaused(self):
        """Return what may be asked for of an item today: what neither a promise nor a
        dispute stops.

        :rtype: float
        """
        self.ensure_one()
        if self.state != "open" or self.paused_since:
            return 0.0
        return self.residual - self.paused_amount

    def _listed(self):
        """:return: the action that lists these items, as they are today"""
        xml_id = "ar_collection.collection_item_action"
        return shipped(self.env, xml_id, domain=[("id", "in", self.ids)], context={})

    def _taken_back(self, moves):
        """Close the items of entries that are set back to draft, and say so on their
        cases: what was said to the customer about them happened.

        :param moves: account.move records
        """
        items = self.search([("move_id", "in", moves.ids), ("state", "=", "open")])
        for item in items.filtered("case_id"):
            item.case_id.message_post(
                body=self.env._(
                    "%(number)s was set back to draft by %(user)s; it had reached "
                    "“%(stage)s”.",
                    number=item.number,
                    user=self.env.user.name,
                    stage=item.stage_id.name or self.env._("no stage"),
                )
            )
        items.write({"state": "closed", "residual": 0})

    @api.depends("date_due", "company_id")
    def _compute_days_late(self):
        for company, items in self.grouped("company_id").items():
            today = company._trade_day()
            for item in items:
                item.days_late = (today - item.date_due).days if item.date_due else 0

    # === FROM THE BOOKS === #

    @api.model
    def _sync(self, company, day, partners=None):
        """Bring the items of a company up to date with its ledger.

        New receivable lines become items, settled ones are closed, those that are open
        again are opened; what each still comes to is computed with unallocated credits
        taken off the oldest first.

        :param company: a root company; its branches' ledgers count
        :param date day: today, where the company is
        :param partners: commercial entities, to look at these only; None for all
        :return: how many lines became items
        """
        self.env.flush_all()
        ((added,),) = self.env.execute_query(self._sync_sql(company, day, partners))
        self.invalidate_model()
        return added

    def _among_sql(self, column, partners):
        """:return: SQL of a condition: a column holds one of these customers"""
        if partners is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL(column), partners.ids)

    def _sync_sql(self, company, day, partners):
        """One statement: the open lines are read once, whatever comes of them. What is
        the same as before is not written again."""
        return SQL(
            """
            WITH %(net)s,
                 added AS (%(new)s),
                 fresh AS (%(fresh)s),
                 written AS (
            UPDATE collection_item AS item
               SET residual = fresh.residual, partner_id = fresh.partner_id,
                   number = fresh.number, date = fresh.date,
                   date_due = fresh.date_due, no_followup = fresh.no_followup,
                   -- a day that was corrected leaves it where it is in the procedure
                   entered_days = CASE WHEN item.entered_days > 0 THEN GREATEST(
                       0, item.entered_days - (fresh.date_due - item.date_due))
                       ELSE item.entered_days END,
                   state = fresh.state
              FROM fresh
             WHERE item.id = fresh.id AND fresh.is_changed)
            SELECT COUNT(*) FROM added
            """,
            net=self._net_sql(company, day, partners),
            new=self._new_sql(company, day, partners),
            fresh=self._known_sql(company, partners),
        )

    def _new_sql(self, company, day, partners):
        """Lines that are no items yet become some. Of a few customers, those of all
        items are not looked through for that."""
        due = SQL("net.date_due")
        unknown = SQL(
            """NOT EXISTS (SELECT FROM collection_item AS known
                            WHERE known.line_id = net.id)"""
        )
        return SQL(
            """
            INSERT INTO collection_item (
                   line_id, move_id, number, partner_id, company_id, date, date_due,
                   no_followup, state, residual, first_seen, paused_days,
                   limitation_since, limitation_date, create_uid, write_uid,
                   create_date, write_date)
            SELECT net.id, net.move_id, net.number, net.partner_id, %(company)s,
                   net.date, net.date_due, net.no_followup, 'open', net.residual,
                   %(day)s, 0, %(since)s, %(until)s, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM net WHERE net.balance > 0 AND %(unknown)s
                ON CONFLICT (line_id) DO NOTHING
             RETURNING id
            """,
            company=company.id,
            day=day,
            since=self._limitation_since_sql(company, due),
            until=self._limitation_until_sql(company, due),
            **stamp(self.env),
            unknown=unknown if partners is None else SQL("TRUE"),
        )

    def _fresh_sql(self, company, partners):
        """Return items with their residual once all credits of the customer are taken
        off, the oldest item first.

        :return: SQL of rows (id, residual, partner_id, number, date, date_due,
            no_followup, state, is_changed: whether the item bears anything else so far)
        """
        return SQL(
            "WITH %s %s",
            self._net_sql(company, company._trade_day(), partners),
            self._known_sql(company, partners),
        )

    def _known_sql(self, company, partners):
        return SQL(
            """
            SELECT item.id, fresh.*,
                   (item.residual, item.partner_id, item.number, item.date,
                    item.date_due, COALESCE(item.no_followup, FALSE), item.state)
                   IS DISTINCT FROM (fresh.residual, fresh.partner_id, fresh.number,
                                     fresh.date, fresh.date_due, fresh.no_followup,
                                     fresh.state)
                   AS is_changed
              FROM collection_item AS item
              LEFT JOIN net ON net.id = item.line_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(net.residual, 0) AS residual,
                          COALESCE(net.partner_id, item.partner_id) AS partner_id,
                          COALESCE(net.number, item.number) AS number,
                          COALESCE(net.date, item.date) AS date,
                          COALESCE(net.date_due, item.date_due) AS date_due,
                          COALESCE(net.no_followup, FALSE) AS no_followup,
                          CASE WHEN net.id IS NULL THEN 'closed' ELSE 'open' END
                              AS state) AS fresh
             WHERE item.company_id = %(company)s AND %(looked_at)s
            """,
            company=company.id,
            looked_at=self._looked_at_sql(company, partners),
        )

    def _net_sql(self, company, day, partners):
        """Return what customers owe line by line, with what is left of each once their
        credits are taken off; see ``trade.receivable``.

        ``no_followup`` of an invoice means that nobody chases it, as does an invoice
        that is blocked. Lines of other journals carry the flag without anybody's doing.

        :return: SQL of a common table expression, ``net``
        """
        reader = self.env["trade.receivable"]
        return SQL(
            """
                 net AS MATERIALIZED (
                 SELECT owed.line_id AS id, owed.move_id, owed.booked AS balance,
                        owed.partner_id, owed.due AS date_due, owed.number, owed.date,
                        owed.net AS residual,
                        move.move_type IN ('out_invoice', 'out_receipt')
                        AND (COALESCE(line.no_followup, FALSE)
                             OR move.payment_state = 'blocked') AS no_followup
                   FROM (%s) AS owed
                   JOIN account_move_line AS line ON line.id = owed.line_id
                   JOIN account_move AS move ON move.id = owed.move_id
                  WHERE owed.amount > 0 AND owed.partner_id IS NOT NULL)
            """,
            reader._net_sql(reader._of_company(company, partners), [day]),
        )

    def _looked_at_sql(self, company, partners):
        """Open items, and those of open lines. Of some customers, found by indexes: the
        closed items of many years are not read for one of them."""
        if partners is None:
            return SQL("(item.state = 'open' OR net.id IS NOT NULL)")
        return SQL(
            """item.id = ANY(ARRAY(
               SELECT known.id FROM collection_item AS known
                WHERE known.company_id = %s AND known.state = 'open' AND %s
                UNION
               SELECT known.id FROM collection_item AS known
                 JOIN net ON net.id = known.line_id))""",
            company.id,
            self._among_sql("known.partner_id", partners),
        )

    # === WHAT COUNTS === #

    @api.model
    def _counting_sql(self, item=None):
        """Return the condition that something may be asked for: open, not on hold in
        whole, and nobody said that it is not followed up.

        :param SQL item: alias of the item; none where there is one table
        """
        of = SQL("%s.", item) if item else SQL()
        return SQL(
            """%(of)sstate = 'open'
               AND %(of)sresidual > COALESCE(%(of)spaused_amount, 0)
               AND %(of)spaused_since IS NULL AND %(of)sno_followup IS NOT TRUE""",
            of=of,
        )

    @api.model
    def _written_sql(self):
        """Return the stage with a letter of which an item, ``item``, was last in one.

        :return: SQL of rows (day), one
        """
        return SQL(
            """SELECT MAX(stage.day) AS day
                 FROM collection_action_line AS line
                 JOIN collection_stage AS stage ON stage.id = line.stage_id
                WHERE line.item_id = item.id AND line.state = 'due'
                  AND stage.letter_kind IS NOT NULL"""
        )

    @api.model
    def _reached_sql(self, company, floors, stages=None):
        """Return how far customers are with what counts and comes to their floor, added
        up from the highest stage that an item is at down. What is less is not felt.

        :param company: a root company
        :param SQL floors: rows (partner_id, floor)
        :param SQL stages: rows (day) of the stage that an item, ``item``, is at; None
            for the one that it took last
        :return: SQL of rows (partner_id, day)
        """
        taken = SQL("SELECT day FROM collection_stage WHERE id = item.stage_id")
        return SQL(
            """
            SELECT partner_id, MAX(day) AS day FROM (
                   SELECT floors.partner_id, floors.floor, at_stage.day,
                          SUM(item.residual - COALESCE(item.paused_amount, 0)) OVER (
                              PARTITION BY floors.partner_id ORDER BY at_stage.day DESC)
                              AS together
                     FROM (%(floors)s) AS floors
                     JOIN collection_item AS item
                       ON item.partner_id = floors.partner_id
                      AND item.company_id = %(company)s AND %(counts)s
                    CROSS JOIN LATERAL (%(stages)s) AS at_stage
                    WHERE at_stage.day IS NOT NULL) AS reached
             WHERE together >= floor GROUP BY partner_id
            """,
            floors=floors,
            stages=stages or taken,
            company=company.id,
            counts=self._counting_sql(SQL("item")),
        )
