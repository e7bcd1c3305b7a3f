from collections import Counter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.takeover import CHANGE, FILE, LIMIT, NOTHING, PROBLEM, Note, Verdict
from .credit_sheet_import import QUIET

ACTIONS = (FILE, LIMIT, CHANGE)
ORDER = [PROBLEM, FILE, LIMIT, CHANGE, NOTHING]
TOLD = 10  # customers in an error message


class Proposal(NamedTuple):
    """A limit that stands elsewhere, and what is proposed."""

    source: str
    partner: int  # the commercial entity, 0 if nobody knows who it is
    customer: str
    verdict: Verdict
    currency: models.Model  # that it stands in, empty if nobody knows which
    books: models.Model  # the currency of the books
    amount: float = 0.0  # in the one that it stands in
    limit: float = 0.0  # in that of the books
    is_clear: bool = True  # else a person has to look at it
    is_beside: bool = False  # somebody brought a file, and this is not in it
    line: int = 0  # of the spreadsheet
    start: object = None
    until: object = None
    reason: str = ""

    @property
    def key(self):
        """Name the limit: a customer has one in the books, a spreadsheet one a line."""
        return (self.line, 0 if self.line else self.partner)

    @property
    def is_open(self):
        """Tell whether nothing is to be said against it."""
        return self.verdict.action in ACTIONS and self.is_clear

    @property
    def is_ticked(self):
        """Tell whether it is ticked to begin with. Lines of a file with a problem are,
        too: whoever leaves them out has to say so."""
        is_ready = self.is_open and not self.is_beside
        return is_ready or self.verdict.action == PROBLEM


