from odoo import fields, models


class RatingDepartment(models.Model):
    """Department that scores indicators: the members of a group."""

    _name = "rating.department"
    _description = "Scoring Department"
    _inherit = ["trade.card"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    group_id = fields.Many2one(
        "res.groups",
        required=True,
        ondelete="restrict",
        help="Its members score the indicators of this department, and nobody else.",
    )

    def _of(self, user):
        """:return: the departments that ``user`` scores for, archived ones too"""
        departments = self.sudo().with_context(active_test=False)
        return departments.search([("group_id", "in", user.all_group_ids.ids)])
