from xlsxwriter.utility import xl_rowcol_to_cell

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Sentences on a column, a row or a cell, by the codes of ``core.sheet.Problem``
REASONS = {
    "unknown_column": _lt(
        "“%(value)s” is no indicator of this period. Delete the column, or name its "
        "indicator by the code in brackets."
    ),
    "no_dealer": _lt("The row names no dealer."),
    "unknown_dealer": _lt("There is no dealer “%(value)s”."),
    "ambiguous_dealer": _lt(
        "%(other)s dealers are called “%(value)s”. Give the number or the reference."
    ),
    "other_dealer": _lt(
        "“%(value)s” is %(other)s, and the row says otherwise. Were only some of the "
        "columns sorted?"
    ),
    "double_dealer": _lt("The dealer has more than one row: %(other)s."),
    "formula": _lt(
        "This is a formula, not a number. Copy it and paste the value only."
    ),
    "not_a_number": _lt("“%(value)s” is not a number."),
    "not_a_count": _lt("This is a count: enter 0, 1, 2 …, not %(value)s."),
    "out_of_range": _lt("This earns 0 to %(other)s points, not %(value)s."),
    "no_score": _lt("The dealer has no card with this indicator in this period."),
    "other_department": _lt("Another department scores this. Leave it as it was."),
    "closed_card": _lt(
        "The card is closed. A rating manager can correct it: that makes a new version "
        "with a reason."
    ),
    "measured": _lt(
        "This was measured from the ledger. Correct the ledger, and it will be "
        "measured anew."
    ),
    "waived": _lt(
        "A rating manager waived this. Score it in the list if it is to be scored "
        "after all."
    ),
}

# Sentences on the whole file, by the codes of ``core.sheet.ScoresError``
REFUSALS = {
    "too_large": _lt(
        "The file is larger than a sheet of scores can be. Export the period again and "
        "fill that in."
    ),
    "no_dealers": _lt(
        "No column names the dealers. The first line has to hold headers, one of them "
        "[dealer], [ref] or [id]; an export of this period has the form."
    ),
    "no_scores": _lt(
        "No column holds scores. A header names its indicator by the code in brackets; "
        "an export of this period has the form."
    ),
    "double_column": _lt(
        "The file has more than one column for “%(value)s”. Delete all but one."
    ),
    "other_period": _lt(
        "The file holds another period than the chosen one: %(value)s, by line in "
        "brackets. Choose that period, or correct the column."
    ),
    "too_many_problems": _lt(
        "More than %(value)s cells are wrong: this does not look like a sheet of "
        "scores of this period."
    ),
}


class RatingScoreImportChange(models.TransientModel):
    """One score that an import would enter."""

    _name = "rating.score.import.change"
    _description = "Score to Be Imported"
    _inherit = ["trade.card"]
    _order = "line, id"

    import_id = fields.Many2one(
        "rating.score.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(required=True, aggregator=None)
    score_id = fields.Many2one("rating.score", required=True, ondelete="cascade")
    dealer_id = fields.Many2one(related="score_id.dealer_id", related_sudo=False)
    indicator_id = fields.Many2one(related="score_id.indicator_id", related_sudo=False)
    before = fields.Char()
    after = fields.Char()


class RatingScoreImportProblem(models.TransientModel):
    """One reason why a cell or a row is not imported; :data:`REASONS` has them all."""

    _name = "rating.score.import.problem"
    _inherit = ["trade.sheet.problem", "trade.card"]
    _description = "Problem of a Sheet"
    _told = ("line", "cell", "column", "value", "reason")

    import_id = fields.Many2one(
        "rating.score.import", required=True, index=True, ondelete="cascade"
    )
    cell = fields.Char()

    @api.model
    def _prepare_values(self, problem, header=()):
        return {
            **super()._prepare_values(problem, header),
            "cell": self._cell_name(problem),
        }

    # === WORDS === #

    @api.model
    def _cell_name(self, problem):
        """:return: what spreadsheets call the cell of a problem, ``""`` of a row"""
        if problem.column < 0:
            return ""
        return xl_rowcol_to_cell(problem.line - 1, problem.column)

    @api.model
    def _column_name(self, problem, header):
        known = 0 <= problem.column < len(header)
        return " ".join(header[problem.column].split()) if known else ""

    @api.model
    def _sentence(self, problem, header=()):
        cell = self._cell_name(problem)
        if not cell:
            return super()._sentence(problem, header)
        return self.env._(
            "Cell %(cell)s: %(reason)s", cell=cell, reason=self._reason(problem)
        )

    @api.model
    def _reason(self, problem):
        if problem.code not in REASONS:
            return super()._reason(problem)
        value = " ".join(str(problem.value).split())
        words = {"value": value, "other": problem.other}
        text = self.env._(REASONS[problem.code])
        return text % words

    @api.model
    def _refusal(self, error):
        if error.code not in REFUSALS:
            return super()._refusal(error)
        value, text = str(error.value), self.env._(REFUSALS[error.code])
        if error.code == "other_period":
            value = value.upper()
        return text % {"value": value}
