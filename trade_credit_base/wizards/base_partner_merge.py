from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    """Two customers become one: what is kept of each cannot always."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._trade_check_merge(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _trade_check_merge(self, partner_ids):
        """Refuse what could not be told apart later. Extend for a further record.

        :param partner_ids: ids of the contacts that become one
        :raises UserError: if they cannot
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.sudo().commercial_partner_id
        if len(customers.user_id) + any(not each.user_id for each in customers) < 2:
            return
        guarded = customers._trade_confidential()
        if guarded and not partners._trade_may_give():
            raise guarded._trade_not_given()

    def _trade_keep_one(self, model, partner_ids, is_used, refusal):
        """Drop unused records that are in the way of one that was used, by company.

        :param str model: keeps one record of a customer in a company
        :param partner_ids: ids of the contacts that become one
        :param is_used: tells whether a record cannot go unseen
        :param refusal: returns the sentence for several used records of a company
        :raises UserError: if more than one was used in a company
        """
        records = self.env[model].sudo().with_context(active_test=False)
        found = records.search([("partner_id", "in", partner_ids)])
        for company, both in found.grouped("company_id").items():
            if len(both) < 2:
                continue
            used = both.filtered(is_used)
            if len(used) > 1:
                raise UserError(refusal(used, company))
            (both - (used or both[:1])).unlink()
