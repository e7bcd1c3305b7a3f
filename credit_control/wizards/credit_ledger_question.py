from odoo import api, fields, models
from odoo.fields import Command


class CreditLedgerQuestion(models.TransientModel):
    """What a ledger leaves open, with the answers to choose from.

    The core knows codes. A question is worded by a method ``_ask_<kind>(question)``,
    where the kind is its code up to a colon.
    """

    _name = "credit.ledger.question"
    _description = "Question about a Ledger"
    _rec_name = "sentence"

    import_id = fields.Many2one(
        "credit.ledger.import", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, readonly=True)
    sentence = fields.Text("Question", required=True, readonly=True)
    choice_ids = fields.One2many("credit.ledger.choice", "question_id", "Choices")
    choice_id = fields.Many2one(
        "credit.ledger.choice", "Answer", domain="[('question_id', '=', id)]"
    )

    # === WORDS === #

    @api.model
    def _prepare(self, question):
        """:return: the values of a record for a question of the core"""
        return {
            "code": question.code,
            "sentence": self._sentence(question),
            "choice_ids": [
                Command.create({"code": code, "name": self._choice(question, code)})
                for code in question.answers
            ],
        }

    @api.model
    def _in_full(self, question):
        """:return: a question with the codes that answer it, for who has no form"""
        answers = "; ".join(
            f"{question.code}={code} ({self._choice(question, code)})"
            for code in question.answers
        )
        return f"{self._sentence(question)} {answers}"

    def _sentence(self, question):
        kind = question.code.partition(":")[0]
        return getattr(self, f"_ask_{kind}")(question)

    def _choice(self, question, code):
        kind = question.code.partition(":")[0]
        if kind == "which":
            return code  # a header
        if kind == "column":
            labels = self.env["credit.ledger.problem"]._column_labels()
            return labels.get(code) or self.env._("Nothing that matters here")
        if kind == "due":
            return self._days(int(code))
        return self._choices()[kind][code]

    def _days(self, days):
        if not days:
            return self.env._("On their own date")
        return self.env._("%(days)s days after their date", days=days)

    def _choices(self):
        """:return: {kind of a question: {answer: words}}"""
        leave_out = self.env._("Leave these lines out")
        signed = self.env._("Take the amounts as they are signed")
        dates = {
            "mdy": self.env._("The month comes first"),
            "dmy": self.env._("The day comes first"),
        }
        amounts = {
            "point": self.env._("1,234.50: the comma stands between thousands"),
            "comma": self.env._("1.234,50: the comma stands before the decimals"),
        }
        return {
            "dates": dates,
            "mixed_dates": dates,
            "amounts": amounts,
            "mixed_amounts": amounts,
            "payable": {
                "owed_to_us": self.env._("Yes: customers owe these amounts"),
            },
            "payables": {
                "leave_out": leave_out,
                "owed_to_us": self.env._("Customers owe these amounts"),
            },
            "payment_date": {
                "settled": self.env._("The day on which it was paid"),
                "planned": self.env._("The day on which it is expected"),
            },
            "above": {
                "above": self.env._("To the customer of the line above"),
                "none": self.env._("To nobody: these lines are wrong"),
            },
            "kinds": {
                "signed": signed,
                "leave_out": leave_out,
            },
            "signs": {
                "reduce": self.env._("They reduce what is owed"),
                "signed": signed,
            },
            "states": {
                "open": self.env._("Open"),
                "paid": self.env._("Paid"),
                "leave_out": leave_out,
            },
            "balance": {
                "open": self.env._("What is open of the line itself"),
                "running": self.env._("The balance after that line"),
            },
            "blank": {
                "nothing": self.env._("Nothing is open of it"),
                "all": self.env._("All of it is open"),
            },
            "rest": {
                "open": self.env._("What the column of the open amount says"),
                "paid": self.env._("The amount less what is paid"),
            },
            "paid_but_open": {
                "open": self.env._("Open, with the open amount"),
                "paid": self.env._("Paid"),
            },
            "repeated": {
                "repeated": self.env._("One invoice over that amount"),
                "parts": self.env._("Parts of an invoice, to add up"),
            },
        }

    # === QUESTIONS === #

    def _ask_which(self, question):
        labels = self.env["credit.ledger.problem"]._column_labels()
        return self.env._(
            "Several columns may be “%(label)s”, and differ. Which one is it?",
            label=labels[question.about],
        )

    def _ask_column(self, question):
        return self.env._(
            "What does the column “%(header)s” say? It has, for example: %(examples)s",
            header=question.about,
            examples=question.examples,
        )

    def _ask_due(self, question):
        return self.env._("No column says when invoices fall due. When do they?")

    def _ask_dates(self, question):
        return self.env._(
            "No date in the file shows whether the day or the month comes first in "
            "%(example)s. Which one does?",
            example=question.about,
        )

    def _ask_mixed_dates(self, question):
        return self.env._(
            "The file has dates with the day first and with the month first: "
            "%(examples)s. Which ones are right? The others become bad rows.",
            examples=question.about,
        )

    def _ask_amounts(self, question):
        return self.env._(
            "No amount in the file shows whether %(example)s is more than a thousand. "
            "How are amounts written?",
            example=question.about,
        )

    def _ask_mixed_amounts(self, question):
        return self.env._(
            "The file has amounts with a decimal point and with a decimal comma: "
            "%(examples)s. How are they written? The others become bad rows.",
            examples=question.about,
        )

    def _ask_payable(self, question):
        return self.env._(
            "The column “%(header)s” names suppliers. Are these amounts owed to you?",
            header=question.about,
        )

    def _ask_payables(self, question):
        return self.env._(
            "Lines of the kind %(kinds)s are what you owe. What becomes of them?",
            kinds=question.about,
        )

    def _ask_payment_date(self, question):
        return self.env._("What does “%(header)s” say?", header=question.about)

    def _ask_above(self, question):
        return self.env._(
            "%(count)s lines name no customer, the first is line %(line)s. To whom do "
            "they belong?",
            count=question.about,
            line=question.examples,
        )

    def _ask_kinds(self, question):
        return self.env._(
            "“%(header)s” has kinds that are not known: %(examples)s. What becomes of "
            "these lines?",
            header=question.about,
            examples=question.examples,
        )

    def _ask_signs(self, question):
        return self.env._(
            "Lines of the kind %(kinds)s have positive amounts. What do they do?",
            kinds=question.about,
        )

    def _ask_states(self, question):
        return self.env._(
            "“%(header)s” says what is not known: %(examples)s. How do these lines "
            "stand?",
            header=question.about,
            examples=question.examples,
        )

    def _ask_balance(self, question):
        return self.env._("What does “%(header)s” say?", header=question.about)

    def _ask_blank(self, question):
        return self.env._(
            "“%(header)s” is empty on some lines with an amount, the first is line "
            "%(line)s. What is open of these?",
            header=question.about,
            line=question.examples,
        )

    def _ask_rest(self, question):
        return self.env._(
            "%(headers)s do not come to the same, first on line %(line)s. What is "
            "open?",
            headers=question.about,
            line=question.examples,
        )

    def _ask_paid_but_open(self, question):
        return self.env._(
            "Line %(line)s says “%(state)s” and has an open amount. How do such lines "
            "stand?",
            line=question.examples,
            state=question.about,
        )

    def _ask_repeated(self, question):
        return self.env._(
            "Invoice %(invoice)s and others are on several lines with the same amount "
            "(lines %(lines)s). What are these?",
            invoice=question.about,
            lines=question.examples,
        )


class CreditLedgerChoice(models.TransientModel):
    """An answer that a question about a ledger may get."""

    _name = "credit.ledger.choice"
    _description = "Answer to a Question about a Ledger"
    _order = "id"

    question_id = fields.Many2one(
        "credit.ledger.question", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char("Answer", required=True)
