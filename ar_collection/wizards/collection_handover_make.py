from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import chosen, form_of


class CollectionHandoverMake(models.TransientModel):
    """A hand-over to be drawn up: customers, giver and taker."""

    _name = "collection.handover.make"
    _description = "Hand Cases Over"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id
    )
    from_id = fields.Many2one(
        "res.users",
        "Handed Over By",
        required=True,
        domain="[('share', '=', False), ('active', 'in', (True, False))]",
        help="Users who have left may be archived already.",
    )
    to_id = fields.Many2one(
        "res.users", "Taken Over By", required=True, domain="[('share', '=', False)]"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    case_ids = fields.Many2many(
        "collection.case",
        string="Only These Cases",
        domain="[('company_id', '=', company_id), ('state', '=', 'open')]",
        help="Leave empty to hand over all customers with open items.",
    )
    reason = fields.Text()

    @api.model
    def default_get(self, fields_list):
        """Take the cases that are chosen in the list."""
        values = super().default_get(fields_list)
        if cases := chosen(self.env["collection.case"]):
            values["case_ids"] = [fields.Command.set(cases.ids)]
            values["company_id"] = cases[:1].company_id.id
            if len(cases.user_id) == 1:
                values["from_id"] = cases.user_id.id
        return values

    def action_make(self):
        """List what is handed over and show it, to be printed and signed."""
        self.ensure_one()
        handover = self.env["collection.handover"]._prepare(
            self.company_id,
            self.from_id,
            self.to_id,
            date=self.date,
            partners=self.case_ids.partner_id,
            reason=self.reason,
        )
        return form_of(handover)
