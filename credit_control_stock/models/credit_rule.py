from odoo import api, fields, models


class CreditRule(models.Model):
    _inherit = "credit.rule"

    at_delivery = fields.Boolean(
        "Delivery",
        compute="_compute_at_delivery",
        store=True,
        readonly=False,
        precompute=True,
        help="When goods leave that an order's decision covers. What it does not cover "
        "is checked as at a confirmation, too.",
    )

    @api.depends("kind")
    def _compute_at_delivery(self):
        """A stopped customer gets no goods; the rest was decided on with the order."""
        for rule in self:
            rule.at_delivery = rule.kind == "hold"

    def _checkpoints(self):
        return super()._checkpoints() | {"delivery": "at_delivery"}
