import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...core.ageing import BOUNDS

TYPED = re.compile(r"\s*([1-9][0-9]{0,3})\s*")  # days, as a person writes them


class CollectionAgeingBound(models.Model):
    """The last day late of an ageing bucket. Companies choose theirs among them."""

    _name = "collection.ageing.bound"
    _description = "Ageing Bound"
    _order = "days"
    _rec_name = "days"

    days = fields.Integer("Last Day Late", required=True)

    _days_in_range = models.Constraint(
        "CHECK (days BETWEEN 1 AND 9999)",
        "A bucket ends 1 to 9999 days after the due day.",
    )
    _days_unique = models.UniqueIndex("(days)", "This number of days is there already.")

    @api.model
    def _search_display_name(self, operator, value):
        """Find a bound by its number of days, as it is typed."""
        if value and operator.endswith("like"):
            typed = TYPED.fullmatch(str(value))
            return Domain("days", "=", int(typed[1])) if typed else Domain.FALSE
        return super()._search_display_name(operator, value)

    @api.model
    def name_create(self, name):
        """Return the bound of a number of days that a person typed, made if need be.

        :raises UserError: if it is no number of days
        """
        typed = TYPED.fullmatch(name)
        if not typed:
            raise UserError(self.env._("A bound is a number of days late, such as 45."))
        days = int(typed[1])
        bound = self.search([("days", "=", days)]) or self.create({"days": days})
        return bound.id, bound.display_name

    @api.model
    def _usual(self):
        """Return the bounds of a company that did not choose any."""
        return self.search([("days", "in", BOUNDS)])
