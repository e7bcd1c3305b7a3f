from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown
from odoo.addons.trade_credit_base.windows import form_of, list_of

from ...groups import USER
from .collection_item import HIGHEST

# Who may read open items sees what is open and late, users of collection the rest
READERS = f"account.group_account_readonly,account.group_account_invoice,{USER}"
OPEN = {
    "collection_open": "open",
    "collection_overdue": "overdue",
    "collection_days_late": "days_late",
}
STAGE = SQL("collection_item.stage_id"), HIGHEST, SQL("stage.id IS NOT NULL")
IS_OPEN = SQL("collection_item.state = 'open'")
NEXT = ("collection_next_stage_id", "collection_next_on")
# What of the items says it, in which order, and which of them
STEPS = {
    "collection_stage_id": STAGE,
    "collection_stage_on": (SQL("collection_item.stage_on"), *STAGE[1:]),
    "collection_limitation_date": (
        SQL("MIN(collection_item.limitation_date)"),
        None,
        IS_OPEN,
    ),
    "collection_is_unchased": (
        SQL("BOOL_OR(collection_item.no_followup)"),
        None,
        IS_OPEN,
    ),
}
# Which model tells it, what says about which items, and which of several it is
TOLD = {
    "collection_case_id": (
        "collection.case",
        SQL("SELECT case_id AS id, id AS item_id FROM collection_item"),
        SQL("collection_case.state DESC, collection_case.id DESC"),
    ),
    "collection_letter_id": (
        "collection.letter",
        SQL(
            """SELECT letter_id AS id, item_id FROM collection_letter_line
                WHERE earlier_id IS NULL"""
        ),
        SQL("collection_letter.date DESC, collection_letter.id DESC"),
    ),
    "collection_promise_id": (
        "collection.promise",
        SQL("SELECT promise_id AS id, item_id FROM collection_promise_line"),
        SQL(
            """collection_promise.state = 'cancelled',
               collection_promise.state != 'open',
               CASE WHEN collection_promise.state = 'open'
                    THEN collection_promise.date END,
               collection_promise.date DESC, collection_promise.id DESC"""
        ),
    ),
    "collection_dispute_id": (
        "collection.dispute",
        SQL(
            """SELECT collection_dispute_id AS id, collection_item_id AS item_id
                 FROM collection_dispute_collection_item_rel"""
        ),
        SQL(
            """collection_dispute.state NOT IN ('open', 'valid'),
               collection_dispute.raised_on DESC, collection_dispute.id DESC"""
        ),
    ),
}


def of(name, **attributes):
    """Return the attributes of a field of what an invoice shows, read as its reader.

    :param str name: the many2one, then the field
    """
    return {
        "related": name,
        "depends": (name.split(".")[0],),
        "depends_context": ("uid",),
        "related_sudo": False,
        "groups": USER,
        **attributes,
    }


