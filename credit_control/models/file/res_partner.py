from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.windows import form_of


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_file_ids = fields.One2many(
        "credit.file",
        "partner_id",
        "Credit Files",
        groups="credit_control.credit_group_user",
    )

    @api.constrains("parent_id", "is_company")
    def _check_credit_entity(self):
        """A customer with a credit file stays its own company: else its orders would
        be checked nowhere."""
        files = self.env["credit.file"].sudo().search([("partner_id", "in", self.ids)])
        enforced = files.filtered(lambda file: file.company_id.credit_mode == "enforce")
        for file in enforced:
            if file.partner_id.commercial_partner_id != file.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s has a credit file of its own and cannot become "
                        "a contact of another company. Archive the credit file first.",
                        customer=file.partner_id.display_name,
                    )
                )

    def action_open_credit_file(self):
        """Open the customer's credit file; a new one where there is none."""
        self.ensure_one()
        new = {"default_partner_id": self.commercial_partner_id.id}
        return form_of(self.credit_file_id, context={} if self.credit_file_id else new)
