from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import form_of

from ..models.item.collection_item import OPEN_ITEMS
from ..models.measure.collection_measure import KINDS


class CollectionMeasurePropose(models.TransientModel):
    """Propose a protective measure on a case, with its reason."""

    _name = "collection.measure.propose"
    _description = "Propose a Measure"

    case_id = fields.Many2one("collection.case", required=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    item_ids = fields.Many2many(
        "collection.item",
        string="Items",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain=OPEN_ITEMS,
    )
    amount = fields.Monetary(compute="_compute_amount")
    reason = fields.Text(required=True)

    @api.depends("case_id")
    def _compute_item_ids(self):
        for wizard in self:
            wizard.item_ids = wizard.case_id._overdue_items()

    @api.depends("item_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.item_ids.mapped("residual"))

    def action_propose(self):
        """Propose it and show it."""
        self.ensure_one()
        propose = self.case_id._propose_measure
        return form_of(propose(self.kind, self.reason, self.item_ids))
