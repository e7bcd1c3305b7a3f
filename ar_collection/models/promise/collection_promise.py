from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..run.collection_run import COLLECTOR


class CollectionPromise(models.Model):
    """What a customer said he would pay, and by when. Nobody edits it.

    ``collection.case._promise`` takes one, :meth:`_judge` finds out day by day whether
    it was kept; until then the days of its items stand still.
    """

    _name = "collection.promise"
    _description = "Promise to Pay"
    _inherit = ["record.seal.mixin", "trade.record"]
    _order = "date desc, id desc"

    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
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
        help="What came in for it, as of the last run: payments and credit notes on "
        "its items since it was made, less what an earlier promise on the same items "
        "takes."
    )
    settled_on = fields.Date(help="Kept, found broken or cancelled on this day.")
    user_id = fields.Many2one("res.users", "Taken By", required=True)
    note = fields.Text()
    cancelled_by_id = fields.Many2one("res.users")
    line_ids = fields.One2many("collection.promise.line", "promise_id", "Lines")
    item_ids = fields.Many2many(
        "collection.item", string="Items", compute="_compute_item_ids", store=True
    )

    _open_idx = models.Index("(company_id, partner_id) WHERE state = 'open'")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promise is one to pay more than nothing."
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
        if not self.env.user.has_group(COLLECTOR):
            raise AccessError(
                self.env._("Only collectors cancel a promise. Ask one of them.")
            )
        self.check_access("read")
        if any(promise.state != "open" for promise in self):
            raise UserError(
                self.env._(
                    "A promise that was kept, broken or cancelled stays so. Take a new "
                    "one on the case."
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


class CollectionPromiseLine(models.Model):
    """An item as it stood when a promise was made about it."""

    _name = "collection.promise.line"
    _description = "Item of a Promise"
    _inherit = ["trade.record"]
    _order = "promise_id, id"
    _rec_name = "item_id"

    promise_id = fields.Many2one(
        "collection.promise", required=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "collection.item", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_due = fields.Date(related="item_id.date_due")
    residual = fields.Monetary("Open Then", help="When the promise was made.")
    residual_now = fields.Monetary("Open Now", related="item_id.residual")

    _item_unique = models.UniqueIndex(
        "(promise_id, item_id)", "A promise is about an item once."
    )
