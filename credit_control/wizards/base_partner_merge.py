from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    """Two customers become one: their credit files cannot, if both were used."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._credit_check_merge(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _credit_check_merge(self, partner_ids):
        """Drop files that nothing was decided on, in the way of one that was used.

        :param partner_ids: ids of the contacts that become one
        :raises UserError: if more than one was decided on in a company
        """
        files = self.env["credit.file"].sudo().with_context(active_test=False)
        found = files.search([("partner_id", "in", partner_ids)])
        for company, both in found.grouped("company_id").items():
            if len(both) < 2:
                continue
            used = both.filtered(self._credit_is_used)
            if len(used) > 1:
                raise UserError(
                    self.env._(
                        "%(customers)s have a credit file each in %(company)s, with "
                        "limits or decisions of their own, which cannot become those "
                        "of one. Archive the file that is not needed any more and make "
                        "that customer a contact of the other one instead.",
                        customers=", ".join(used.partner_id.mapped("display_name")),
                        company=company.name,
                    )
                )
            (both - (used or both[:1])).unlink()

    def _credit_is_used(self, file):
        """Tell whether somebody decided on the file: it must not go unseen. Neither
        must a stop of supply, or the customer is supplied again once it is merged."""
        return bool(
            (file.limit_ids or file.decision_ids or file.stops)
            or (file.policy_id or file.parent_id or file.child_ids)
        )
