from functools import partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.trade_credit_base.core.sheet_file import Limits, SheetError
from odoo.addons.trade_credit_base.windows import shipped

from ..core import ledger as core
from ..core.ledger_columns import LedgerError, Question, parse_mapping
from .credit_sheet_import import MARKS, ORDERS

OPENING = "OPEN"  # code of the journal that the imported invoices get by default
NOT_OWED = [("account_type", "not in", ("asset_receivable", "liability_payable"))]
# What values leave open, or tell differently: a question instead of a refusal
ASKED = {
    "ambiguous_date": ("dates", ORDERS),
    "mixed_date": ("mixed_dates", ORDERS),
    "ambiguous_amount": ("amounts", MARKS),
    "mixed_amount": ("mixed_amounts", MARKS),
}
# A ledger may have grown for years
LIMITS = Limits(size=100_000_000, unpacked=500_000_000, rows=1_000_000, columns=250)


class Plan(NamedTuple):
    """The plan of an import. Rows with a problem are in neither dict nor list."""

    ledger: core.Ledger
    partners: dict  # {customer code: res.partner, empty where it will be created}
    new: list  # rows to book
    known: dict  # {row: account.move, in the ledger already}
    problems: list

    @property
    def questions(self):
        return self.ledger.questions

    @property
    def rows(self):
        return [*self.new, *self.known]

    @property
    def bad_rows(self):
        return len({problem.line for problem in self.problems})

    @property
    def header(self):
        return self.ledger.columns


class Counts(NamedTuple):
    """Counts of what an import did."""

    customers: int  # with an invoice in the file by the day
    customers_new: int
    invoices_new: int
    invoices_known: int  # in the ledger before
    settled: int  # paid by this import
    partly: int  # paid in part by this import
    later: int  # dated after the day: left out
    bad: int  # lines with a problem: left out


