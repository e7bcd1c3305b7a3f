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
            "reference": self.env._("Customer's reference"),
            "open": self.env._("Open amount"),
            "local_open": self.env._("Open in the books' currency"),
            "paid": self.env._("Paid amount"),
            "credited": self.env._("Credited amount"),
            "debit": self.env._("Debit"),
            "credit": self.env._("Credit"),
            "local_amount": self.env._("Amount in the books' currency"),
            "currency": self.env._("Currency"),
            "local_currency": self.env._("Currency of the books"),
            "kind": self.env._("Kind of document"),
            "side": self.env._("Debit or credit"),
            "status": self.env._("Status"),
            "is_open": self.env._("Open, yes or no"),
            "is_paid": self.env._("Paid, yes or no"),
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

    def _reason_unknown_currency(self, problem):
        return self.env._(
            "“%(value)s” is no active currency. Activate it among the currencies of "
            "Invoicing, or correct the file.",
            value=problem.value,
        )

    def _reason_no_rate(self, problem):
        return self.env._(
            "%(currency)s has no rate: enter one among the currencies of Invoicing, or "
            "add a column with the amount in %(books)s.",
            currency=problem.value,
            books=problem.other,
        )

    def _reason_open_beyond(self, problem):
        return self.env._(
            "Of %(amount)s, %(open)s cannot be open.",
            amount=problem.other,
            open=problem.value,
        )

    def _reason_open_in_books(self, problem):
        return self.env._(
            "What is open is given in the currency of the books only, and the invoice "
            "is in %(currency)s: add a column with the open amount in its currency.",
            currency=problem.other,
        )

    def _reason_partly_paid(self, problem):
        return self.env._(
            "It is “%(state)s”, and no column says how much is open.",
            state=problem.value,
        )

    def _reason_unclear_customer(self, problem):
        return self.env._(
            "Several customers have the reference or the name %(code)s.",
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

    def _reason_other_currency(self, problem):
        return self.env._(
            "The invoice is in the ledger already, in %(booked)s and not %(currency)s.",
            booked=problem.other,
            currency=problem.value,
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
