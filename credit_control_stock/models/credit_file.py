from odoo import models


class CreditFile(models.Model):
    _inherit = "credit.file"

    def _supply_stopped(self):
        """Mark the transfers that are ready to go."""
        result = super()._supply_stopped()
        self._credit_transfers()._credit_mark()
        return result

    def _credit_transfers(self):
        """:return: transfers that wait to bring goods to these customers, and to those
        of whose group they are"""
        files = self.sudo().search([("id", "child_of", self.ids)])
        entities = files.partner_id
        waiting = [("state", "in", ("assigned", "confirmed", "waiting"))]
        waiting.append(("company_id", "child_of", files.company_id.ids))
        theirs = [("partner_id", "child_of", entities.ids)]
        for name in ("partner_invoice_id", "partner_id"):
            theirs.append((f"sale_id.{name}", "child_of", entities.ids))
        Picking = self.env["stock.picking"].sudo()
        found = Picking.search([*waiting, "|", "|", *theirs])
        return found.filtered(lambda each: each._credit_mode() == "enforce")
