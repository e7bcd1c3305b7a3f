from odoo import fields, models


class ResCompany(models.Model):
    """How a company collects."""

    _inherit = "res.company"

    collection_collector_id = fields.Many2one(
        "res.users",
        "Collector",
        help="Takes cases over from the salesperson when a stage says so.",
    )
    collection_limitation_years = fields.Integer(
        "Limitation Period (years)",
        default=3,
        help="So long a claim can be sued for after it fell due, or after a served "
        "notice or an acknowledged statement.",
    )

    collection_promise_days = fields.Integer(
        "Longest Promise (days)",
        default=30,
        help="A promise stops the days of its items. One for a later day than so many "
        "days ahead takes a manager.",
    )
