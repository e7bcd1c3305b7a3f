from odoo import api, models


class RatingMeasure(models.AbstractModel):
    """What is measured from the books, for all customers of a company at once."""

    _name = "rating.measure"
    _description = "Measures of a Dealer"

    @api.model
    def _measures(self):
        """Return the measures as (code, label). Extend to add one."""
        return []
