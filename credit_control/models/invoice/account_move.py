from odoo import fields, models

from ...groups import USER
from ..decision.credit_decision import LIVE
from .credit_checkpoint import BILLED

# Who writes these has had a hand in the invoice
HANDED = {
    "partner_id",
    "commercial_partner_id",
    "currency_id",
    "company_id",
    "journal_id",
    "invoice_line_ids",
    "line_ids",
    "invoice_payment_term_id",
    "invoice_date_due",
    "fiscal_position_id",
}


class AccountMove(models.Model):
    """An invoice that bills more than was decided on comes to a checkpoint of its own.

    Bills of vendors and credit notes do not: nothing is given with them. Neither do
    other entries, which are as true as the books are: what they say is owed counts for
    the next order and the next invoice.
    """

    _name = "account.move"
    _inherit = ["account.move", "credit.document"]

    _credit_link = "move_id"
    _credit_checkpoint = "invoice"

    credit_decision_ids = fields.One2many(
        "credit.decision",
        "move_id",
        "Credit Decisions",
        copy=False,
        readonly=True,
        groups=USER,
    )
    # Who changed it, be it by deleting a line: nobody but the system reads or writes it
    credit_hand_ids = fields.Many2many(
        "res.users",
        "credit_move_hand",
        "move_id",
        "user_id",
        string="Credit: Changed By",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() & HANDED:
            self._credit_handed()
        return super().write(vals)

    def _credit_handed(self):
        """Keep who changes invoices that are not posted yet."""
        self.filtered(
            lambda move: move.state == "draft" and move.move_type in BILLED
        )._credit_keep_hand()

    def _credit_check_due(self):
        """What needed no credit, being due at once, needs it when it is due later."""
        checked = super()._credit_check_due()
        later = self.sudo().filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in BILLED
                and move._credit_is_checked()
                and move._credit_is_due_later()
            )
        )
        at_once = [("cash", "=", "immediate"), ("state", "in", LIVE)]
        decisions = self.env["credit.decision"].sudo()
        decided = later and decisions.search([("move_id", "in", later.ids), *at_once])
        if decided:
            decisions._gate(decided.move_id, self._credit_checkpoint)
        return checked

    # === HOOKS === #

    def _credit_figures(self, day):
        checked = self.sudo().filtered(
            lambda move: (
                move.move_type in BILLED
                and move.partner_id
                and move.amount_total > 0
                and move._credit_is_checked()
            )
        )
        figures = self.env["credit.checkpoint"]._invoice_figures(checked, day)
        done = set(checked._credit_handed_over().ids)
        return [
            each._replace(duty=each.duty or each.document[1] in done)
            for each in figures
        ]

    def _credit_handed_over(self):
        """Return those of what the customer has got: sold at a till, be it on account.
        Extend with other ways to sell."""
        if "pos_order_ids" not in self._fields:
            return self.browse()
        return self.filtered("pos_order_ids")

    def _credit_name(self):
        """A draft has no number yet."""
        return self.name or self.ref or f"* {self.id}"

    def _credit_title(self):
        customer = self.partner_id.commercial_partner_id.name
        amount = self.currency_id.format(self.amount_total)
        return ", ".join(filter(None, (self.display_name, customer, amount)))

    def _credit_need(self):
        return self.amount_total

    def _credit_owner(self):
        return self.invoice_user_id or self.create_uid

    def _credit_hands(self):
        """A line that is left out has a hand, too."""
        sold = self.line_ids.filtered(lambda line: line.display_type == "product")
        hands = super()._credit_hands() | self.credit_hand_ids
        return hands | sold.create_uid | sold.write_uid

    def _credit_awaits(self, decision):
        return self.state == "draft"

    def _credit_release_ends(self, decision):
        """It waits for whoever posts it, and counts as owed all that while."""
        return None

    def _credit_is_as_decided(self, decision):
        return (
            decision._is_entity(decision.partner_id, self.partner_id)
            and decision.order_currency_id == self.currency_id
            and decision.company_id == self.company_id.root_id
            and not self._credit_is_on_easier_terms(decision)
        )

    def _credit_is_on_easier_terms(self, decision):
        """Tell whether less of an invoice is due at once, or covered by orders, than
        when it was decided on."""
        figures = self._credit_figures(self.company_id._trade_day())
        if not figures:
            return False
        [now] = figures
        if decision.cash == "immediate" and not now.cash:
            return True
        then = decision._loaded()[0] if decision.facts else None
        if not then or not then.total:
            return False
        # What is more than then of the whole is within what a release tolerates
        undecided = then.asked * decision.order_amount / then.total
        grown = max(0.0, self.amount_total - decision.order_amount)
        more = now.asked / now.rate - undecided - grown if now.rate else 0.0
        return self.currency_id.compare_amounts(more, 0.0) > 0

    def _credit_waiting(self):
        """What is posted waits for nobody, be it that a rejection came before."""
        waiting = super()._credit_waiting()
        return {move: each for move, each in waiting.items() if move.state == "draft"}

    def _credit_negotiated(self):
        return self.filtered(
            lambda move: move.state == "draft" and move.move_type in BILLED
        )

    def _credit_previews(self):
        """As they are stored: what is typed is asked once it is saved."""
        if not self._origin:
            return []
        figures = self._origin._credit_figures(self._origin[:1].company_id._trade_day())
        of = {each.document[1]: each for each in figures}
        return [
            (move, self._credit_checkpoint, of[move._origin.id])
            for move in self
            if move._origin.id in of
        ]

    def _credit_room_words(self, room, asked):
        return self.env._(
            "Credit available before this invoice: %(room)s. Nobody decided on "
            "%(asked)s of it.",
            room=room,
            asked=asked,
        )
