from odoo import api, fields, models


class CreditRequest(models.TransientModel):
    """Asks for a release of a confirmed order before it is raised."""

    _name = "credit.request"
    _description = "Ask for Release"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id", related_sudo=False)
    present_amount = fields.Monetary(
        related="order_id.amount_total", string="Now", related_sudo=False
    )
    amount = fields.Monetary(
        "Raise to", compute="_compute_amount", store=True, readonly=False, required=True
    )
    reason = fields.Char(required=True)

    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.order_id.amount_total

    def action_ask(self):
        """Put the question; tell at once where nobody has to be asked."""
        self.ensure_one()
        held = self.order_id._credit_ask(self.amount, self.reason)
        message = (
            self.env._("Asked. You will be notified of the decision.")
            if held
            else self.env._("There is room for that: simply raise the order.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info" if held else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
