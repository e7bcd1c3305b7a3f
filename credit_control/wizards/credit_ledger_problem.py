from odoo import api, fields, models
from odoo.tools import format_date


class CreditLedgerProblem(models.TransientModel):
    """One reason why a row of a ledger is not imported; the words for all of them."""

    _name = "credit.ledger.problem"
    _inherit = "trade.sheet.problem"
    _description = "Bad Row of a Ledger"

    import_id = fields.Many2one(
        "credit.ledger.import", required=True, index=True, ondelete="cascade"
    )

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
    def _column_name(self, problem, header):
        return self._column_labels().get(problem.column, "")

    def _day(self, iso):
        return format_date(self.env, iso)

    # === A ROW === #

    def _reason_empty_value(self, problem):
        column = self._column_labels()[problem.column]
        return self.env._("%(column)s is missing.", column=column)

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
            "Several customers have the reference %(code)s.",
            code=problem.value,
        )

    def _reason_other_amount(self, problem):
        return self.env._(
            "The invoice is in the ledger already, over %(booked)s and not %(amount)s.",
            booked=problem.other,
            amount=problem.value,
        )

    def _reason_other_due(self, problem):
        return self.env._(
            "The invoice is in the ledger already, due on %(booked)s and not %(due)s.",
            booked=self._day(problem.other),
            due=self._day(problem.value),
        )

    # === THE WHOLE FILE === #

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
