from odoo import api, fields, models

from ..core.sheet_cell import column_name


class RatingScoreImportChange(models.TransientModel):
    """One score that an import would enter."""

    _name = "rating.score.import.change"
    _description = "Score to Be Imported"
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
    """One reason why a cell or a row is not imported; the words for all of them."""

    _name = "rating.score.import.problem"
    _inherit = "trade.sheet.problem"
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
        return f"{column_name(problem.column)}{problem.line}"

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

    # === A COLUMN, A ROW === #

    def _reason_unknown_column(self, problem):
        return self.env._(
            "“%(name)s” is no indicator of this period. Delete the column, or name its "
            "indicator by the code in brackets.",
            name=" ".join(problem.value.split()),
        )

    def _reason_no_dealer(self, problem):
        return self.env._("The row names no dealer.")

    def _reason_unknown_dealer(self, problem):
        return self.env._("There is no dealer “%(name)s”.", name=problem.value)

    def _reason_ambiguous_dealer(self, problem):
        return self.env._(
            "%(count)s dealers are called “%(name)s”. Give the number or the "
            "reference.",
            count=problem.other,
            name=problem.value,
        )

    def _reason_other_dealer(self, problem):
        return self.env._(
            "“%(name)s” is %(other)s, and the row says otherwise. Were only some "
            "of the columns sorted?",
            name=problem.value,
            other=problem.other,
        )

    def _reason_double_dealer(self, problem):
        return self.env._(
            "The dealer has more than one row: %(lines)s.", lines=problem.other
        )

    # === A CELL === #

    def _reason_formula(self, problem):
        return self.env._(
            "This is a formula, not a number. Copy it and paste the value only."
        )

    def _reason_not_a_number(self, problem):
        return self.env._("“%(value)s” is not a number.", value=problem.value)

    def _reason_not_a_count(self, problem):
        return self.env._(
            "This is a count: enter 0, 1, 2 …, not %(value)s.", value=problem.value
        )

    def _reason_out_of_range(self, problem):
        return self.env._(
            "This earns 0 to %(top)s points, not %(value)s.",
            top=problem.other,
            value=problem.value,
        )

    def _reason_no_score(self, problem):
        return self.env._("The dealer has no card with this indicator in this period.")

    def _reason_other_department(self, problem):
        return self.env._("Another department scores this. Leave it as it was.")

    def _reason_closed_card(self, problem):
        return self.env._(
            "The card is closed. A rating manager can correct it: that makes a new "
            "version with a reason."
        )

    def _reason_measured(self, problem):
        return self.env._(
            "This was measured from the books. Correct the books, and it will be "
            "measured anew."
        )

    def _reason_waived(self, problem):
        return self.env._(
            "A rating manager waived this. Score it in the list if it is to be scored "
            "after all."
        )

    # === THE WHOLE FILE === #

    def _refusal_too_large(self, error):
        return self.env._(
            "The file is larger than a sheet of scores can be. Export the period again "
            "and fill that in."
        )

    def _refusal_no_dealers(self, error):
        return self.env._(
            "No column names the dealers. The first line has to hold headers, one of "
            "them [dealer], [ref] or [id]; an export of this period has the form."
        )

    def _refusal_no_scores(self, error):
        return self.env._(
            "No column holds scores. A header names its indicator by the code in "
            "brackets; an export of this period has the form."
        )

    def _refusal_double_column(self, error):
        return self.env._(
            "The file has more than one column for “%(code)s”. Delete all but one.",
            code=error.value,
        )

    def _refusal_other_period(self, error):
        return self.env._(
            "The file holds another period than the chosen one: %(found)s, by line in "
            "brackets. Choose that period, or mend the column.",
            found=error.value.upper(),
        )

    def _refusal_too_many_problems(self, error):
        return self.env._(
            "More than %(count)s cells are wrong: this does not look like a sheet of "
            "scores of this period.",
            count=error.value,
        )
