from odoo import api, fields, models

from ..models.item.collection_item import OPEN_ITEMS


class CollectionDisputeRaise(models.TransientModel):
    """Writes down what a customer contests."""

    _name = "collection.dispute.raise"
    _description = "Raise a Dispute"

    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    item_ids = fields.Many2many(
        "collection.item",
        string="Items",
        required=True,
        domain=OPEN_ITEMS,
    )
    open_amount = fields.Monetary("Open", compute="_compute_open_amount")
    amount = fields.Monetary(
        "Disputed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="Part of these items that the customer contests.",
    )
    reason_id = fields.Many2one(
        "collection.reason",
        required=True,
        domain="[('kind', 'in', ('dispute', 'both'))]",
    )
    description = fields.Text(help="The customer's own words.")
    evidence_ids = fields.Many2many(
        "ir.attachment", help="Letters, pictures, delivery notes."
    )

    @api.depends("item_ids")
    def _compute_open_amount(self):
        for wizard in self:
            wizard.open_amount = sum(wizard.item_ids.mapped("residual"))

    @api.depends("item_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.open_amount

    # === ACTION METHODS === #

    def action_raise(self):
        """Raise the dispute.

        :raises UserError: as :meth:`collection.case._dispute`
        """
        self.ensure_one()
        self.case_id._dispute(
            self.item_ids,
            self.reason_id,
            amount=self.amount,
            description=self.description,
            evidence=self.evidence_ids,
        )
        return {"type": "ir.actions.act_window_close"}
