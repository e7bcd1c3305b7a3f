from odoo import api, models
from odoo.exceptions import ValidationError

from ...groups import MANAGER
from ..decision.credit_decision import LIVE


class SaleOrder(models.Model):
    """Confirmed orders whose customer or company becomes another one."""

    _inherit = "sale.order"

    def write(self, vals):
        if "company_id" not in vals:
            return super().write(vals)
        confirmed = self.filtered(lambda order: order.state == "sale")
        decided = confirmed._credit_decided()
        done = super().write(vals)
        gone = decided - decided._credit_decided()
        if gone and not self.env.user.has_group(MANAGER):
            raise ValidationError(
                self.env._(
                    "%(orders)s was confirmed on credit that another company gave. "
                    "Cancel it and enter it in this one, or ask a credit manager to "
                    "move it.",
                    orders=", ".join(gone.mapped("name")),
                )
            )
        # What covered it there would cover it again, should it come back
        unchecked = confirmed.filtered(lambda order: not order._credit_is_checked())
        covered = [("order_id", "in", unchecked.ids), ("state", "in", LIVE)]
        self.env["credit.decision"].sudo().search(covered)._close("superseded")
        return done

    @api.model
    def _credit_cover_of(self, contacts):
        """Decide again on open orders of contacts who got another company. A release is
        asked for where credit holds one."""
        if not contacts:
            return
        theirs = ("partner_id", "in", contacts.ids)
        billed = ("partner_invoice_id", "in", contacts.ids)
        confirmed = ("state", "=", "sale"), ("invoice_status", "!=", "invoiced")
        orders = self.sudo().search([*confirmed, "|", theirs, billed])
        orders = orders.filtered(lambda order: order._credit_is_checked())
        self.env["credit.decision"].sudo()._cover(orders, duties=orders)
