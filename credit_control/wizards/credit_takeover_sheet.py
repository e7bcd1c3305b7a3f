import base64
import csv
import io

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.sheet_file import SheetError

from ..core import limit_sheet as core
from ..core.ledger_columns import LedgerError, parse_mapping
from ..core.ledger_names import same_name, without_zeros
from ..core.takeover import (
    NOTHING,
    PROBLEM,
    Note,
    Period,
    Verdict,
    judge_asked,
    repeated,
)
from .credit_takeover import Proposal

_lt = LazyTranslate(__name__)


def _entity(partners):
    """:return: the commercial entity of one, none of several"""
    return partners.commercial_partner_id if len(partners) == 1 else partners.browse()


class CreditTakeover(models.TransientModel):
    """The limits of a spreadsheet."""

    _inherit = "credit.takeover"

    def _asked(self):
        """Return what is proposed for the lines of the file.

        :return: list of :class:`Proposal`
        :raises UserError: if the file cannot be read
        """
        sheet = self._read()
        self.unused = ", ".join(sheet.unused)
        named = self._named_customers(sheet)
        company, nobody = self.company_id, self.env["res.currency"]
        entities = {_entity(found).id for found in named.values()} - {False}
        customers = self._readable(entities)
        standings = self._standings(company, customers)
        codes = {each.currency for each in sheet.entries} - {""}
        currency_of = {code: self._currency(code) for code in codes}
        currency_of[""] = self.currency_id
        rates = self._rates(company, currency_of.values())
        asked = []
        for entry in sheet.entries:
            currency = nobody if entry.problem else currency_of[entry.currency]
            proposal = Proposal(
                source="file",
                partner=_entity(named[entry.line]).id,
                customer=entry.name or entry.customer,
                verdict=Verdict(PROBLEM),
                currency=currency,
                books=self.currency_id,
                amount=float(entry.limit or 0.0),
                limit=self._in_books(entry, currency, rates),
                line=entry.line,
                start=self._start(entry),
                until=entry.until,
                reason=entry.reason or self._reason(),
            )
            asked.append(
                self._judged(proposal, entry, named[entry.line], standings, rates)
            )
        return self._without_repeated(asked)

    def _read(self):
        """:rtype: core.Sheet"""
        try:
            return core.read(
                self._read_texts(),
                mapping=parse_mapping(self.mapping or "", core.LIMIT_COLUMNS),
                **self._prepare_reading(),
            )
        except (SheetError, LedgerError) as error:
            raise self._unreadable(error) from error

    def _in_books(self, entry, currency, rates):
        amount = float(entry.limit or 0.0) * rates.get(currency, 0.0)
        return self.currency_id.round(amount)

    def _start(self, entry):
        """Return the day that a limit begins: nothing is granted for days past."""
        today = self.company_id._trade_day()
        return max(entry.start or today, today)

    def _reason(self):
        return _lt("Taken over from %(file)s", file=self.filename or "?")

    # === WHAT IS PROPOSED === #

    def _judged(self, proposal, entry, named, standings, rates):
        """:return: the proposal with what is to be said of it"""
        if problem := self._problem(entry, named, standings):
            return proposal._replace(verdict=Verdict(PROBLEM, (problem,)))
        customer = named.commercial_partner_id
        today = self.company_id._trade_day()
        period = Period(proposal.limit, proposal.start, proposal.until)
        verdict = judge_asked(period, standings[customer], today)
        notes, is_clear = list(verdict.notes), bool(proposal.limit)
        if not rates.get(proposal.currency) and verdict.action != PROBLEM:
            notes = [Note("no_rate", proposal.currency.name)]
            verdict = Verdict(PROBLEM)
        elif verdict.action not in (NOTHING, PROBLEM):
            if named != customer:
                notes.append(Note("contact_of", named.display_name))
                is_clear = False
            if entry.start and entry.start < today:
                notes.append(Note("from_today", str(entry.start)))
        return proposal._replace(
            customer=customer.name or customer.display_name,
            verdict=verdict._replace(notes=tuple(notes)),
            is_clear=is_clear,
        )

    def _problem(self, entry, named, standings):
        """:return: why nothing can be proposed for a line, if so"""
        if entry.problem:
            line, column, code, value, other = entry.problem
            return Note(code, value, other, column, line)
        text = entry.customer or entry.name
        if len(named) > 1:
            return Note("unclear_customer", text)
        if _entity(named) not in standings:
            return Note("unknown_customer", text)
        return None

    def _without_repeated(self, asked):
        """:return: the proposals; customers who are there twice have a problem"""
        said = [
            (each.line, each.partner, Period(each.limit, each.start, each.until))
            for each in asked
            if each.partner and each.verdict.action != PROBLEM
        ]
        twice = dict(repeated(said))
        return [
            each._replace(
                verdict=Verdict(PROBLEM, (Note("repeated", str(twice[each.line])),))
            )
            if each.line in twice
            else each
            for each in asked
        ]

    # === CUSTOMERS === #

    def _named_customers(self, sheet):
        """Find whom the lines are about: by number, else by name. A name does where the
        line has no number, or where the customer of that name has none here.

        :return: {line: res.partner, several if it is unclear, none if unknown}
        """
        numbers = {each.customer for each in sheet.entries} - {""}
        names = {each.name for each in sheet.entries} - {""}
        if sheet.by_name:
            names |= numbers
        known = self._known_customers(numbers, names, Domain.TRUE)
        named = {}
        for entry in sheet.entries:
            if sheet.by_name:
                name = entry.customer
                found = known.by_number[name] | known.by_name[same_name(name)]
            else:
                found = self._numbered_or_named(known, entry)
            named[entry.line] = self._nearest_here(found)
        return named

    def _numbered_or_named(self, known, entry):
        found = self.env["res.partner"]
        if number := entry.customer:
            found = known.by_number[number] | known.by_digits[without_zeros(number)]
        if found or not entry.name:
            return found
        found = known.by_name[same_name(entry.name)]
        return found.filtered(lambda each: not (each.ref and entry.customer))

    def _nearest_here(self, partners):
        """Find whom of several a line is about. Whoever may create a contact may give
        it any number and name: no other choice is made than active before archived.

        :return: the customer, several if it is unclear
        """
        here = partners.filtered(
            lambda each: each.company_id.sudo().root_id <= self.company_id
        )
        found = here or partners
        found = found.filtered("active") or found
        entities = found.commercial_partner_id
        return entities if len(entities) == 1 < len(found) else found

    # === A FORM TO FILL IN === #

    @api.depends_context("lang")
    def _compute_template(self):
        """Make a file with the columns that it may have, in the reader's language."""
        output = io.StringIO()
        labels = self.env["credit.takeover.problem"]._column_labels()
        csv.writer(output).writerow(labels.values())
        content = base64.b64encode(output.getvalue().encode("utf-8-sig"))
        self.template, self.template_filename = content, "limits.csv"
