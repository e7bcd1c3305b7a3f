from odoo import api, fields, models

from ..models.item.collection_item import OPEN_ITEMS


class CollectionPromiseMake(models.TransientModel):
    """Takes a customer's promise to pay on a case."""

    _name = "collection.promise.make"
    _description = "Take a Promise"

    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    date = fields.Date("By", required=True, help="The day the money is to be there.")
    item_ids = fields.Many2many(
        "collection.item",
        string="For",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain=OPEN_ITEMS,
        help="Their days stop until the promise is kept or broken; other items go on.",
    )
    open_amount = fields.Monetary("Open", compute="_compute_open_amount")
    promised = fields.Monetary("Promised Already", compute="_compute_open_amount")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    is_part = fields.Boolean(compute="_compute_is_part")
    note = fields.Text(help="Content of the conversation, and the person who spoke.")

    @api.depends("case_id")
    def _compute_item_ids(self):
        for wizard in self:
            wizard.item_ids = wizard.case_id.item_ids.filtered(
                lambda item: item.residual > 0 and item.days_late > 0
            )

    @api.depends("item_ids")
    def _compute_open_amount(self):
        for wizard in self:
            items = wizard.item_ids._origin
            wizard.open_amount = sum(items.mapped("residual"))
            wizard.promised = items._promised_already()

    @api.depends("item_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = max(0, wizard.open_amount - wizard.promised)

    @api.depends("amount", "open_amount")
    def _compute_is_part(self):
        for wizard in self:
            wizard.is_part = (
                len(wizard.item_ids) > 1
                and wizard.currency_id.compare_amounts(
                    wizard.amount, wizard.open_amount - wizard.promised
                )
                < 0
            )

    # === ACTION METHODS === #

    def action_promise(self):
        """Take the promise.

        :raises UserError: as :meth:`collection.case._promise`
        """
        self.ensure_one()
        self.case_id._promise(self.amount, self.date, self.item_ids, self.note)
        return {"type": "ir.actions.act_window_close"}
