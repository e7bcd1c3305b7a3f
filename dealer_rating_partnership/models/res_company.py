from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Whether Odoo's levels of partners follow the company's rating."""

    _inherit = "res.company"

    rating_partner_level = fields.Selection(
        [
            ("own", "Independent of the rating"),
            ("level", "Follows the rating"),
            ("pricelist", "Follows the rating, with its price list"),
        ],
        "Level of Partners",
        default="own",
        required=True,
        help="Follows the rating: dealers have the level that is chosen for their "
        "grade, and nobody chooses another one. With its price list: they get that of "
        "the level as well; choose this where nothing else gives price lists by grade.",
    )

    @api.constrains("rating_partner_level")
    def _check_rating_partner_level(self):
        """A contact has one level for all companies, so one company leads it."""
        follows = [("rating_partner_level", "!=", "own")]
        leading = self.sudo().search(follows)
        if len(leading) > 1:
            raise ValidationError(
                self.env._(
                    "A contact has one level for all companies, and it follows the "
                    "rating of %(company)s. Make it independent there first.",
                    company=(leading - self)[:1].name or leading[0].name,
                )
            )
        grades = self.env["dealer.grade"].sudo().search([])
        missing = grades.filtered(lambda grade: not grade.partner_level_id)
        if leading and missing == grades:
            raise ValidationError(
                self.env._(
                    "No grade has a level yet. Choose one for each grade first, in "
                    "Dealers → Configuration → Grades."
                )
            )

    def write(self, vals):
        done = super().write(vals)
        if "rating_partner_level" in vals:
            own = [("company_id", "in", self.ids), ("grade_id", "!=", False)]
            self.env["rating.dealer"].sudo().search(own)._lead_levels()
        return done
