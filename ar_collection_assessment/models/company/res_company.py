from odoo import fields, models


class ResCompany(models.Model):
    """Settings of a company's assessment of its salespersons."""

    _inherit = "res.company"

    collection_assessed_by = fields.Selection(
        [("salesperson", "Salesperson"), ("region", "Region")],
        "Accounts By",
        default="salesperson",
        required=True,
        help="Whose account is drawn up each month: that of each salesperson, or of "
        "each state that customers are in.",
    )
    collection_inherited_days = fields.Integer(
        "Inherited Items Count After (days)",
        default=60,
        help="Items that were open when a customer was handed over are set apart in "
        "the new salesperson's account for so long.",
    )
