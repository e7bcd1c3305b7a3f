from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import split_every

from odoo.addons.trade_credit_base.batches import conflict_in

from ...core.check import room
from ...core.facts import HOLD, WARN
from ...core.stored import dump
from ..order.sale_order import CURE_ACTIVITY


class CreditDecision(models.Model):
    """The check of an order: on confirmation, on growth, and again later."""

    _inherit = "credit.decision"

    # === CONFIRMING === #

    @api.model
    def _take(self, orders, checkpoint="confirmation"):
        """Decide on orders and record it; what one order takes, the next cannot.

        :param orders: stored ``sale.order`` records that are to be checked
        :return: the new decisions; none for customers whom the company leaves free
        """
        return self._record(self._cases(orders, checkpoint), checkpoint)

    @api.model
    def _cases(self, orders, checkpoint, billed=None):
        """Bring orders before the rules, their files locked against others.

        :param dict billed: {order id: what is on invoices without having been decided
            on, in the order's currency}
        """
        Checkpoint = self.env["credit.checkpoint"]
        day = orders.company_id[:1]._trade_day()
        figures = Checkpoint._figures(orders.ids, day)
        if billed:
            figures = [
                each._with_billed(billed[each.order]) if each.order in billed else each
                for each in figures
            ]
        # Customers who became free of checks wait for nobody any more.
        free = [each.decisions for each in figures if each.free and each.decisions]
        self.browse(sum(free, ()))._close("superseded")
        checked = [
            each for each in figures if not each.free and not self._is_released(each)
        ]
        self.env["credit.file"]._serialize({f for each in checked for f in each.files})
        return Checkpoint._judge(checked, checkpoint, day)

    def _is_released(self, figures):
        """Tell whether a release lets the order go as it is now."""
        released = self.browse(figures.decisions).filtered(
            lambda decision: decision.state == "released"
        )[:1]
        order = released.order_id
        return released._release_lasts(figures) and released._carries(
            order, order._credit_need()
        )

    @api.model
    def _record(self, cases, checkpoint):
        """Store cases as decisions, in place of earlier ones on the same orders."""
        if not cases:
            return self.browse()
        orders = self.env["sale.order"].browse([c.figures.order for c in cases])
        values = []
        for case, order in zip(cases, orders, strict=True):
            before = self.browse(case.figures.decisions)
            held = case.verdict.action == HOLD
            if checkpoint == "growth":
                before -= before._still_asked(case.figures.order_total)
            before.filtered(lambda d: d.state == "held")._close(
                "superseded" if held else "cured"
            )
            values.append(self._values(case, order, checkpoint, before))
            before._close("superseded")
        return self._insert(values)

    def _still_asked(self, total):
        """:return: those that ask for more than an order has come to by itself"""
        return self.filtered(
            lambda each: (
                each.state == "held"
                and each.checkpoint == "growth"
                and each.order_currency_id.compare_amounts(each.order_amount, total) > 0
            )
        )

    def _values(self, case, order, checkpoint, before):
        """Return the values of a decision that follows ``before``."""
        figures, facts, verdict = case
        own = facts.levels[0] if figures.chain else None
        waiting = before.filtered("asked_on")[:1]
        held = verdict.action == HOLD
        enforced = order.company_id.root_id.credit_mode == "enforce"
        return {
            # Currencies before amounts: else each amount has its currency read back.
            "company_id": figures.company,
            "order_currency_id": order.currency_id.id,
            "order_id": order.id,
            "order_name": order.name,
            "order_amount": figures.order_total,
            "salesperson_id": order.user_id.id,
            "partner_id": figures.debtor,
            "ordered_by_id": figures.customer,
            "file_id": own and own.file,
            "checkpoint": checkpoint,
            "policy_version_id": figures.policy_version,
            "facts": dump(facts),
            "verdict": dump(verdict),
            "asked": facts.asked,
            "exposure": own.exposure if own else 0.0,
            "limit_amount": (own and own.limit) or 0.0,
            "overdue": facts.overdue,
            "available": room(facts) or 0.0,
            "cash": facts.cash,
            "state": ("held" if enforced else "observed") if held else "passed",
            "covered_amount": 0.0 if held and enforced else figures.need,
            "user_id": self.env.uid,
            "asked_on": waiting.asked_on or fields.Datetime.now(),
            "previous_id": before[:1].id,
            "asked_reason": before[:1].asked_reason if held else None,
        }

    # === COVERING === #

    @api.model
    def _cover(self, orders, billed=None, duties=None):
        """See to it that a decision covers each confirmed order, whatever road led
        there; take it now where there is none.

        :param dict billed: as :meth:`_cases` has it
        :param duties: those of the orders that are not refused, since what is done is
            done: a release is asked for instead
        :raises ValidationError: if credit holds one of the others; ``credit_totals`` of
            it are the totals that are not covered, {order id: total}
        """
        live = self._live(orders)
        needs = orders.filtered(live.get)._credit_needs()
        open_orders = orders.filtered(
            lambda order: (
                order not in live or not live[order]._carries(order, needs[order.id])
            )
        )
        if not open_orders:
            return
        billed = dict(billed or {})
        for order, decision in live.items():
            more = order._credit_beyond(decision)
            if more and order in open_orders:
                billed[order.id] = max(more, billed.get(order.id, 0))
        cases = self._cases(open_orders, "growth", billed)
        by_id = {order.id: order for order in open_orders}
        held = [
            case
            for case in cases
            if case.verdict.action == HOLD
            and by_id[case.figures.order]._credit_mode() == "enforce"
        ]
        done = {case.figures.order for case in held} & set(duties.ids if duties else ())
        refused = [
            self._refusal(by_id[case.figures.order], case, live)
            for case in held
            if case.figures.order not in done
        ]
        if refused:
            error = ValidationError("\n\n".join(refused))
            # The web client knows Odoo's own errors only: told beside it
            error.credit_totals = {
                order.id: order.amount_total for order in open_orders
            }
            raise error
        self._record(
            [case for case in cases if case.figures.order not in done], "growth"
        )
        for case in held:
            self._hold_question(by_id[case.figures.order], case)

    def _carries(self, order, need):
        """Let this decision carry the order as it is now, if it covers what it needs.

        An amount that an order gives up is covered no more: others may take it. An
        amount within the tolerance of a release is covered from now on.

        :return: whether it does
        """
        if not self or not self._is_about(order):
            return False
        covered = order.currency_id.compare_amounts(need, self.covered_amount) <= 0
        if not (covered or self._release_tolerates(need)):
            return False
        if need < self.covered_amount or not covered:
            self.covered_amount = need
        return True

    def _is_about(self, order):
        if self.cash == "immediate" and (
            order._credit_billed_later() or not order._credit_is_immediate()
        ):
            return False
        return (
            self._is_entity(self.partner_id, order.partner_invoice_id)
            and self._is_entity(self.ordered_by_id, order.partner_id)
            and self.order_currency_id == order.currency_id
            and self.company_id == order.company_id.root_id
        )

    def _is_entity(self, entity, partner):
        # Mostly the company itself ordered: then nothing has to be read.
        return partner == entity or partner.commercial_partner_id == entity

    def _refusal(self, order, case, live):
        """Word why an order cannot be as it was just made, and what to do."""
        told = (case.facts, case.verdict, order.company_id.currency_id)
        Wording = self.env["credit.wording"]
        values = {
            "order": order.display_name,
            "amount": order.currency_id.format(case.figures.order_total),
            "reasons": Wording._bullets("\n".join(Wording._reasons(*told))),
            "cures": Wording._bullets("\n".join(Wording._cures(*told))),
        }
        if order in live:
            return self.env._(
                "%(order)s stays as it was: credit does not cover it at %(amount)s.\n"
                "%(reasons)s\nTo have it covered:\n%(cures)s\n"
                "Or use “Ask for Release” on the order.",
                **values,
            )
        return self.env._(
            "%(order)s waits for a credit decision:\n%(reasons)s\n"
            "To clear the hold:\n%(cures)s\n"
            "Use “Confirm” on the quotation: it asks those who may release.",
            **values,
        )

    # === TAKEN AGAIN === #

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
        """Take the held decisions again, oldest first; companies fail one by one."""
        waiting = self.search([("state", "=", "held")], order="asked_on, id").ids
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for ids in split_every(batch_size, waiting):
            some = self.browse(ids).exists()
            for company, own in some.grouped("company_id").items():
                with self.env["trade.job"]._apart(company):
                    own._retake()._report(company)
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break
        self.env["credit.file"]._end_told()

    def _retake(self):
        """Decide again on held orders as things stand now.

        Cured orders confirm themselves where the company wants that, else their owners
        are notified. Held ones get new reasons and cures, and keep their age.

        :return: the decisions that were taken again
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
        return held

    def _report(self, company):
        """Report a company's decisions, which the scheduled job took again."""
        cured = self.filtered(lambda decision: decision.state == "cured")
        self.env["trade.job"]._report(
            company, decisions_retaken=self, orders_cured=cured.order_id
        )

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
        return self._grown(figures, max(self.order_amount, figures.order_total))

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
            asked = {"user_id": self.user_id.id, "proposal": self.proposal}
            return self._insert([values | asked])
        return self

    def _set_cured(self):
        order = self.order_id._credit_for_owner()
        wanted = self.company_id.credit_auto_confirm and not self._has_changed()
        if self.checkpoint == "confirmation" and wanted:
            try:
                with self.env.cr.savepoint():
                    order.with_company(order.company_id).action_confirm()
            except UserError as error:
                if conflict := conflict_in(error):
                    raise conflict from None
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
        if self.checkpoint == "confirmation":
            words = order.env._("Credit is cured: the order can be confirmed now.")
        elif self.proposal and self.company_id.credit_auto_confirm:
            words = self._raised_note(order)
        else:
            words = order.env._("There is room now: the order can be raised.")
        order._credit_tell_owner(words)

    # === NOTICES === #

    def _tell(self):
        """Notify of new decisions: salespersons and releasers of holds, the order of
        warnings. Passed orders are not mentioned."""
        held = self.filtered(lambda d: d.state == "held")
        held.filtered(lambda d: not d._says_nothing_new())._tell_held()
        waited = (self - held).filtered("previous_id")
        if waited:
            waited.order_id._credit_close_activities()
        warned = (self - held).filtered(
            lambda d: (
                d.verdict["action"] == WARN and d.company_id.credit_mode == "enforce"
            )
        )
        if warned:
            bodies = {d.order_id.id: d._for_owner()._warning_note() for d in warned}
            warned.order_id.sudo()._message_log_batch(bodies=bodies)

    def _says_nothing_new(self):
        before = self.previous_id
        return before.state == "superseded" and before.verdict == self.verdict

    def _tell_held(self):
        orders = self.order_id
        if not orders:
            return
        orders._credit_close_activities()
        orders._message_log_batch(
            bodies={
                decision.order_id.id: decision._for_owner()._held_note()
                for decision in self
            }
        )
        [wait] = [each for each in orders._waits() if each.code == "release"]
        asked = [
            order._wait_values(wait, user)
            for order, users in orders._wait_users(wait).items()
            for user in users
        ]
        cures = [each._cure_activity() for each in self if each.salesperson_id.active]
        self.env["mail.activity"].create(asked + cures)

    def _for_owner(self):
        return self.with_env(self.order_id._credit_for_owner().env)

    def _warning_note(self):
        return self.env._("Credit warning: %s", self.reasons)

    def _held_note(self):
        """:return: Markup with the reasons, and why a release is asked"""
        note = Markup("<p><b>%s</b></p>%s") % (
            self.env._("Credit hold"),
            self._as_list(self.reasons),
        )
        if self.asked_reason:
            asked = self.env._(
                "%(user)s asks for a release: %(reason)s",
                user=self.env.user.name,
                reason=self.asked_reason,
            )
            note += Markup("<p>%s</p>") % asked
        return note

    def _as_list(self, lines):
        items = (Markup("<li>%s</li>") % line for line in (lines or "").splitlines())
        return Markup("<ul>%s</ul>") % Markup("").join(items)

    def _cure_activity(self):
        """Return the values of the activity of who has to mend it; who may release has
        one of the order, see its ``_waits``.

        The order says the rest: whoever opens it reads the reasons once.
        """
        reader = self.with_context(lang=self.salesperson_id.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id("sale.order"),
            "res_id": self.order_id.id,
            "activity_type_id": self.env.ref(CURE_ACTIVITY).id,
            "user_id": self.salesperson_id.id,
            "automated": True,
            "date_deadline": fields.Date.context_today(self),
            "note": reader._as_list(reader.cures),
        }

    def _asked_words(self):
        """Return what a release is asked for, in a line."""
        return self.env._(
            "%(customer)s, %(amount)s",
            customer=self.partner_id.name,
            amount=self.order_currency_id.format(self.order_amount),
        )
