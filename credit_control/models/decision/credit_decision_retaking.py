from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...core.facts import HOLD
from ...core.stored import dump


class CreditDecision(models.Model):
    """How held orders are decided on again when something has changed."""

    _inherit = "credit.decision"

    @api.model
    def _retake_soon(self, files=None):
        """Have held orders decided on again within a minute, if there are any.

        :param files: what changed concerns these only; ``None`` for all
        """
        waiting = [("state", "=", "held")]
        if files is not None:
            waiting.append(("company_id", "in", files.company_id.ids))
        if self.sudo().search_count(waiting, limit=1):
            self.env.ref("credit_control.credit_decision_cron").sudo()._trigger()

    @api.model
    def _cron_retake(self, batch_size=200):
        """Take the held decisions again, oldest first."""
        waiting = self.search([("state", "=", "held")], order="asked_on, id").ids
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for ids in split_every(batch_size, waiting):
            try:
                self.browse(ids).exists()._retake()
            except (SerializationFailure, DeadlockDetected):
                # Somebody decided on one of these customers meanwhile: once more,
                # at once, on what is true now.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                self._retake_soon()
                break
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break

    def _retake(self):
        """Decide again on held orders as things stand now.

        What is cured confirms itself where the company wants that, else its owner is
        told. What is still held gets new reasons and cures, and keeps its age.
        """
        held = self.filtered(lambda d: d.state == "held")
        gone = held.filtered(lambda d: not d._is_awaited())
        gone._close("superseded")
        let_go = (held - gone).filtered(lambda d: d.company_id.credit_mode != "enforce")
        for decision in let_go:
            decision._set_cured()
        waiting = held - gone - let_go
        by_kind = waiting.grouped(lambda d: (d.company_id, d.checkpoint))
        for decisions in by_kind.values():
            of_order = {d.order_id.id: d for d in decisions}
            for case in decisions._cases_now():
                of_order[case.figures.order]._settle(case)

    def _cases_now(self):
        """Bring held orders of one company and checkpoint before the rules again.

        Older requests come first: what they take, the younger cannot.
        """
        Checkpoint = self.env["credit.checkpoint"]
        waiting = {d.order_id.id: d for d in self.sorted(lambda d: (d.asked_on, d.id))}
        day = self.company_id._trade_day()
        figures = {each.order: each for each in Checkpoint._figures(waiting, day)}
        asked = [d._as_asked(figures[order]) for order, d in waiting.items()]
        return Checkpoint._judge(asked, self[0].checkpoint, day)

    def _is_awaited(self):
        """Tell whether the order still waits for this decision."""
        states = ("sale",) if self.checkpoint == "growth" else ("draft", "sent")
        return self.order_id.state in states

    def _as_asked(self, figures):
        """Return the figures with the amount that was asked for, where the order is
        to be raised to it."""
        if self.checkpoint != "growth":
            return figures
        return self._grown(figures, self.order_amount)

    def _settle(self, case):
        """Store what came of taking this decision again.

        :return: the decision that holds the order now; none if it is cured
        """
        self.ensure_one()
        order = self.order_id
        if case.verdict.action != HOLD:
            self._set_cured()
            return self.browse()
        if dump(case.verdict) != self.verdict:
            values = self._values(case, order, self.checkpoint, self)
            self._close("superseded")
            return self._insert([{**values, "user_id": self.user_id.id}])
        return self

    def _set_cured(self):
        order = self.order_id._credit_for_owner()
        wanted = self.company_id.credit_auto_confirm and not self._has_changed()
        if self.checkpoint == "confirmation" and wanted:
            try:
                with self.env.cr.savepoint():
                    order.with_company(order.company_id).action_confirm()
            except UserError as error:
                order._credit_tell_owner(
                    order.env._("Credit is cured, but: %s", error.args[0])
                )
            if order.state == "sale":
                order._credit_close_activities()
                order._credit_note(
                    order.env._("Credit is cured: the order is confirmed.")
                )
                return
        if self.state == "held":
            self._close("cured")
        order._credit_close_activities()
        order._credit_tell_owner(
            order.env._("Credit is cured: the order can be confirmed now.")
            if self.checkpoint == "confirmation"
            else order.env._("There is room now: the order can be raised.")
        )
