from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import chosen, list_of

from ..core.facts import ALWAYS_HOLD, NEVER_CHECK


class CreditListingEntry(models.TransientModel):
    """The dialog in which customers are put on a list."""

    _name = "credit.listing.entry"
    _description = "Put on a List"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        required=True,
        default=lambda self: self._default_customers(),
    )
    kind = fields.Selection(
        [(ALWAYS_HOLD, "Always hold"), (NEVER_CHECK, "Never check")],
        "List",
        required=True,
    )
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date_to = fields.Date("Until", required=True)
    replaced = fields.Text(compute="_compute_replaced")

    @api.model
    def _default_customers(self):
        files = chosen(self.env["credit.file"])
        return chosen(self.env["res.partner"]) | files.partner_id

    @api.depends("partner_ids")
    def _compute_replaced(self):
        """Say on which list some of the customers are already."""
        Listing, wording = self.env["credit.listing"], self.env["credit.wording"]
        for wizard in self:
            customers = wizard.partner_ids._origin.commercial_partner_id
            known = Listing._of(customers, self.env.company.root_id).values()
            wizard.replaced = "\n".join(
                wording._on_list(
                    each.kind, each.partner_id.name, each.date_to, each.reason
                )
                for each in known
            )

    def action_put(self):
        """Put the customers on the list, and show their entries."""
        self.ensure_one()
        entries = self.env["credit.listing"]._put(
            self.partner_ids, self.kind, self.reason, self.user_id, self.date_to
        )
        if self.env.context.get("active_model") in ("credit.file", "res.partner"):
            return {"type": "ir.actions.act_window_close"}
        own = [("id", "in", entries.ids)]
        return list_of(entries, self.env._("Put on a List"), own)
