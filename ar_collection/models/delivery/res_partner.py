from odoo import models

from .collection_delivery_address import PLACE


class ResPartner(models.Model):
    """An address that is found lets the letters that wait for one go."""

    _inherit = "res.partner"

    def write(self, vals):
        res = super().write(vals)
        if {*PLACE, "email"} & vals.keys():
            theirs = [("partner_id", "in", self.commercial_partner_id.ids)]
            waiting = self.env["collection.delivery"].sudo()
            waiting = waiting.search([*theirs, ("state", "=", "unreached")])
            waiting._find_addresses()
        return res