class CreditTakeover(models.TransientModel):
    """Limits that stand elsewhere become limits of credit files, as far as one ticks.

    The list is made anew before anything is granted: what a client says of a line but
    for its tick counts nowhere. Run again, it tells what was taken over before.
    """

    _name = "credit.takeover"
    _inherit = "credit.sheet.import"
    _description = "Take Over Limits"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company.root_id,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    content = fields.Binary(
        help="A workbook (XLSX, XLS) or a text file (CSV) with a customer a line: "
        "number or name, limit and, if you like, currency, from, until and reason."
    )
    mapping = fields.Char(
        help="Only for columns that are not recognised: customer=…, name=…, limit=…, "
        "currency=…, from=…, until=…, reason=…, with their names in the file.",
    )
    line_ids = fields.One2many("credit.takeover.line", "takeover_id", "Limits")
    unused = fields.Text("Columns Not Used", readonly=True)
    template = fields.Binary(compute="_compute_template")
    template_filename = fields.Char(compute="_compute_template")
    is_limit_off = fields.Boolean(compute="_compute_is_limit_off")

    @api.depends("company_id")
    def _compute_is_limit_off(self):
        for dialog in self:
            company = dialog.company_id.sudo()
            dialog.is_limit_off = not company.account_use_credit_limit

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the dialog with the limits that there are now.

        :raises AccessError: if the user may not grant limits
        """
        dialog = self.create({})
        dialog._show()
        return dialog._reopen()

    def action_check(self):
        """List the limits of the file, and again those in the books."""
        self._show()
        return self._reopen()

    def action_tick(self):
        """Select what nothing is to be said against, and nothing else."""
        self.check_access("write")
        self.line_ids.take = False
        self.line_ids.filtered("is_open").take = True
        return self._reopen()

    def action_untick(self):
        """Select nothing."""
        self.check_access("write")
        self.line_ids.take = False
        return self._reopen()

    def action_import(self):
        """Grant what is ticked, or say why not."""
        proposals = self._ticked()
        if not proposals:
            raise UserError(self.env._("Select the limits that are to be taken over."))
        opened = self._grant_proposals(self.company_id, proposals)
        self.line_ids.take = False
        self._show()
        self.write({"state": "done", "result": self._told(proposals, opened)})
        return self._reopen()

    def _reopen(self):
        window = super()._reopen()
        return window | {"context": {"dialog_size": "extra-large"}}

    # === BUSINESS METHODS === #

    def _check_may_take_over(self):
        """
        :raises AccessError: if the user may not grant limits in the company, or the
            list is not their own
        """
        self.env["credit.file"]._check_may_grant()
        self.check_access("read")
        self.ensure_one()
        if not self.env.su and self.company_id not in self.env.companies.root_id:
            raise AccessError(
                self.env._(
                    "You are not working in %(company)s: tick it among your companies.",
                    company=self.company_id.sudo().display_name,
                )
            )

    def _proposals(self):
        """:return: what is proposed now, in the order of the list"""
        self._check_may_take_over()
        asked = self._asked() if self.content else []
        of_file = {each.partner for each in asked if each.partner}
        found = [
            each._replace(verdict=Verdict(NOTHING, (Note("in_file"),)))
            if each.partner in of_file and each.verdict.action in ACTIONS
            else each._replace(is_beside=bool(self.content))
            for each in self._found(self.company_id)
        ]
        return [
            *asked,
            *sorted(found, key=lambda each: ORDER.index(each.verdict.action)),
        ]

    def _show(self):
        """List what is proposed. What was ticked and unticked stays so, but for the
        limits of the books once somebody brings a file: it says what is meant."""
        self.check_access("write")
        self.unused = False
        proposals = self._proposals()
        is_new = self.content and not any(self.line_ids.mapped("line"))
        said = {} if is_new else {each._key(): each for each in self.line_ids}
        lines = [self.line_ids._prepare(each, said.get(each.key)) for each in proposals]
        self.line_ids.unlink()
        self.line_ids.create([{**line, "takeover_id": self.id} for line in lines])
        self.write({"state": "checked", "result": False})

    def _ticked(self):
        """Return what is ticked, as it is proposed now.

        :raises UserError: if it is not what the list shows, or cannot be granted
        """
        now = {each.key: each for each in self._proposals()}
        chosen = self.line_ids.filtered("take")
        gone = [each for each in chosen if not each._is_as_shown(now.get(each._key()))]
        if gone:
            raise UserError(
                self.env._(
                    "Something has changed since the list was made: %(customers)s. "
                    "Look at them once more.",
                    customers=self._first(each.customer for each in gone),
                )
            )
        bad = chosen.filtered(lambda each: each.proposal not in ACTIONS)
        if bad:
            raise UserError(
                "\n".join(
                    [
                        self.env._(
                            "Nothing was taken over. Selected lines that cannot be: "
                            "%(count)s. Correct the file, or clear their selection.",
                            count=len(bad),
                        ),
                        *(f"{each.customer}: {each.note}" for each in bad[:TOLD]),
                    ]
                )
            )
        return [now[each._key()] for each in chosen]

    def _first(self, names):
        names = list(names)
        return ", ".join(names[:TOLD]) + (" …" if names[TOLD:] else "")

    @api.model
    def _grant_proposals(self, company, proposals):
        """Open the files that are missing and grant the limits.

        :param proposals: with a customer each, and nothing against them
        :return: the files that were opened
        """
        Files = self.env["credit.file"].with_context(**QUIET)
        customers = [each.partner for each in proposals]
        known = Files.search(
            [("partner_id", "in", customers), ("company_id", "=", company.id)]
        )
        Files._serialize(known.ids)
        missing = dict.fromkeys(set(customers) - set(known.partner_id.ids))
        opened = Files.create(
            [{"partner_id": each, "company_id": company.id} for each in sorted(missing)]
        )
        (known | opened).check_access("read")
        file_of = {file.partner_id.id: file.id for file in known | opened}
        today = company._trade_day()
        self.env["credit.limit"]._grant_each(
            [
                {
                    "file_id": file_of[each.partner],
                    "amount": each.limit,
                    "date_from": each.start or today,
                    "date_to": each.until,
                    "reason": each.reason,
                }
                for each in proposals
            ]
        )
        return opened

    @api.model
    def _adopt(self):
        """Take over, in every company that uses them, the limits of the accounting app
        that nothing is to be said against. The dialog lists the rest."""
        heads = [("parent_id", "=", False), ("account_use_credit_limit", "=", True)]
        for company in self.env["res.company"].search(heads):
            clear = [each for each in self._found(company) if each.is_open]
            self._grant_proposals(company, clear)

    # === WORDS === #

    def _problems(self):
        return self.env["credit.takeover.problem"]

    def _told(self, proposals, opened):
        """:return: what was taken over"""
        count = Counter(each.verdict.action for each in proposals)
        lines = [
            self.env._("Limits taken over: %(count)s", count=len(proposals)),
            self.env._("Credit files opened: %(count)s", count=len(opened)),
        ]
        if count[CHANGE]:
            lines.append(
                self.env._("In place of other limits: %(count)s", count=count[CHANGE])
            )
        return "\n".join(lines)
