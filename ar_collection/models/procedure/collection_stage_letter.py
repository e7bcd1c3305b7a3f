from odoo import fields, models


class CollectionStage(models.Model):
    """How long a stage's letter gives."""

    _inherit = "collection.stage"

    letter_days = fields.Integer(
        "Days to Pay",
        default=7,
        help="The letter asks for the payment within so many days, at most up to the "
        "day before the next stage with a letter.",
    )
