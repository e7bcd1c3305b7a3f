from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.windows import notice

CLOSE = {"type": "ir.actions.act_window_close"}
RELOAD = {"type": "ir.actions.client", "tag": "reload"}


class CreditRequest(models.TransientModel):
    """A dialog that asks for a release: of what credit holds, or of a confirmed order
    that is to be raised, with what was typed there."""

    _name = "credit.request"
    _description = "Ask for Release"

    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    state = fields.Selection(related="order_id.state", related_sudo=False)
    currency_id = fields.Many2one(related="order_id.currency_id", related_sudo=False)
    present_amount = fields.Monetary(
        related="order_id.amount_total", string="Now", related_sudo=False
    )
    amount = fields.Monetary(
        "Raise to", compute="_compute_amount", store=True, readonly=False
    )
    reason = fields.Char(required=True)
    values = fields.Json(help="What was typed on the order when it was refused.")

    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.order_id.amount_total

    def _document(self):
        """:return: what a release is asked for"""
        links = self.env["credit.decision"]._links().values()
        found = (self[link] for link in links)
        return next(filter(None, found), self.order_id)

    def action_ask(self):
        """Put the question; tell at once where nobody has to be asked."""
        self.ensure_one()
        document = self._document()
        if not document:
            raise UserError(self.env._("Open the dialog from what is held."))
        held = document._credit_ask(self.amount, self.reason, self.values)
        if not held:
            message = self.env._("There is room for that: simply go on.")
            if self.order_id:
                message = self.env._("There is room for that: simply raise the order.")
            return notice(message, "success", CLOSE)
        message = self.env._("Asked. You will be notified of the decision.")
        # What was typed went along: the form below shows the order as it is
        return notice(message, "info", RELOAD if self.values else CLOSE)
