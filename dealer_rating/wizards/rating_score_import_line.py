import base64
import csv
import io

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
    """One reason why a cell or a row is not imported; the words for all of them.

    The core knows codes. A cell's code is worded by a method
    ``_reason_<code>(problem)``, the code of a file that cannot be read by
    ``_refusal_<code>(error)``.
    """

    _name = "rating.score.import.problem"
    _description = "Problem of a Sheet"
    _order = "line, id"

    import_id = fields.Many2one(
        "rating.score.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(required=True, aggregator=None)
    cell = fields.Char()
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char(required=True)

    @api.model
    def _prepare_values(self, problem, header):
        """
        :param problem: core Problem
        :param header: what the columns are called
        """
        known = 0 <= problem.column < len(header)
        cell = column_name(problem.column) if problem.column >= 0 else ""
        return {
            "line": problem.line,
            "cell": f"{cell}{problem.line}" if cell else "",
            "column": " ".join(header[problem.column].split()) if known else "",
            "value": problem.value,
            "reason": self._reason(problem),
        }

    @api.model
    def _file(self, problems, header):
        """Return all problems as a text file that spreadsheets open.

        :return: bytes in base64
        """
        output = io.StringIO()
        writer = csv.writer(output)
        names = ("line", "cell", "column", "value", "reason")
        writer.writerow(
            self._fields[name]._description_string(self.env) for name in names
        )
        for problem in problems:
            values = self._prepare_values(problem, header)
            writer.writerow(_inert(str(values[name])) for name in names)
        return base64.b64encode(output.getvalue().encode("utf-8-sig"))

    # === WORDS === #

    @api.model
    def _sentence(self, problem, header):
        values = self._prepare_values(problem, header)
        if values["cell"]:
            return self.env._("Cell %(cell)s: %(reason)s", **values)
        return self.env._("Line %(line)s: %(reason)s", **values)

    @api.model
    def _reason(self, problem):
        """Put a problem of a cell or a row into words.

        :param problem: core Problem
        """
        return getattr(self, f"_reason_{problem.code}")(problem)

    @api.model
    def _refusal(self, error):
        """Put into words why a file cannot be read, and what to do about it.

        :param error: core SheetError
        """
        return getattr(self, f"_refusal_{error.code}")(error)

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

    def _reason_too_many_cells(self, problem):
        return self.env._(
            "The row has more cells than the header: a text with a separator in it "
            "needs quotation marks."
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

    def _refusal_empty(self, error):
        return self.env._("The file is empty.")

    def _refusal_too_large(self, error):
        return self.env._(
            "The file is larger than a sheet of scores can be. Export the period again "
            "and fill that in."
        )

    def _refusal_not_a_sheet(self, error):
        return self.env._(
            "This is not a workbook that can be read. Save it as XLSX or as CSV."
        )

    def _refusal_not_text(self, error):
        return self.env._(
            "This is neither a workbook nor a text file. Save it as XLSX or as CSV."
        )

    def _refusal_broken_quotes(self, error):
        return self.env._(
            "From line %(line)s on, a quotation mark is missing or out of place.",
            line=error.value,
        )

    def _refusal_too_many_rows(self, error):
        return self.env._(
            "The file has more than %(count)s rows. Split it.", count=error.value
        )

    def _refusal_too_many_columns(self, error):
        return self.env._(
            "The file has more than %(count)s columns. Delete those that hold no "
            "scores.",
            count=error.value,
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


def _inert(text):
    """:return: ``text`` such that no spreadsheet takes it for a formula"""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
