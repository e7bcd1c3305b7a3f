from odoo import api, fields, models


class CreditRule(models.Model):
    _inherit = "credit.rule"

    kind = fields.Selection(
        selection_add=[
            ("grade_unworthy", "Grade not creditworthy"),
            ("no_rating", "No valid rating"),
            ("rating_age", "Age of the rating (days)"),
        ],
        ondelete=dict.fromkeys(
            ("grade_unworthy", "no_rating", "rating_age"), "cascade"
        ),
    )

    @api.model
    def _without_measure(self):
        return super()._without_measure() | {"grade_unworthy", "no_rating"}