class AccountMove(models.Model):
    """An invoice, with how far its collection is. Of several instalments the worst or
    the earliest says it.

    What is open and late is today's, by ``trade.open.item``; stages and steps are
    those that the last run wrote on the items.
    """

    _name = "account.move"
    _inherit = ["account.move", "trade.shown"]

    collection_open = fields.Monetary(
        "Open",
        currency_field="company_currency_id",
        groups=READERS,
        help="Today, with unmatched payments and credit notes taken off the customer's "
        "oldest items first.",
        **shown("collection_open", "_compute_collection_open"),
    )
    collection_overdue = fields.Monetary(
        "Overdue",
        currency_field="company_currency_id",
        groups=READERS,
        help="What is open and was due before today.",
        **shown("collection_overdue", "_compute_collection_open"),
    )
    collection_days_late = fields.Integer(
        "Days Late",
        groups=READERS,
        aggregator="max",
        help="Since the due date of the oldest instalment of which something is open.",
        **shown("collection_days_late", "_compute_collection_open"),
    )
    collection_stage_id = fields.Many2one(
        "collection.stage",
        "Stage",
        groups=USER,
        help="The highest that the invoice reached; it stays once it is paid.",
        **shown("collection_stage_id", "_compute_collection_steps"),
    )
    collection_stage_on = fields.Date(
        "Stage Reached On",
        groups=USER,
        **shown("collection_stage_on", "_compute_collection_steps"),
    )
    collection_next_stage_id = fields.Many2one(
        "collection.stage",
        "Next Step",
        groups=USER,
        help="None while a promise or a dispute stops the days, or nobody chases the "
        "invoice.",
        **shown("collection_next_stage_id", "_compute_collection_next"),
    )
    collection_next_on = fields.Date(
        "Next Step On",
        groups=USER,
        help="At the earliest: quiet days and contacts of the same week put it off.",
        **shown("collection_next_on", "_compute_collection_next"),
    )
    collection_limitation_date = fields.Date(
        "Can Be Sued For Until",
        groups=USER,
        **shown("collection_limitation_date", "_compute_collection_steps"),
    )
    collection_is_unchased = fields.Boolean(
        "Not Chased",
        groups=USER,
        help="It is owed, and nobody asks for it: left out of follow-ups, or blocked.",
        **shown("collection_is_unchased", "_compute_collection_steps"),
    )
    collection_case_id = fields.Many2one(
        "collection.case",
        "Case",
        groups=USER,
        **shown("collection_case_id", "_compute_collection_told"),
    )
    collection_letter_id = fields.Many2one(
        "collection.letter",
        "Last Letter",
        groups=USER,
        **shown("collection_letter_id", "_compute_collection_told"),
    )
    collection_promise_id = fields.Many2one(
        "collection.promise",
        "Promise",
        groups=USER,
        help="The open one for the earliest day, or else the last one; others may be "
        "about further invoices, as this one may.",
        **shown("collection_promise_id", "_compute_collection_told"),
    )
    collection_dispute_id = fields.Many2one(
        "collection.dispute",
        "Dispute",
        groups=USER,
        help="The one that is not resolved, or else the last one.",
        **shown("collection_dispute_id", "_compute_collection_told"),
    )
    collection_is_key = fields.Boolean(**of("collection_case_id.is_key"))
    collection_letter_kind = fields.Selection(**of("collection_letter_id.kind"))
    collection_letter_date = fields.Date("Letter Of", **of("collection_letter_id.date"))
    collection_promise_amount = fields.Monetary(
        **of("collection_promise_id.amount", currency_field="company_currency_id")
    )
    collection_promise_date = fields.Date(**of("collection_promise_id.date"))
    collection_promise_state = fields.Selection(
        string="Promise Is", **of("collection_promise_id.state")
    )
    collection_dispute_state = fields.Selection(
        string="Dispute Is", **of("collection_dispute_id.state")
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "payment_state", "partner_id", "invoice_date_due")
    @api.depends_context("uid")
    def _compute_collection_open(self):
        self._compute_shown(OPEN)

    @api.depends("state", "payment_state")
    @api.depends_context("uid")
    def _compute_collection_steps(self):
        self._compute_shown(STEPS)

    @api.depends("state", "payment_state")
    @api.depends_context("uid")
    def _compute_collection_next(self):
        self._compute_shown(NEXT)

    @api.depends("state", "payment_state")
    @api.depends_context("uid")
    def _compute_collection_told(self):
        self._compute_shown(TOLD)

    # === ACTION METHODS === #

    def action_open_collection_case(self):
        """Open the case that the invoice belongs to."""
        return form_of(self.collection_case_id)

    def action_open_collection_items(self):
        """List what the collection has of the invoice: each instalment is an item."""
        own = [("move_id", "in", self.ids), ("line_id", "!=", False)]
        return self.env["collection.item"].search(own)._listed()

    def action_open_collection_letters(self):
        """List the letters that the invoice stood in."""
        own = [("line_ids.item_id.move_id", "in", self.ids)]
        return list_of(self.env["collection.letter"], self.env._("Letters"), own)

    # === BUSINESS METHODS === #

    def _shown_table(self, name):
        if name in OPEN:
            return "open", "id", self._collection_open_sql()
        if name in NEXT:
            return "next", "id", self._collection_next_sql()
        return super()._shown_table(name)

    def _collection_whose(self):
        """Return the companies and customers of these invoices; of none, nothing."""
        return (self.company_id, self.commercial_partner_id) if self else ()

    def _collection_open_sql(self):
        columns = SQL(", ").join(
            SQL("%s AS %s", SQL.identifier(column), SQL.identifier(field))
            for field, column in OPEN.items()
        )
        sums = self.env["trade.open.item"]._sums_sql(
            "move_id", *self._collection_whose()
        )
        return SQL("SELECT key, %s FROM (%s) AS own", columns, sums)

    def _collection_next_sql(self):
        """The soonest of the instalments says it."""
        return SQL(
            """SELECT DISTINCT ON (item.move_id) item.move_id AS key,
                      step.stage_id AS collection_next_stage_id,
                      step.on_day AS collection_next_on
                 FROM (%s) AS step
                 JOIN collection_item AS item ON item.id = step.item_id
                ORDER BY item.move_id, step.on_day, step.item_id""",
            self.env["collection.item"]._next_sql(*self._collection_whose()),
        )

    def _shown_sql(self, name, alias):
        items = self.env["collection.item"]
        own = SQL("collection_item.move_id = %s", SQL.identifier(alias, "id"))
        if name in STEPS:
            value = items._of_sql(own, *STEPS[name])
        elif name in TOLD:
            value = items._told_sql(own, *TOLD[name])
        else:
            return super()._shown_sql(name, alias)
        state = SQL.identifier(alias, "state", to_flush=self._fields["state"])
        return SQL("CASE WHEN %s = 'posted' THEN %s END", state, value)
