from odoo import fields, models
from odoo.exceptions import AccessError


class ResCompany(models.Model):
    """Settings of a company's collection."""

    _inherit = "res.company"

    collection_collector_id = fields.Many2one(
        "res.users",
        "Collector",
        help="Takes cases over from the salesperson when a stage says so.",
    )
    collection_limitation_years = fields.Integer(
        "Limitation Period (years)",
        default=3,
        help="Years within which a claim can be sued for after its due date, a "
        "served notice or an acknowledged statement.",
    )

    collection_promise_days = fields.Integer(
        "Longest Promise (days)",
        default=30,
        help="A promise stops the days of its items. One for a later day than so many "
        "days ahead takes a manager; so does one by which promises would stop an item "
        "for longer than that in all.",
    )

    collection_limitation_year_end = fields.Boolean(
        "Limitation Starts at the Year's End",
        help="The first period runs from the last day of the year in which a claim "
        "fell due, as in German law. What starts it anew counts from its own day.",
    )
    collection_legal_amount = fields.Monetary(
        "Legal Action From",
        default=10000,
        help="A stage that proposes protective measures proposes legal action from "
        "this overdue amount on, and to end the relationship below it.",
    )
    collection_bad_debt_account_id = fields.Many2one(
        "account.account",
        "Bad Debt Account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
        help="Account to which receivables are written off.",
    )
    collection_bad_debt_journal_id = fields.Many2one(
        "account.journal",
        "Bad Debt Journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Write-offs are posted here.",
    )

    def _collection_check_own(self):
        """Refuse companies that the user does not work in.

        :raises AccessError: if there is one
        """
        if not self.env.su and self.root_id - self.env.companies.root_id:
            raise AccessError(
                self.env._("Switch to the company first: you do not work in it now.")
            )
