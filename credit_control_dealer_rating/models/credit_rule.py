from odoo import fields, models

# These fire or not; a threshold says nothing to them.
WITHOUT_MEASURE = ("grade_unworthy", "no_rating")


class CreditRule(models.Model):
    _inherit = "credit.rule"

    kind = fields.Selection(
        selection_add=[
            ("grade_unworthy", "Grade not creditworthy"),
            ("no_rating", "No valid rating"),
            ("rating_age", "Age of the rating (days)"),
        ],
        ondelete={
            "grade_unworthy": "cascade",
            "no_rating": "cascade",
            "rating_age": "cascade",
        },
    )

    def _snapshot(self):
        """A threshold that was left there must not keep these rules from firing."""
        return [
            rule | ({"threshold": 0.0} if rule["kind"] in WITHOUT_MEASURE else {})
            for rule in super()._snapshot()
        ]
