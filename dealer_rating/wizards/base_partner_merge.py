from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    """Two customers become one: their ratings cannot, if both have one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._rating_check_merge(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _rating_check_merge(self, partner_ids):
        """Drop dealers without a past that are in the way of one that has some.

        :param partner_ids: ids of the contacts that become one
        :raises UserError: if more than one was rated in a company
        """
        dealers = self.env["rating.dealer"].sudo().with_context(active_test=False)
        found = dealers.search([("partner_id", "in", partner_ids)])
        for company, both in found.grouped("company_id").items():
            if len(both) < 2:
                continue
            used = both.filtered(lambda each: each.quarter_ids or each.grading_ids)
            if len(used) > 1:
                raise UserError(
                    self.env._(
                        "%(dealers)s are rated in %(company)s, each with scores and "
                        "grades of its own, which cannot become those of one. Archive "
                        "the dealer that is not to be rated any more and make that "
                        "customer a contact of the other one instead.",
                        dealers=", ".join(used.mapped("partner_name")),
                        company=company.name,
                    )
                )
            (both - (used or both[:1])).unlink()
