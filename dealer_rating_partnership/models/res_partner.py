from odoo import models
from odoo.exceptions import RedirectWarning, UserError


class ResPartner(models.Model):
    """The level of a dealer, where it follows the rating."""

    _inherit = "res.partner"

    def write(self, vals):
        if "grade_id" in vals:
            self._check_rating_level(vals["grade_id"])
        return super().write(vals)

    def _rating_leading(self):
        """:return: the dealers whose grade says which level these have"""
        known = [("partner_id", "in", self.ids), ("grade_id", "!=", False)]
        return self.env["rating.dealer"].sudo().search(known)._leading()

    def _check_rating_level(self, level):
        """Refuse another level than the rating gives.

        :param level: id of a res.partner.grade, or False
        :raises UserError: with the way to the dealer for those who may go it
        """
        for dealer in self._rating_leading():
            given = dealer.grade_id.partner_level_id
            if given.id == (level or False):
                continue
            text = self.env._(
                "The level of %(customer)s follows the rating of %(company)s: grade "
                "%(grade)s gives “%(level)s”. Change the scores, or the level of "
                "the grade.",
                customer=dealer.partner_id.name,
                company=dealer.company_id.name,
                grade=dealer.grade_id.name,
                level=given.name or self.env._("none"),
            )
            own = dealer.sudo(False)
            if not own.has_access("read"):
                raise UserError(text)
            action = self.env.ref("dealer_rating.rating_dealer_action")
            raise RedirectWarning(
                text,
                action.id,
                self.env._("Open the dealer"),
                {"search_default_partner_id": dealer.partner_id.id},
            )
