from odoo import fields, models


class ResCompany(models.Model):
    """When departments are reminded of scores that are missing."""

    _inherit = "res.company"

    rating_remind_before = fields.Integer(
        "Reminder before a period ends",
        default=3,
        help="So many days before a month or quarter ends, departments are reminded of "
        "scores that are missing. 0: they are not.",
    )
    rating_remind_after = fields.Integer(
        "Reminder after a period ended",
        default=1,
        help="So many days after a month or quarter ended, departments are reminded of "
        "scores that are still missing. 0: they are not.",
    )

    _rating_remind_positive = models.Constraint(
        "CHECK (rating_remind_before >= 0 AND rating_remind_after >= 0)",
        "The days of a reminder cannot be negative.",
    )
