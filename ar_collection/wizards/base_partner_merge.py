from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class BasePartnerMerge(models.TransientModel):
    """Two customers who are collected from do not become one: letters and calls would
    stand in a record that says they were another's."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _trade_check_merge(self, partner_ids):
        """Refuse customers who have an open case each in a company, or were contacted
        or sent a statement on the same day."""
        whose = Domain("partner_id", "in", partner_ids)
        sent = Domain("state", "!=", "contested")
        for model, domain, once in (
            ("collection.case", Domain("state", "=", "open"), []),
            ("collection.action", Domain("kind", "=", "procedure"), ["date:day"]),
            ("collection.statement", sent, ["date:day"]),
        ):
            doubled = (
                self.env[model]
                .sudo()
                ._read_group(
                    whose & domain,
                    ["company_id", *once],
                    having=[("partner_id:count_distinct", ">", 1)],
                    limit=1,
                )
            )
            for company, *_day in doubled:
                customers = self.env["res.partner"].browse(partner_ids)
                raise UserError(
                    self.env._(
                        "%(customers)s each have a collection record in "
                        "%(company)s and cannot be merged. Make one a contact of "
                        "the other instead: from the next run on they share one "
                        "case.",
                        customers=", ".join(customers.mapped("display_name")),
                        company=company.name,
                    )
                )
        return super()._trade_check_merge(partner_ids)
