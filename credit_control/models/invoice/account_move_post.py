from contextlib import contextmanager, nullcontext

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.batches import conflict_in

from .credit_checkpoint import BILLED

# Who posts, in this transaction. Not in the context: a client sends any.
POSTED_BY = "credit_posted_by"
# What was decided on, or needs no decision, and is being posted
GOING = "credit_invoices_going"
HAND, BOOKS = "hand", "books"


class AccountMove(models.Model):
    """Who posts an invoice that credit holds, and what becomes of it.

    A person is refused, in words. A program sets it aside: it stays a draft that waits
    for who may release it, and all others are posted.
    """

    _inherit = "account.move"

    # === ACTION METHODS === #

    def action_post(self):
        with self._credit_by_hand():
            return super().action_post()

    def action_validate_moves_with_confirmation(self):
        with self._credit_by_hand():
            return super().action_validate_moves_with_confirmation()

    def button_cancel(self):
        result = super().button_cancel()
        self._credit_left()
        return result

    def unlink(self):
        self._credit_left()
        return super().unlink()

    # === POSTING === #

    def _credit_by_hand(self):
        """Note that a person posts, who reads a refusal. Programs use the same methods,
        past access rights."""
        return nullcontext() if self.env.su else self._credit_posted_by(HAND)

    def _credit_by_books(self):
        """Note that what is posted was owed before: it is taken over from elsewhere."""
        return self._credit_posted_by(BOOKS)

    @contextmanager
    def _credit_posted_by(self, who):
        cache = self.env.cr.cache
        before = cache.get(POSTED_BY)
        cache[POSTED_BY] = before or who
        try:
            yield
        finally:
            cache[POSTED_BY] = before

    def _post(self, soft=True):
        going = self - self._credit_set_aside(soft)
        cache = self.env.cr.cache
        before = cache.get(GOING, frozenset())
        cache[GOING] = before | set(going.ids)
        try:
            posted = super(AccountMove, going)._post(soft)
        finally:
            cache[GOING] = before
        posted._credit_left("cured")
        return posted

    def write(self, vals):
        """A state that is written is decided on as one that is posted, by what else is
        written with it. What is posted does not become an invoice.

        :raises UserError: if credit holds one of them
        """
        if vals.get("move_type") in BILLED:
            self._credit_check_becomes()
        if vals.get("state") != "posted":
            return super().write(vals)
        going = self.env.cr.cache.get(GOING, ())
        others = self.filtered(lambda move: move.id not in going)
        if not others:
            return super().write(vals)
        self.write({name: value for name, value in vals.items() if name != "state"})
        others._credit_gated(refuses=True)
        return super().write({"state": "posted"})

    def _credit_check_becomes(self):
        """
        :raises UserError: where credit is enforced and an entry that is posted would
            become an invoice, which nobody would decide on
        """
        posted = self.sudo().filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type not in BILLED
                and move._credit_mode() == "enforce"
            )
        )
        if posted:
            raise UserError(
                self.env._(
                    "%(entries)s cannot become an invoice once it is posted: credit "
                    "decides on invoices before. Reset it to draft, or enter a new "
                    "invoice.",
                    entries=", ".join(posted.mapped("display_name")),
                )
            )

    def _credit_set_aside(self, soft):
        """Decide on what is about to be posted.

        :return: the invoices that credit holds
        :raises UserError: if a person posts them
        """
        today = fields.Date.context_today(self)
        asked = self.filtered(lambda move: not (soft and move.date > today))
        who = self.env.cr.cache.get(POSTED_BY)
        if who == BOOKS:
            return self.browse()
        held = asked._credit_gated(refuses=who == HAND and not self.env.su)
        decisions = held.sudo().credit_decision_ids
        decisions.filtered(lambda each: each.state == "held").set_aside = True
        return held

    def _credit_gated(self, refuses):
        """Decide on invoices that are in draft.

        :return: those that credit holds
        """
        asked = self.filtered(
            lambda move: (
                move.state != "posted"
                and move.move_type in BILLED
                and move._credit_is_checked()
            )
        )
        if not asked:
            return asked
        decisions = self.env["credit.decision"].sudo()
        held = decisions._gate(asked.sudo(), self._credit_checkpoint, refuses)
        return self.browse(held.ids)

    def _credit_left(self, state="superseded"):
        """Let nobody wait for invoices that are posted, cancelled or deleted."""
        invoices = self.filtered(
            lambda move: move.move_type in BILLED and move._credit_is_checked()
        )
        if not invoices:
            return
        held = [("move_id", "in", invoices.ids), ("state", "=", "held")]
        waiting = self.env["credit.decision"].sudo().search(held)
        waiting._close(state)
        waiting.move_id._credit_close_activities()

    def _autopost_draft_entries(self, batch_size=100):
        """Leave those that wait no place in the batch: others would not get one."""
        held = [("state", "=", "held"), ("set_aside", "=", True)]
        waiting = self.env["credit.decision"].sudo().search_count(held)
        return super()._autopost_draft_entries(batch_size + waiting)

    # === LETTING GO === #

    def _credit_let_go(self, decision):
        """Post an invoice that was set aside; tell whoever wanted to post another."""
        move = self._credit_for_owner().sudo()
        if move.state != "draft":
            return
        if not decision.set_aside:
            users = move._credit_owner() | decision.user_id
            move._credit_tell(
                users, move.env._("Credit lets the invoice go. Post it once more.")
            )
            return
        try:
            with self.env.cr.savepoint():
                move.with_company(move.company_id)._post()
        except UserError as error:
            if conflict := conflict_in(error):
                raise conflict from None
            words = move.env._("Credit lets it go, but: %s", error.args[0])
            move._credit_tell_owner(words)
            return
        if move.state == "posted":
            move._credit_note(move.env._("Credit lets the invoice go: it is posted."))
