from odoo import fields, models


class ResCompany(models.Model):
    """When the owners of entries on lists are told that they end."""

    _inherit = "res.company"

    credit_listing_days = fields.Integer(
        "Tell Before a List Entry Ends (days)",
        default=14,
        help="Who is responsible for a customer on a list is told so many days before "
        "the entry ends.",
    )

    _credit_listing_days_positive = models.Constraint(
        "CHECK (credit_listing_days >= 0)",
        "The end of an entry is told on its last day at the latest.",
    )
