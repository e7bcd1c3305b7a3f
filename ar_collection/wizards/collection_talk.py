from odoo import api, fields, models


class CollectionTalk(models.TransientModel):
    """A call, a visit or a note: what was said, what comes next, and what the customer
    promised in it, in one dialog."""

    _name = "collection.talk"
    _description = "Call, Visit or Note"

    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    phone = fields.Char(related="partner_id.phone")
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(
        [("call", "Call"), ("visit", "Visit"), ("note", "Note")],
        default="call",
        required=True,
    )
    date = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_from_case",
        store=True,
        readonly=False,
        domain="[('id', 'child_of', partner_id)]",
        help="Person you spoke to.",
    )
    reason_id = fields.Many2one(
        "collection.reason",
        domain="[('kind', 'in', ('late', 'both'))]",
        help="Reason that the customer gives for being late.",
    )
    note = fields.Text("What Was Said", required=True)
    item_ids = fields.Many2many(
        "collection.item",
        string="About",
        domain="[('case_id', '=', case_id), ('state', '=', 'open')]",
        help="Which items it was about; leave empty if about none in particular.",
    )
    next_step = fields.Char(compute="_compute_from_case", store=True, readonly=False)
    next_step_on = fields.Date(
        compute="_compute_from_case",
        store=True,
        readonly=False,
        help="The day on which the case comes back to you.",
    )
    is_promised = fields.Boolean("The Customer Promised to Pay")
    promise_amount = fields.Monetary(
        "Promised", compute="_compute_promise_amount", store=True, readonly=False
    )
    promise_date = fields.Date("By")

    @api.depends("case_id")
    def _compute_date(self):
        for talk in self:
            talk.date = talk.case_id.company_id._trade_day()

    @api.depends("case_id", "kind")
    def _compute_from_case(self):
        """A note keeps the next step; a call or a visit has done it."""
        for talk in self:
            kept = talk.case_id if talk.kind == "note" else talk.case_id.browse()
            talk.next_step, talk.next_step_on = kept.next_step, kept.next_step_on
            spoken_to = talk.case_id.action_ids.contact_id[:1]
            talk.contact_id = spoken_to if talk.kind != "note" else False

    @api.depends("is_promised", "item_ids")
    def _compute_promise_amount(self):
        for talk in self:
            late = talk.case_id.item_ids.filtered(lambda item: item.days_late > 0)
            items = talk.item_ids._origin or late
            left = sum(items.mapped("residual")) - items._promised_already()
            talk.promise_amount = max(0, left)

    # === ACTION METHODS === #

    def action_done(self):
        """Write down what was said, the next step and the promise.

        :raises UserError: as the methods of the case that do it
        """
        self.ensure_one()
        case = self.case_id
        items = self.item_ids or None
        case._talk(
            self.kind,
            self.note,
            date=self.date,
            contact=self.contact_id,
            reason=self.reason_id,
            items=items,
        )
        if self.is_promised:
            case._promise(self.promise_amount, self.promise_date, items, self.note)
        # The owner of a case without the group of collection has no right to write
        case.sudo().write(
            {"next_step": self.next_step, "next_step_on": self.next_step_on}
        )
        return {"type": "ir.actions.act_window_close"}
