from odoo import api, fields, models
from odoo.exceptions import ValidationError

USER = "dealer_rating.rating_group_user"


class RatingDepartment(models.Model):
    """Who is reminded of the scores that a department has not given yet."""

    _inherit = "rating.department"

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False), ('all_group_ids', 'in', group_id)]",
        help="Is reminded of scores that are missing, in the companies that they work "
        "for. Elsewhere, and without one, all members are.",
    )

    @api.constrains("user_id", "group_id")
    def _check_responsible(self):
        for department in self.filtered("user_id"):
            user = department.user_id.sudo()
            if department.group_id not in user.all_group_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not score for “%(department)s”. Choose one of "
                        "its members.",
                        user=user.name,
                        department=department.name,
                    )
                )

    def _reminded(self, company):
        """Return who is reminded for the department.

        :param company: a root company
        :return: its responsible, if they work for the company; else its members who do
        """
        self.ensure_one()
        members = company._trade_staff(self.group_id.all_user_ids)
        return company._trade_staff(self.user_id) or members.filtered(
            lambda user: user.has_group(USER)
        )
