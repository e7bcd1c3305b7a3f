from odoo import fields, models


class DealerGrade(models.Model):
    """A grade says how urgent the cases of its dealers are."""

    _inherit = "dealer.grade"

    collection_weight = fields.Float(
        "Weight of Its Cases",
        default=1.0,
        aggregator=None,
        help="A case's priority is its overdue amount × days × this.",
    )

    _collection_weight_positive = models.Constraint(
        "CHECK (collection_weight >= 0)", "A weight is zero or more."
    )
