from odoo import models

# What the company follows from whose contact somebody is
ENTITY = {"parent_id", "is_company", "commercial_partner_id"}


class ResPartner(models.Model):
    """A contact owes in the credit file of its company."""

    _inherit = "res.partner"

    def write(self, vals):
        if not vals.keys() & ENTITY:
            return super().write(vals)
        theirs = self._credit_theirs()
        new = {vals.get("parent_id"), vals.get("commercial_partner_id")} - {None, False}
        before = {each: each.commercial_partner_id for each in theirs}
        with self.env["credit.file"]._moving(theirs | self.sudo().browse(new)):
            done = super().write(vals)
            moved = [
                each for each in theirs if each.commercial_partner_id != before[each]
            ]
            self.env["sale.order"]._credit_cover_of(self.sudo().concat(*moved))
        return done

    def _credit_theirs(self):
        """Return these and their contacts, archived ones too: they still owe."""
        everybody = self.sudo().with_context(active_test=False)
        return everybody.search([("id", "child_of", self.ids)])
