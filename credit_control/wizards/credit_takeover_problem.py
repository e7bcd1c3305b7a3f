from odoo import api, models

# Codes whose value is an amount: of a credit file, or of the accounting app
AMOUNTS_HERE = ("has_limit", "instead")
AMOUNTS_THERE = ("head_differs",)


class CreditTakeoverProblem(models.AbstractModel):
    """The words for what there is to know of a limit, or why it is not taken over."""

    _name = "credit.takeover.problem"
    _inherit = "credit.sheet.problem"
    _description = "What Is to Be Said of a Limit"

    @api.model
    def _column_labels(self):
        """:return: {column of a sheet of limits: its name in the user's language}"""
        return {
            "customer": self.env._("Customer Number"),
            "name": self.env._("Customer Name"),
            "limit": self.env._("Credit Limit"),
            "currency": self.env._("Currency"),
            "from": self.env._("Valid From"),
            "until": self.env._("Valid Until"),
            "reason": self.env._("Reason"),
        }

    @api.model
    def _with_amounts(self, note, proposal):
        """Write the amounts of a note as the user reads them: what stands elsewhere in
        its currency, limits of credit files in that of the books.

        :type proposal: Proposal
        """
        here, there = proposal.books.format, proposal.currency.format
        if note.code in AMOUNTS_HERE:
            note = note._replace(value=here(float(note.value)))
        elif note.code in AMOUNTS_THERE:
            note = note._replace(value=there(float(note.value)))
        limits = ((name, there(limit)) for name, limit in sorted(note.limits))
        return note._replace(limits=tuple(limits))

    def _limits(self, problem):
        return ", ".join(map(" ".join, problem.limits))

    # === A LIMIT OF THE ACCOUNTING APP === #

    def _reason_branch(self, problem):
        return self.env._("In a branch: %(limits)s.", limits=self._limits(problem))

    def _reason_branches(self, problem):
        return self.env._(
            "In branches: %(limits)s. A credit file counts all of them together: the "
            "highest is proposed.",
            limits=self._limits(problem),
        )

    def _reason_branches_differ(self, problem):
        return self.env._(
            "Branches have others: %(limits)s. That of the head company is proposed.",
            limits=self._limits(problem),
        )

    def _reason_head_differs(self, problem):
        return self.env._("In the head company: %(limit)s.", limit=problem.value)

    def _reason_branch_archived(self, problem):
        return self.env._(
            "Only in archived branches: %(limits)s.", limits=self._limits(problem)
        )

    def _reason_contact(self, problem):
        return self.env._(
            "Only of contacts, where it counts nowhere: %(limits)s.",
            limits=self._limits(problem),
        )

    def _reason_zero(self, problem):
        return self.env._("Zero: there, the customer has no limit.")

    def _reason_has_limit(self, problem):
        return self.env._(
            "Has a limit of %(limit)s already.",
            limit=problem.value,
        )

    def _reason_had_limits(self, problem):
        return self.env._(
            "The credit file has limits, but none today: grant one there."
        )

    def _reason_in_file(self, problem):
        return self.env._("Your file says what the limit is.")

    # === A LINE OF A FILE === #

    def _reason_unknown_customer(self, problem):
        return self.env._(
            "No customer has the number or the name %(code)s.", code=problem.value
        )

    def _reason_repeated(self, problem):
        return self.env._(
            "Line %(line)s has a limit for the same customer.", line=problem.value
        )

    def _reason_until_before_from(self, problem):
        return self.env._(
            "It ends on %(until)s, before it begins on %(start)s.",
            until=self._day(problem.value),
            start=self._day(problem.other),
        )

    def _reason_over(self, problem):
        return self.env._("It ended on %(until)s.", until=self._day(problem.value))

    def _reason_overlap(self, problem):
        return self.env._(
            "Has another temporary limit from %(start)s until %(until)s.",
            start=self._day(problem.value),
            until=self._day(problem.other),
        )

    def _reason_contact_of(self, problem):
        return self.env._(
            "The file names %(contact)s: credit is given to the company.",
            contact=problem.value,
        )

    def _reason_from_today(self, problem):
        return self.env._(
            "The file says from %(start)s: it begins today.",
            start=self._day(problem.value),
        )

    def _reason_zero_asked(self, problem):
        return self.env._("Zero: the customer would get no credit at all.")

    def _reason_known(self, problem):
        return self.env._("Has this limit already.")

    def _reason_instead(self, problem):
        return self.env._("In place of %(limit)s.", limit=problem.value)

    # === BOTH === #

    def _reason_archived(self, problem):
        return self.env._("The customer is archived.")

    def _reason_other_company(self, problem):
        return self.env._("The customer belongs to %(company)s.", company=problem.value)

    def _reason_file_archived(self, problem):
        return self.env._("The customer's credit file is archived: restore it first.")

    def _reason_negative(self, problem):
        return self.env._("A limit is not negative.")

    def _reason_absurd(self, problem):
        return self.env._("The amount is implausibly high.")

    def _reason_no_rate(self, problem):
        return self.env._(
            "%(currency)s has no rate: enter one among the currencies of Invoicing.",
            currency=problem.value,
        )
