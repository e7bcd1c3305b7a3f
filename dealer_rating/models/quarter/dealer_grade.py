from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...core.grade import BANDS, is_monotone, lowered

LETTERS = [(letter, letter) for letter in BANDS]


class DealerGrade(models.Model):
    """One of nine grades: the letters of performance and of conduct."""

    _name = "dealer.grade"
    _description = "Dealer Grade"
    _inherit = ["trade.owned", "trade.record", "trade.card"]
    _owner = None  # the companies share them
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(required=True, help="The best grade has the lowest.")
    performance = fields.Selection(LETTERS, required=True)
    conduct = fields.Selection(LETTERS, required=True)
    is_poor = fields.Boolean(
        "Poor",
        help="Two quarters running with a poor grade: to stop supply or to end the "
        "contract is proposed.",
    )
    good_when_new = fields.Boolean(
        help="A new dealer may get credit in its second quarter with this grade.",
    )
    color = fields.Integer(compute="_compute_color")

    _letters_unique = models.UniqueIndex(
        "(performance, conduct)", "There is a grade for these two letters already."
    )
    _sequence_unique = models.Constraint(
        "UNIQUE (sequence) DEFERRABLE INITIALLY DEFERRED",
        "Two grades cannot have the same place in the order.",
    )

    @api.depends("performance", "conduct")
    def _compute_color(self):
        """Green, yellow, red: by the worse of the two letters."""
        colors = {"A": 10, "B": 3, "C": 1}
        for grade in self:
            worse = max(grade.performance or "A", grade.conduct or "A")
            grade.color = colors[worse]

    @api.constrains("sequence", "performance", "conduct")
    def _check_order(self):
        grades = self.search([])
        if not is_monotone([each.performance + each.conduct for each in grades]):
            raise ValidationError(
                self.env._(
                    "A grade cannot be ranked above one that is better in both "
                    "letters. Order the grades from the best to the worst."
                )
            )

    @api.model
    def _instead(self):
        return self.env._("Rename the grade, or change its place.")

    @api.model
    def _by_letters(self):
        """:return: {performance letter + conduct letter: grade}"""
        return {each.performance + each.conduct: each for each in self.search([])}

    def _lower(self, steps=1):
        """Return the grade that is ``steps`` below this one; the last stays."""
        self.ensure_one()
        return lowered(list(self.search([])), self, steps)
