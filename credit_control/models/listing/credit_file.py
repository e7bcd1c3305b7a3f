from odoo import api, fields, models


class CreditFile(models.Model):
    """A credit file shows the list that its customer is on."""

    _inherit = "credit.file"

    listing_id = fields.Many2one(
        "credit.listing", "On a List", compute="_compute_listing", compute_sudo=True
    )
    listing_kind = fields.Selection(
        selection=lambda self: self._listing_kinds(),
        string="List",
        compute="_compute_listing",
        compute_sudo=True,
    )
    listing_words = fields.Text(compute="_compute_listing", compute_sudo=True)

    @api.model
    def _listing_kinds(self):
        kind = self.env["credit.listing"]._fields["kind"]
        return kind._description_selection(self.env)

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_listing(self):
        self.listing_id = self.listing_kind = self.listing_words = False
        Listing, wording = self.env["credit.listing"], self.env["credit.wording"]
        for company, files in self.grouped("company_id").items():
            found = Listing._of(files.partner_id._origin, company)
            for file in files:
                entry = found.get(file.partner_id._origin)
                if entry:
                    file.listing_id, file.listing_kind = entry, entry.kind
                    file.listing_words = wording._on_list(
                        entry.kind, entry.partner_id.name, entry.date_to, entry.reason
                    )

    def action_open_listing(self):
        """Open the entry on the list."""
        return self.listing_id._get_records_action()
