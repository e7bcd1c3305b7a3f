from odoo import api, fields, models
from odoo.exceptions import AccessError

ABC = [("A", "A"), ("B", "B"), ("C", "C")]
# What only a classification writes
GIVEN = {"rating_abc_class", "rating_abc_date", "rating_abc_previous"}


class ResPartner(models.Model):
    """The ABC class of a customer, in each company: on the commercial entity only."""

    _inherit = "res.partner"

    rating_abc_class = fields.Selection(
        ABC,
        "ABC Class",
        company_dependent=True,
        readonly=True,
        groups="base.group_user",
        help="By mean monthly net sales. Given when a classification is applied.",
    )
    rating_abc_date = fields.Date(
        "ABC Class Since",
        company_dependent=True,
        readonly=True,
        groups="base.group_user",
        help="The day of the classification that last changed the class.",
    )
    rating_abc_previous = fields.Selection(
        ABC,
        "ABC Class Before",
        company_dependent=True,
        readonly=True,
        groups="base.group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context}
        self._check_abc_given(defaults.union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_abc_given(vals.keys())
        return super().write(vals)

    def _check_abc_given(self, names):
        """:raises AccessError: if there are fields that only a classification writes"""
        if not self.env.su and names & GIVEN:
            raise AccessError(
                self.env._(
                    "The ABC class of a customer comes from a classification. Ask a "
                    "rating manager to apply one."
                )
            )
