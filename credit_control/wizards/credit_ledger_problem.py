import base64
import csv
import io

from odoo import api, fields, models
from odoo.tools import format_date


class CreditLedgerProblem(models.TransientModel):
    """One reason why a row of a ledger is not imported; the words for all of them.

    The core knows codes. A row's code is worded by a method
    ``_reason_<code>(problem)``, the code of a file that cannot be read by
    ``_refusal_<code>(error)``.
    """

    _name = "credit.ledger.problem"
    _description = "Bad Row of a Ledger"
    _order = "line, id"

    import_id = fields.Many2one(
        "credit.ledger.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(required=True, aggregator=None)
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char(required=True)

    @api.model
    def _prepare_values(self, problem):
        """
        :param problem: core Problem
        """
        return {
            "line": problem.line,
            "column": self._column_labels().get(problem.column, ""),
            "value": problem.value,
            "reason": self._reason(problem),
        }

    @api.model
    def _file(self, problems):
        """Return all problems as a text file that spreadsheets open.

        :return: bytes in base64
        """
        output = io.StringIO()
        writer = csv.writer(output)
        header = ("line", "column", "value", "reason")
        writer.writerow(
            self._fields[name]._description_string(self.env) for name in header
        )
        for problem in problems:
            values = self._prepare_values(problem)
            writer.writerow(_inert(str(values[name])) for name in header)
        return base64.b64encode(output.getvalue().encode("utf-8-sig"))

    # === WORDS === #

    @api.model
    def _column_labels(self):
        """:return: {column of a ledger: its name in the user's language}"""
        return {
            "customer": self.env._("Customer"),
            "name": self.env._("Name"),
            "invoice": self.env._("Invoice"),
            "date": self.env._("Date"),
            "due": self.env._("Due date"),
            "amount": self.env._("Amount"),
            "settled": self.env._("Settled on"),
        }

    @api.model
    def _sentence(self, problem):
        return self.env._(
            "Line %(line)s: %(reason)s", line=problem.line, reason=self._reason(problem)
        )

    @api.model
    def _reason(self, problem):
        """Put a problem of a row into words.

        :param problem: core Problem
        """
        return getattr(self, f"_reason_{problem.code}")(problem)

    @api.model
    def _refusal(self, error):
        """Put into words why a file cannot be read, and what to do about it.

        :param error: core LedgerError
        """
        return getattr(self, f"_refusal_{error.code}")(error)

    def _day(self, iso):
        return format_date(self.env, iso)

    # === A ROW === #

    def _reason_empty_value(self, problem):
        column = self._column_labels()[problem.column]
        return self.env._("%(column)s is missing.", column=column)

    def _reason_too_many_cells(self, problem):
        return self.env._(
            "The row has more cells than the header: a text with a separator in it "
            "needs quotation marks."
        )

    def _reason_bad_date(self, problem):
        return self.env._("“%(value)s” is not a date.", value=problem.value)

    def _reason_bad_amount(self, problem):
        return self.env._("“%(value)s” is not an amount.", value=problem.value)

    def _reason_zero_amount(self, problem):
        return self.env._("The amount is zero.")

    def _reason_due_before_date(self, problem):
        return self.env._(
            "It is due on %(due)s, before its date %(date)s.",
            due=self._day(problem.value),
            date=self._day(problem.other),
        )

    def _reason_settled_before_date(self, problem):
        return self.env._(
            "It was settled on %(settled)s, before its date %(date)s.",
            settled=self._day(problem.value),
            date=self._day(problem.other),
        )

    def _reason_duplicate_invoice(self, problem):
        return self.env._(
            "Invoice %(invoice)s is on line %(line)s already.",
            invoice=problem.value,
            line=problem.other,
        )

    def _reason_name_conflict(self, problem):
        return self.env._(
            "The customer is called “%(name)s” here and “%(other)s” before.",
            name=problem.value,
            other=problem.other,
        )

    def _reason_unclear_customer(self, problem):
        return self.env._(
            "Several customers in the books have the reference %(code)s.",
            code=problem.value,
        )

    def _reason_other_amount(self, problem):
        return self.env._(
            "The invoice is in the books already, with an amount of %(booked)s and not "
            "%(amount)s.",
            booked=problem.other,
            amount=problem.value,
        )

    def _reason_other_due(self, problem):
        return self.env._(
            "The invoice is in the books already, due on %(booked)s and not %(due)s.",
            booked=self._day(problem.other),
            due=self._day(problem.value),
        )

    # === THE WHOLE FILE === #

    def _refusal_empty_file(self, error):
        return self.env._("The file is empty.")

    def _refusal_not_text(self, error):
        return self.env._("This is not a text file. Save the sheet as CSV first.")

    def _refusal_broken_quotes(self, error):
        return self.env._(
            "From line %(line)s on, a quotation mark is missing or out of place.",
            line=error.value,
        )

    def _refusal_no_rows(self, error):
        return self.env._("The file has a header and no rows.")

    def _refusal_bad_mapping(self, error):
        return self.env._(
            "“%(part)s” does not name a column. Write for example: "
            "customer=Client number,due=Payable until",
            part=error.value,
        )

    def _refusal_unknown_key(self, error):
        return self.env._(
            "A ledger has no “%(key)s”. It has: %(keys)s.",
            key=error.value,
            keys=", ".join(self._column_labels()),
        )

    def _refusal_unknown_column(self, error):
        return self.env._("The file has no column “%(name)s”.", name=error.value)

    def _refusal_missing_column(self, error):
        return self.env._(
            "No column is recognised as “%(label)s”. Name it: %(key)s=…",
            label=self._column_labels()[error.value],
            key=error.value,
        )

    def _refusal_ambiguous_column(self, error):
        return self.env._(
            "The file has more than one column “%(name)s”. Rename all but one.",
            name=error.value,
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
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
