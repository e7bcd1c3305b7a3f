from odoo import models
from odoo.tools import SQL


class CreditFile(models.Model):
    """How the accounting app is told of limits, whose own figure is only a copy."""

    _inherit = "credit.file"

    def _push_core_limit(self):
        """Keep the limit of the accounting app the same, so that its banner agrees.

        Contacts bear it too: Odoo keeps it alike for a company and its contacts.
        """
        Partner = self.env["res.partner"].sudo()
        self.env.flush_all()
        for company, files in self.sudo().grouped("company_id").items():
            granted = self.env["credit.limit"]._in_force_sql(
                company._trade_day(), SQL("file_id = ANY(%s)", files.ids)
            )
            field = Partner._fields["credit_limit"]
            fallback = field.get_company_dependent_fallback(
                Partner.with_company(company)
            )
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner AS partner
                       SET credit_limit = NULLIF(jsonb_strip_nulls(
                               COALESCE(partner.credit_limit, '{}')
                               || jsonb_build_object(
                                  -- as Odoo does, which stores no such value
                                  %(key)s, NULLIF(known.amount, %(fallback)s))), '{}')
                      FROM (SELECT file.partner_id,
                                   COALESCE(granted.amount, 0)::float AS amount
                              FROM credit_file AS file
                              LEFT JOIN (%(granted)s) AS granted
                                ON granted.file_id = file.id
                             WHERE file.id = ANY(%(ids)s)) AS known
                     WHERE partner.commercial_partner_id = known.partner_id
                       AND COALESCE((partner.credit_limit->>%(key)s)::float,
                                    %(fallback)s) != known.amount
                    """,
                    key=str(company.id),
                    fallback=float(fallback or 0.0),
                    granted=granted,
                    ids=files.ids,
                )
            )
        Partner.invalidate_model(["credit_limit", "use_partner_credit_limit"])
