from odoo import fields, models


class ResCompany(models.Model):
    """Settings of a company where collection meets credit."""

    _inherit = "res.company"

    credit_collection_resume = fields.Boolean(
        "Resume Supply When Paid",
        help="Supply that collection stopped resumes by itself once nothing is late "
        "any more; otherwise it is proposed and a credit officer confirms.",
    )
    credit_collection_months = fields.Integer(
        "Broken Promises Count (months)",
        default=12,
        help="Months for which a broken promise to pay counts in the rules of a "
        "policy.",
    )

    _credit_collection_months_positive = models.Constraint(
        "CHECK (credit_collection_months >= 0)",
        "Broken promises count for a number of months, 0 for none.",
    )
