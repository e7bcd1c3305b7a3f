from odoo import fields, models


class ResCompany(models.Model):
    """Norm for dealers' stock, where nothing else was agreed."""

    _inherit = "res.company"

    rating_stock_norm = fields.Integer(
        "Norm for the stock of dealers",
        default=30,
        help="How many days a dealer's stock is to last, where the dealer has no norm "
        "of its own.",
    )
    rating_stock_days = fields.Integer(
        "Days of purchases",
        default=90,
        help="A stock is compared with what the dealer bought a day in so many days "
        "up to the count.",
    )

    _rating_stock_positive = models.Constraint(
        "CHECK (rating_stock_norm > 0 AND rating_stock_days > 0)",
        "The norm for the stock of dealers and the days of purchases have to be above "
        "zero.",
    )
