from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

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

    @api.model
    def _credit_adopt_core_limits(self):
        """Open a credit file with a first limit for every customer to whom the
        accounting app gives one, company by company. Those with a file are left out.
        """
        companies = self.env["res.company"].sudo()
        for company in companies.search([("parent_id", "=", False)]):
            rows = self.env.execute_query(
                SQL(
                    """SELECT id, (credit_limit->>%(key)s)::float
                         FROM res_partner partner
                        WHERE (credit_limit->>%(key)s)::float > 0
                          AND commercial_partner_id = id
                          AND (company_id IS NULL OR company_id IN (
                              SELECT id FROM res_company
                               WHERE parent_path LIKE %(tree)s))
                          AND NOT EXISTS (SELECT FROM credit_file file
                                           WHERE file.partner_id = partner.id
                                             AND file.company_id = %(company)s)
                     ORDER BY id""",
                    key=str(company.id),
                    tree=company.parent_path + "%",
                    company=company.id,
                )
            )
            files = self.env["credit.file"].create(
                [{"partner_id": pid, "company_id": company.id} for pid, _limit in rows]
            )
            reason = self.env._("Adopted from the accounting app")
            self.env["credit.limit"].create(
                [
                    {"file_id": file.id, "amount": limit, "reason": reason}
                    for file, (_pid, limit) in zip(files, rows, strict=True)
                ]
            )