class CreditLedgerImport(models.TransientModel):
    """Opening receivables: a ledger kept elsewhere, brought into Odoo at go-live.

    The file becomes customers and posted invoices, as they stood on a day: what is
    dated later is left out, what was settled by then is settled. All of it is booked
    or none. Importing it again adds nothing; importing it as of a later day adds what
    came since.
    """

    _name = "credit.ledger.import"
    _inherit = "credit.sheet.import"
    _description = "Opening Receivables"
    _check_company_auto = True

    # The file
    content = fields.Binary(
        help="A workbook (XLSX) or a text file (CSV) with one invoice a line."
    )
    mapping = fields.Char(
        "Columns",
        help="Only for columns that are not recognised: customer=…, name=…, invoice=…, "
        "date=…, due=…, amount=…, open=…, paid=…, settled=…, currency=…, with their "
        "names in the file.",
    )
    answers = fields.Char(help="Answers to questions, as code=answer, a line each.")

    # Where it goes
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="Invoices dated later are left out; invoices settled later are open.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Journal of the Invoices",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        help="Leave empty to get one of their own: so they take no number from your "
        "future invoices.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Opening Account",
        domain=NOT_OWED,
        check_company=True,
        compute="_compute_account_id",
        store=True,
        readonly=False,
        help="The other side of the invoices. They are not this year's revenue, so it "
        "is the account of the opening balance.",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal",
        "Journal of the Settlements",
        domain="[('type', 'in', ('bank', 'cash', 'general'))]",
        check_company=True,
        compute="_compute_settlement_journal_id",
        store=True,
        readonly=False,
    )
    settlement_account_id = fields.Many2one(
        "account.account",
        "Account of the Settlements",
        domain=NOT_OWED,
        check_company=True,
        compute="_compute_settlement_account_id",
        store=True,
        readonly=False,
        help="The other side of the settlements. The opening balance of the bank holds "
        "this money already, so it is the opening account again, not the bank.",
    )

    # What was found
    question_ids = fields.One2many("credit.ledger.question", "import_id", "Questions")
    is_asking = fields.Boolean("Questions Are Open", readonly=True)
    is_ready = fields.Boolean(compute="_compute_is_ready")
    recognised = fields.Text("Columns Recognised", readonly=True)
    understood = fields.Text("Also Understood", readonly=True)
    unused = fields.Text("Columns Not Used", readonly=True)
    varying = fields.Text("Customers with Several Names", readonly=True)
    misfits = fields.Text("Totals That Do Not Fit", readonly=True)
    by_currency = fields.Text(readonly=True)
    rows = fields.Integer(readonly=True)
    customers = fields.Integer(readonly=True)
    invoices = fields.Integer(readonly=True)
    settled = fields.Integer("Of These Settled", readonly=True)
    later = fields.Integer("Dated Later, Not Imported", readonly=True)
    receivables = fields.Monetary(readonly=True)
    overdue = fields.Monetary("Of These Overdue", readonly=True)
    problem_ids = fields.One2many(
        "credit.ledger.problem", "import_id", "Problems", readonly=True
    )

    @api.onchange("content", "mapping")
    def _onchange_content(self):
        """Forget what was answered about another file."""
        self.question_ids = [Command.clear()]

    # === COMPUTE METHODS === #

    @api.depends("state", "is_asking", "bad", "skip_bad_rows", "invoices")
    def _compute_is_ready(self):
        for wizard in self:
            wizard.is_ready = (
                wizard.state == "checked"
                and bool(wizard.invoices)
                and not wizard.is_asking
                and (not wizard.bad or wizard.skip_bad_rows)
            )

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            found = wizard._first("account.journal", type="sale", code=OPENING)
            wizard.journal_id = found

    @api.depends("company_id")
    def _compute_account_id(self):
        for wizard in self:
            found = wizard._first("account.account", account_type="equity_unaffected")
            wizard.account_id = found

    @api.depends("company_id")
    def _compute_settlement_journal_id(self):
        for wizard in self:
            found = wizard._first("account.journal", type="general")
            wizard.settlement_journal_id = found

    @api.depends("account_id")
    def _compute_settlement_account_id(self):
        for wizard in self:
            wizard.settlement_account_id = wizard.account_id

    def _first(self, model, **values):
        """:return: the company's first record of a model with these values, or none"""
        Model = self.env[model].with_company(self.company_id)
        domain = [(name, "=", value) for name, value in values.items()]
        company = Model._check_company_domain(self.company_id)
        return Model.search([*company, *domain], limit=1)

    # === ACTION METHODS === #

    def action_open_invoices(self):
        """Open the imported invoices."""
        action = "account.action_move_out_invoice_type"
        return shipped(
            self.env, action, domain=[("journal_id", "=", self.journal_id.id)]
        )

    # === BUSINESS METHODS === #

    def _plan(self):
        """Read the file and compare it with the books.

        :rtype: Plan
        """
        self.ensure_one()
        self._check_may_import()
        self._check_books()
        ledger = self._read()
        rows = core.booked_by(ledger.rows, self.as_of)
        partners = self._find_customers(rows, ledger.by_name)
        known = self._find_invoices(rows, partners)
        problems = [
            *ledger.problems,
            *self._unclear_customers(rows, partners),
            *self._contradictions(known, ledger),
            *self._without_rate(rows),
        ]
        bad = {problem.line for problem in problems}
        return Plan(
            ledger=ledger,
            partners=partners,
            new=[row for row in rows if row not in known and row.line not in bad],
            known={row: move for row, move in known.items() if row.line not in bad},
            problems=sorted(problems, key=lambda problem: problem.line),
        )

    def _is_refused(self, plan):
        return bool(plan.questions) or super()._is_refused(plan)

    def _read(self):
        """:rtype: core.Ledger"""
        questions, answers = [], self._answers()
        try:
            ledger = core.read(
                self._read_texts(LIMITS),
                mapping=parse_mapping(self.mapping or ""),
                answers=answers,
                **self._prepare_reading(partial(_asking, questions, answers)),
            )
        except (SheetError, LedgerError) as error:
            raise self._unreadable(error) from error
        return ledger._replace(questions=[*questions, *ledger.questions])

    def _answers(self):
        """:return: {code of a question: its answer}"""
        lines = (self.answers or "").splitlines()
        given = [line.rpartition("=") for line in lines]
        chosen = self.question_ids.filtered("choice_id")
        return {
            **{code.strip(): answer.strip() for code, _equals, answer in given},
            **{each.code: each.choice_id.code for each in chosen},
        }

    # === CHECKS === #

    def _check_may_import(self):
        """Refuse who may not book. Access to the wizard itself is the credit manager's.

        :raises AccessError: if the user may not post invoices
        """
        accountant = self.env.user.has_group("account.group_account_invoice")
        if not self.env.su and not accountant:
            raise AccessError(
                self.env._(
                    "Opening receivables are imported by people who may post invoices."
                )
            )

    def _check_books(self):
        """
        :raises UserError: if the company's books cannot take the ledger
        """
        company = self.company_id
        if not self.env.su and company not in self.env.companies:
            raise UserError(
                self.env._(
                    "You are not working in %(company)s: tick it among your companies.",
                    company=company.display_name,
                )
            )
        if not self._first("account.account", account_type="asset_receivable"):
            raise UserError(
                self.env._(
                    "%(company)s has no chart of accounts yet. Install one in the "
                    "settings of Invoicing.",
                    company=company.display_name,
                )
            )
        if not (
            self.account_id
            and self.settlement_account_id
            and self.settlement_journal_id
        ):
            raise UserError(
                self.env._("Choose the accounts and the journal of the settlements.")
            )
        if self.as_of > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(day)s is still to come: later settlements are not known yet.",
                    day=format_date(self.env, self.as_of),
                )
            )


def _asking(questions, answers, reader, form):
    """Return a reader of dates or amounts that asks where their form stays open.

    :param list questions: takes the question; what it is about is read somehow until
        it is answered, for nothing is booked before
    :param reader: texts and a form → what reads one of them
    :param form: that somebody chose, ``None`` to find out
    """

    def read(texts, **how):
        texts = list(texts)
        try:
            return reader(texts, form, **how)
        except SheetError as error:
            code, forms = ASKED[error.code]
            if answers.get(code) not in forms:
                questions.append(Question(code, error.value, tuple(forms)))
            answer = forms.get(answers.get(code)) or [*forms.values()][0]
            return reader(texts, answer, **how)

    return read
