from odoo import fields, models


class RatingDealer(models.Model):
    """Norm for a dealer's stock, and the reports of it."""

    _inherit = "rating.dealer"

    stock_norm = fields.Integer(
        "Norm for Its Stock",
        tracking=True,
        help="How many days its stock of our goods is to last. Zero: as the company's "
        "settings say.",
    )

    _stock_norm_positive = models.Constraint(
        "CHECK (stock_norm >= 0)", "A norm for the stock is zero days or more."
    )

    def action_open_stock(self):
        """Open what the dealer reported about its stock."""
        return self._open(
            self.env._("Stock Reports"),
            "rating.stock.report",
            [("dealer_id", "=", self.id)],
            context={"default_dealer_id": self.id},
        )
