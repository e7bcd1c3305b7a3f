from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class BasePartnerMerge(models.TransientModel):
    """Two customers who are collected from do not become one: letters and calls would
    stand in a record that says they were another's."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._collection_check_merge(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _collection_check_merge(self, partner_ids):
        """Refuse what could not be told apart later.

        :param partner_ids: ids of the contacts that become one
        :raises UserError: if two have an open case in a company, or were contacted or
            sent a statement on the same day
        """
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
                        "%(customers)s are collected from in %(company)s, each with a "
                        "record of its own, and cannot become one. Make the one a "
                        "contact of the other instead: from the next run on there is "
                        "one case for both.",
                        customers=", ".join(customers.mapped("display_name")),
                        company=company.name,
                    )
                )
