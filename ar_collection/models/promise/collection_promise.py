from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...groups import COLLECTOR, require
from ...statements import stamp


class CollectionPromise(models.Model):
    """An amount that a customer promised to pay by a day. Nobody edits it.

    ``collection.case._promise`` takes one, :meth:`_judge` finds out day by day whether
    it was kept; until then the days of its items stand still.
    """

    _name = "collection.promise"
    _description = "Promise to Pay"
    _inherit = ["record.seal.mixin", "collection.case.record"]
    _order = "date desc, id desc"

    case_id = fields.Many2one(required=True, index=True)
    amount = fields.Monetary("Promised", required=True)
    made_on = fields.Date(required=True)
    date = fields.Date(
        "Promised For", required=True, help="The last day on which it is kept."
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
    )
    received = fields.Monetary(
        help="Amount received for it, as of the last run: payments and credit notes "
        "on its items since it was made, less what an earlier promise on the "
        "same items takes."
    )
    settled_on = fields.Date(help="Kept, found broken or cancelled on this day.")
    user_id = fields.Many2one("res.users", "Taken By", required=True)
    note = fields.Text()
    cancelled_by_id = fields.Many2one("res.users")
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )
    line_ids = fields.One2many("collection.promise.line", "promise_id", "Lines")
    item_ids = fields.Many2many(
        "collection.item", string="Items", compute="_compute_item_ids", store=True
    )

    _open_idx = models.Index("(company_id, partner_id) WHERE state = 'open'")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The promised amount is above zero."
    )
    _date_after = models.Constraint(
        "CHECK (date >= made_on)", "A promise is for the day it is made or a later one."
    )

    @api.depends("line_ids.item_id")
    def _compute_item_ids(self):
        for promise in self:
            promise.item_ids = promise.line_ids.item_id

    @api.depends("partner_id", "amount", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(customer)s: %(amount)s by %(date)s",
                customer=promise.partner_id.name,
                amount=promise.currency_id.format(promise.amount),
                date=format_date(self.env, promise.date),
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Cancel promises entered by mistake; their items go on where they stood.

        :raises AccessError: if the user is not a collector
        :raises UserError: if one was kept, broken or cancelled already
        """
        why = self.env._("Only collectors cancel a promise. Ask one of them.")
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        if any(promise.state != "open" for promise in self):
            raise UserError(
                self.env._(
                    "A promise that was kept, broken or cancelled cannot be "
                    "changed. Take a new one on the case."
                )
            )
        self.sudo()._cancel()
        return True

    # === BUSINESS METHODS === #

    def _cancel(self):
        """Cancel what is open of these promises, without a check of rights. For what
        ends them from outside, such as a write-off of their items."""
        for company, promises in self.grouped("company_id").items():
            day = company._trade_day()
            promises.filtered(lambda promise: promise.state == "open").write(
                {
                    "state": "cancelled",
                    "settled_on": day,
                    "cancelled_by_id": self.env.uid,
                }
            )
            self.env["collection.item"]._update_pauses(company, day, promises.item_ids)

    # === KEPT OR BROKEN === #

    @api.model
    def _judge(self, company, day, partners=None):
        """Settle what is to be settled of the open promises of a company.

        One is kept once enough came in on its items since it was made, whoever
        allocated it to which of them; broken once its day is over without that. What is
        missing below the procedure's floor breaks none of which more came. Money
        counts once: of several promises on the same items, the one for the earlier
        day has it first. Call it once the items are up to date.

        :param company: a root company
        :param date day: today, where the company is
        :param partners: commercial entities, to look at theirs only; None for all
        :return: the promises that were settled by this
        """
        self.env.flush_all()
        self.env.cr.execute(self._judge_sql(company, day, partners))
        settled = self.browse([promise for (promise,) in self.env.cr.fetchall()])
        self.invalidate_model()
        settled.filtered(lambda promise: promise.state == "broken")._alert_broken(day)
        return settled

    def _judge_sql(self, company, day, partners):
        """:return: SQL that writes the promises and returns the ids of settled ones"""
        return SQL(
            """
            WITH came AS MATERIALIZED (%(came)s),
                 had AS MATERIALIZED (%(had)s),
                 fresh AS (
                 SELECT had.id, LEAST(had.received, had.amount) AS received,
                        CASE WHEN had.wanted = 0 THEN 'cancelled'
                             WHEN had.received >= had.wanted
                               OR had.received >= floors.floor
                              AND had.wanted - had.received < floors.floor THEN 'kept'
                             WHEN had.date < %(day)s THEN 'broken'
                             ELSE 'open' END AS state
                   FROM had JOIN (%(floors)s) AS floors USING (partner_id)),
                 written AS (
            UPDATE collection_promise AS promise
               SET received = fresh.received, state = fresh.state,
                   settled_on = CASE WHEN fresh.state != 'open' THEN %(day)s::date END,
                   write_uid = %(uid)s, write_date = %(now)s
              FROM fresh
             WHERE promise.id = fresh.id AND promise.state = 'open'
               AND (promise.state, promise.received)
                   IS DISTINCT FROM (fresh.state, fresh.received)
         RETURNING promise.id, promise.state)
            SELECT id FROM written WHERE state != 'open' ORDER BY id
            """,
            came=self._came_sql(company, partners),
            had=self._had_sql(),
            floors=self.env["collection.procedure"]._floors_sql(
                company, SQL("SELECT partner_id FROM had")
            ),
            day=day,
            **stamp(self.env),
        )

    def _came_sql(self, company, partners):
        """Return the money received on the items of promises since each was made, for
        all customers with an open one.

        An invoice set back to draft brought no money: it counts neither as paid nor as
        wanted. What a promise may take of the money is what was promised, or what it
        had when it broke.
        """
        return SQL(
            """
            SELECT promise.id, promise.partner_id, promise.date, promise.state,
                   promise.amount, array_agg(line.item_id) AS items,
                   CASE WHEN promise.state IN ('open', 'kept') THEN promise.amount
                        ELSE COALESCE(promise.received, 0) END AS cap,
                   LEAST(promise.amount, COALESCE(SUM(line.residual) FILTER (
                       WHERE book.parent_state = 'posted'), 0)) AS wanted,
                   GREATEST(0, COALESCE(SUM(line.residual - item.residual) FILTER (
                       WHERE book.parent_state = 'posted'), 0)) AS money
              FROM collection_promise AS promise
              JOIN collection_promise_line AS line ON line.promise_id = promise.id
              JOIN collection_item AS item ON item.id = line.item_id
              LEFT JOIN account_move_line AS book ON book.id = item.line_id
             WHERE promise.company_id = %(company)s AND %(among)s
               AND EXISTS (SELECT FROM collection_promise AS waiting
                            WHERE waiting.company_id = %(company)s
                              AND waiting.partner_id = promise.partner_id
                              AND waiting.state = 'open')
             GROUP BY promise.id
            """,
            company=company.id,
            among=self.env["collection.item"]._among_sql(
                "promise.partner_id", partners
            ),
        )

    def _had_sql(self):
        """Return the share of each open promise in the money: the part that those for
        an earlier day, on the same items, do not take.

        An earlier one takes up to its cap; what it had before this one was made is not
        in this one's money, so it is not taken from it again.
        """
        return SQL(
            """
            SELECT own.id, own.partner_id, own.date, own.amount, own.wanted,
                   GREATEST(0, own.money - COALESCE(SUM(
                       LEAST(earlier.cap, earlier.money) - LEAST(earlier.cap,
                           GREATEST(0, earlier.money - own.money))), 0)) AS received
              FROM came AS own
              LEFT JOIN came AS earlier
                ON earlier.partner_id = own.partner_id
               AND (earlier.date, earlier.id) < (own.date, own.id)
               AND earlier.items && own.items
             WHERE own.state = 'open'
             GROUP BY own.id, own.partner_id, own.date, own.amount, own.wanted,
                      own.money
            """
        )

    def _alert_broken(self, day):
        """Give the owner of the case something to do about a broken promise."""
        activity_type = self.env.ref("ar_collection.activity_promise_broken", False)
        model = self.env["ir.model"]._get_id("collection.case")
        values = []
        for promise in self.sudo():
            user, absent = promise._responsible()
            env = promise.with_context(lang=user.lang).env
            values.append(
                {
                    "res_model_id": model,
                    "res_id": promise.case_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "automated": True,
                    "trade_wait": "promise",
                    "trade_for_id": absent.id,
                    "date_deadline": day,
                    "user_id": user.id,
                    "summary": env._(
                        "Promise broken: %(received)s of %(amount)s received",
                        received=promise.currency_id.format(promise.received),
                        amount=promise.currency_id.format(promise.amount),
                    ),
                }
            )
        # One list of things to do, no mail for each of them
        quick = {"mail_activity_quick_update": True}
        given = self.env["mail.activity"].sudo().with_context(**quick).create(values)
        for promise, activity in zip(self.sudo(), given, strict=True):
            promise.activity_id = activity

    def _responsible(self):
        """:return: the user who works on this promise's case; for whom, if they stand
        in"""
        self.ensure_one()
        heirs = self.company_id._trade_heirs(self.case_id)
        return self.company_id._trade_who(heirs | self.user_id, self.case_id)


class CollectionPromiseLine(models.Model):
    """An item as it stood when a promise was made about it."""

    _name = "collection.promise.line"
    _description = "Item of a Promise"
    _inherit = ["collection.ledger.record"]
    _order = "promise_id, id"
    _rec_name = "item_id"

    promise_id = fields.Many2one(
        "collection.promise", required=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "collection.item", required=True, index=True, ondelete="restrict"
    )
    date_due = fields.Date(related="item_id.date_due")
    residual = fields.Monetary("Open Then", help="When the promise was made.")
    residual_now = fields.Monetary("Open Now", related="item_id.residual")

    _item_unique = models.UniqueIndex(
        "(promise_id, item_id)", "A promise is about an item once."
    )
