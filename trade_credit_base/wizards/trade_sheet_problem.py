import base64
import csv
import io

from odoo import api, fields, models


class TradeSheetProblem(models.AbstractModel):
    """One reason why a row of a sheet is not imported; the words for all of them.

    A core knows codes. A row's code is worded by a method ``_reason_<code>(problem)``,
    the code of a file that cannot be read by ``_refusal_<code>(error)``.
    """

    _name = "trade.sheet.problem"
    _description = "Bad Row of a Sheet"
    _order = "line, id"
    _told = ("line", "column", "value", "reason")  # in the file to download

    line = fields.Integer(required=True, aggregator=None)
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char(required=True)

    @api.model
    def _prepare_values(self, problem, header=()):
        """
        :param problem: something with ``line``, ``column``, ``code`` and ``value``
        :param header: what the file calls its columns
        """
        return {
            "line": problem.line,
            "column": self._column_name(problem, header),
            "value": problem.value,
            "reason": self._reason(problem),
        }

    @api.model
    def _file(self, problems, header=()):
        """Return all problems as a text file that spreadsheets open.

        :return: bytes in base64
        """
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(
            self._fields[name]._description_string(self.env) for name in self._told
        )
        for problem in problems:
            values = self._prepare_values(problem, header)
            writer.writerow(_inert(str(values[name])) for name in self._told)
        return base64.b64encode(output.getvalue().encode("utf-8-sig"))

    # === WORDS === #

    @api.model
    def _column_name(self, problem, header):
        """:return: the name of the column that a problem is in, ``""`` if in none"""
        return ""

    @api.model
    def _sentence(self, problem, header=()):
        """:return: the line and the reason of a problem"""
        return self.env._(
            "Line %(line)s: %(reason)s", line=problem.line, reason=self._reason(problem)
        )

    @api.model
    def _reason(self, problem):
        """Put a problem of a row into words."""
        return getattr(self, f"_reason_{problem.code}")(problem)

    @api.model
    def _refusal(self, error):
        """Put into words why a file cannot be read, and what to do about it.

        :param error: something with a ``code`` and a ``value``
        """
        return getattr(self, f"_refusal_{error.code}")(error)

    # === A ROW === #

    def _reason_too_many_cells(self, problem):
        return self.env._(
            "The row has more cells than the header: a text with a separator in it "
            "needs quotation marks."
        )

    def _reason_bad_date(self, problem):
        return self.env._("“%(value)s” is not a date.", value=problem.value)

    def _reason_bad_amount(self, problem):
        return self.env._("“%(value)s” is not an amount.", value=problem.value)

    # === THE WHOLE FILE === #

    def _refusal_empty(self, error):
        return self.env._("The file is empty.")

    def _refusal_too_large(self, error):
        return self.env._("The file is larger than what can be read at once. Split it.")

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
            "The file has more than %(count)s columns. Delete those that are not "
            "needed.",
            count=error.value,
        )

    def _refusal_ambiguous_date(self, error):
        return self.env._(
            "No date in the file shows whether the day or the month comes first in "
            "%(example)s. Choose the date format.",
            example=error.value,
        )

    def _refusal_mixed_date(self, error):
        return self.env._(
            "The file has dates with the day first and with the month first: "
            "%(examples)s. Choose the date format; the others become bad rows.",
            examples=error.value,
        )

    def _refusal_ambiguous_amount(self, error):
        return self.env._(
            "No amount in the file shows whether %(example)s is more than a thousand. "
            "Choose how amounts are written.",
            example=error.value,
        )

    def _refusal_mixed_amount(self, error):
        return self.env._(
            "The file has amounts with a decimal point and with a decimal comma: "
            "%(examples)s. Choose how they are written; the others become bad rows.",
            examples=error.value,
        )


def _inert(text):
    """:return: ``text`` such that no spreadsheet takes it for a formula"""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
