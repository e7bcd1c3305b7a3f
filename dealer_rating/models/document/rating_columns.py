from odoo import fields, models

from ..abc.res_partner import ABC
from .rating_document import READERS, SHIFTS


class RatingColumns(models.AbstractModel):
    """Dimensions of a report: the rating that the customer had, and has."""

    _name = "rating.columns"
    _description = "Rating in a Report"

    rating_grade_id = fields.Many2one(
        "dealer.grade", "Grade", readonly=True, groups=READERS
    )
    rating_grade_now_id = fields.Many2one(
        "dealer.grade", "Grade Today", readonly=True, groups=READERS
    )
    rating_abc_class = fields.Selection(ABC, "ABC Class", readonly=True, groups=READERS)
    rating_shift = fields.Selection(
        SHIFTS, "Grade Since", readonly=True, groups=READERS
    )
