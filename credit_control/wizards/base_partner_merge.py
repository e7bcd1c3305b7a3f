from odoo import models

from ..models.file.res_partner import STAYS


class BasePartnerMerge(models.TransientModel):
    """Two customers become one: their credit files cannot, if both were used."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Who becomes one with others owes what they owe: their file needs the room,
        and as if they moved there, nothing leaves the file that it was decided on."""
        contacts = self.env["res.partner"].sudo().browse(partner_ids).exists()
        self.env["credit.listing"]._before_merge(contacts)
        with self.env["credit.file"]._moving(contacts):
            done = super()._merge(partner_ids, dst_partner, extra_checks)
            stays = contacts.exists()
            self.env["sale.order"]._credit_cover_of(stays)
        return done

    def _trade_check_merge(self, partner_ids):
        self._trade_keep_one(
            "credit.file",
            partner_ids,
            self._credit_is_used,
            lambda used, company: self.env._(
                "%(customers)s have a credit file each in %(company)s, with "
                "limits or decisions of their own, which cannot become those "
                "of one. Archive the file that is not needed any more and make "
                "that customer a contact of the other one instead.",
                customers=", ".join(used.partner_id.mapped("display_name")),
                company=company.name,
            ),
        )
        return super()._trade_check_merge(partner_ids)

    def _credit_is_used(self, file):
        """Tell whether somebody decided on the file: it must not go unseen. Neither
        must a stop of supply, or the customer is supplied again once it is merged."""
        return bool(
            (file.limit_ids or file.decision_ids or file.stops)
            or (file.policy_id or file.parent_id or file.child_ids)
        )

    def _update_values(self, src_partners, dst_partner):
        """The limit is that of the file which stays, whoever it was of."""
        with_file = dst_partner.with_context(**{STAYS: True})
        done = super()._update_values(src_partners, with_file)
        files = self.env["credit.file"].sudo()
        files.search([("partner_id", "=", dst_partner.id)])._push_core_limit()
        return done
