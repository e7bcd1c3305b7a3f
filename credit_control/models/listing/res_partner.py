from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import shipped_for

from ...groups import USER


class ResPartner(models.Model):
    """A customer shows the list of the current company that it is on; a contact that
    of its company."""

    _inherit = "res.partner"

    credit_listing_ids = fields.One2many(
        "credit.listing", "partner_id", "Entries on Lists", groups=USER, readonly=True
    )
    credit_listing_words = fields.Text(
        compute="_compute_credit_listing", compute_sudo=True, groups=USER
    )

    @api.depends("commercial_partner_id", "credit_listing_ids.ended_on")
    @api.depends_context("company", "lang")
    def _compute_credit_listing(self):
        wording, company = self.env["credit.wording"], self.env.company.root_id
        customers = self.commercial_partner_id._origin
        found = self.env["credit.listing"]._of(customers, company)
        for partner in self:
            entry = found.get(partner.commercial_partner_id._origin)
            partner.credit_listing_words = entry and wording._on_list(
                entry.kind, entry.partner_id.name, entry.date_to, entry.reason
            )

    def action_open_credit_listings(self):
        """Open the lists that the customer is on, and was."""
        self.ensure_one()
        theirs = [("partner_id", "=", self.commercial_partner_id.id)]
        return shipped_for(self.env, "credit_control.credit_listing_action", theirs)
