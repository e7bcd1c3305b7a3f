from odoo import api, fields, models


class CreditLedgerProblem(models.TransientModel):
    """One reason why a row of a ledger is not imported; the words for all of them."""

    _name = "credit.ledger.problem"
    _inherit = ["credit.sheet.problem", "trade.card"]
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

    # === A ROW === #

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
