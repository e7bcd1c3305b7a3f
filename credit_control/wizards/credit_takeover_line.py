from odoo import api, fields, models

from ..core.takeover import CHANGE, FILE, LIMIT, NOTHING, PROBLEM


class CreditTakeoverLine(models.TransientModel):
    """A limit that stands elsewhere, as the dialog shows it. Only the tick counts."""

    _name = "credit.takeover.line"
    _description = "Limit to Take Over"
    _order = "id"

    takeover_id = fields.Many2one(
        "credit.takeover", required=True, index=True, ondelete="cascade"
    )
    take = fields.Boolean("Take Over")
    line = fields.Integer(readonly=True, aggregator=None)
    partner_id = fields.Many2one("res.partner", readonly=True)
    customer = fields.Char(readonly=True)
    source = fields.Selection(
        [
            ("core", "Partner Limit"),
            ("default", "Default Limit"),
            ("branch", "Branch"),
            ("contact", "Contact"),
            ("oca", "Financial Risk"),
            ("file", "File"),
        ],
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    company_currency_id = fields.Many2one(
        related="takeover_id.company_id.currency_id", string="Company Currency"
    )
    limit = fields.Monetary(
        "Credit Limit",
        currency_field="company_currency_id",
        readonly=True,
        aggregator=None,
    )
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("Until", readonly=True)
    proposal = fields.Selection(
        [
            (FILE, "New file"),
            (LIMIT, "New limit"),
            (CHANGE, "Change"),
            (NOTHING, "Left out"),
            (PROBLEM, "Problem"),
        ],
        readonly=True,
    )
    note = fields.Char(readonly=True)
    is_open = fields.Boolean(readonly=True)  # nothing is to be said against it

    @api.model
    def _prepare(self, proposal, shown=None):
        """
        :param shown: the line that shows the same limit now, if there is one
        :return: the values of a line
        """
        action = proposal.verdict.action
        is_same = shown and shown.proposal == action
        return {
            "line": proposal.line,
            "partner_id": proposal.partner,
            "customer": proposal.customer,
            "source": proposal.source,
            "currency_id": proposal.currency.id,
            "amount": proposal.amount,
            "limit": proposal.limit,
            "date_from": proposal.start,
            "date_to": proposal.until,
            "proposal": action,
            "note": self._note(proposal),
            "is_open": proposal.is_open,
            "take": shown.take if is_same else proposal.is_ticked,
        }

    @api.model
    def _note(self, proposal):
        """:return: what is to be said of a limit, in the user's language"""
        words = self.env["credit.takeover.problem"]
        notes = (words._with_amounts(each, proposal) for each in proposal.verdict.notes)
        return " ".join(map(words._reason, notes))

    def _key(self):
        return (self.line, 0 if self.line else self.partner_id.id)

    def _is_as_shown(self, proposal):
        """Tell whether that is proposed which the list shows, and of a customer as the
        list shows them: with the same limit to be replaced."""
        self.ensure_one()
        if not proposal:
            return False
        shown = self.proposal, self.partner_id.id, self.date_from, self.date_to
        now = proposal.verdict.action, proposal.partner, proposal.start, proposal.until
        currency = self.company_currency_id
        return (
            tuple(each or False for each in shown)
            == tuple(each or False for each in now)
            and currency.compare_amounts(self.limit, proposal.limit) == 0
            and (self.note or "") == self._note(proposal)
        )
