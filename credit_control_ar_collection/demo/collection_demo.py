from odoo import models


class CollectionDemo(models.AbstractModel):
    """Supply is stopped by the warning, and resumed once everything is paid."""

    _inherit = "collection.demo"

    def _story_nutmeg(self, own):
        yield from super()._story_nutmeg(own)
        yield from own.days(2)
        file = self.env["credit.file"].search([("partner_id", "=", own.customer.id)])
        file.with_user(self._officer()).action_lift_hold()

    def _officer(self):
        """:return: the credit officer, if credit's demo data are there"""
        olga = self.env.ref("credit_control.user_olga_demo", raise_if_not_found=False)
        return olga or self.env.user
