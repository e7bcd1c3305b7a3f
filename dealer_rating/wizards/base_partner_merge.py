from odoo import models


class BasePartnerMerge(models.TransientModel):
    """Two customers become one: their ratings cannot, if both have one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _trade_check_merge(self, partner_ids):
        self._trade_keep_one(
            "rating.dealer",
            partner_ids,
            lambda dealer: dealer.quarter_ids or dealer.grading_ids,
            lambda used, company: self.env._(
                "%(dealers)s are rated in %(company)s, each with scores and "
                "grades of its own, which cannot become those of one. Archive "
                "the dealer that is not to be rated any more and make that "
                "customer a contact of the other one instead.",
                dealers=", ".join(used.mapped("partner_name")),
                company=company.name,
            ),
        )
        return super()._trade_check_merge(partner_ids)
