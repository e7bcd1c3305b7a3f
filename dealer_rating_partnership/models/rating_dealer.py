from odoo import models


class RatingDealer(models.Model):
    """A dealer whose grade says which level its customer has."""

    _inherit = "rating.dealer"

    def write(self, vals):
        done = super().write(vals)
        if vals.keys() & {"active", "grade_id"}:
            self.sudo()._lead_levels()
        return done

    def _leading(self):
        """:return: those of these whose grade says which level the customer has"""
        return self.filtered(
            lambda dealer: (
                dealer.active
                and dealer.grade_id
                and dealer.company_id.rating_partner_level != "own"
            )
        )

    def _lead_levels(self):
        """Give the customers of these dealers the level of their grade.

        Odoo gives them the level's price list with it: where the company wants levels
        only, they keep theirs.
        """
        for (company, level), dealers in (
            self._leading()
            .grouped(lambda each: (each.company_id, each.grade_id.partner_level_id))
            .items()
        ):
            partners = dealers.partner_id.with_company(company)
            for pricelist, own in (
                partners.filtered(lambda each, to=level: each.grade_id != to)
                .grouped("specific_property_product_pricelist")
                .items()
            ):
                own.grade_id = level
                if company.rating_partner_level == "level":
                    own.specific_property_product_pricelist = pricelist
