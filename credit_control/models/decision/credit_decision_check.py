from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import split_every

from odoo.addons.trade_credit_base.windows import offered

from ...core.check import room
from ...core.facts import HOLD, PASS, WARN
from ...core.stored import dump
from .credit_decision import LIVE
from .credit_document import CURE_ACTIVITY


class CreditDecision(models.Model):
    """The check of a document: on its way, on growth, and again later."""

    _inherit = "credit.decision"

    # === CONFIRMING === #

    @api.model
    def _take(self, orders, checkpoint="confirmation"):
        """Decide on documents and record it; what one takes, the next cannot.

        :param orders: stored records of one ``credit.document`` that are to be checked
        :return: the new decisions; none for customers whom the company leaves free
        """
        return self._record(self._cases(orders, checkpoint), checkpoint)

    @api.model
    def _cases(self, orders, checkpoint, billed=None, figures=None):
        """Bring documents before the rules, their files locked against others.

        :param orders: stored records of one ``credit.document``
        :param dict billed: {order id: what is on invoices without having been decided
            on, in the order's currency}
        :param figures: list of Figures, where they are known already
        """
        Checkpoint = self.env["credit.checkpoint"]
        day = orders.company_id[:1]._trade_day()
        if figures is None:
            figures = orders._credit_figures(day)
        figures = Checkpoint._with_listings(figures, day)
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
        if not released._release_lasts(figures):
            return False
        document = released._document()
        return released._carries(document, document._credit_need())

    @api.model
    def _record(self, cases, checkpoint):
        """Store cases as decisions, in place of earlier ones on the same documents."""
        values = []
        for case in cases:
            order = self._document_of(case.figures)
            before = self.browse(case.figures.decisions)
            held = case.verdict.action == HOLD and not case.figures.duty
            if checkpoint == "growth":
                before -= before._still_asked(case.figures.order_total)
            before.filtered(lambda d: d.state == "held")._close(
                "superseded" if held else "cured"
            )
            values.append(self._values(case, order, checkpoint, before))
            before._close("superseded")
        return self._insert(values)

    def _document_of(self, figures):
        """:return: the record that figures are about"""
        name, record_id = figures.document or ("sale.order", figures.order)
        return self.env[name].browse(record_id)

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
        root = order.company_id.root_id
        enforced = root._credit_checkpoint_mode(checkpoint) == "enforce"
        enforced = enforced and not figures.duty
        return {
            # Currencies before amounts: else each amount has its currency read back.
            "company_id": figures.company,
            "order_currency_id": order._credit_currency().id,
            order._credit_link: order.id,
            "order_name": order._credit_name(),
            "order_amount": figures.order_total,
            "salesperson_id": order._credit_owner().id,
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
            "is_duty": held and figures.duty,
            "state": ("held" if enforced else "observed") if held else "passed",
            "covered_amount": 0.0 if held and enforced else figures.need,
            "user_id": self.env.uid,
            "asked_on": waiting.asked_on or fields.Datetime.now(),
            "previous_id": before[:1].id,
            "asked_reason": before[:1].asked_reason if held else None,
        }

    # === AT THE GATE === #

    @api.model
    def _gate(self, documents, checkpoint, refuses=True, figures=None):
        """Let documents through that credit lets go, or would hold but only observes,
        and record what was decided; what asks nothing, passes and was never held leaves
        no record.

        :param documents: records of one ``credit.document``
        :param bool refuses: raise where one is held; else it is held like an order,
            and those who may release it are told
        :param figures: list of Figures, where they are known already
        :raises UserError: with reasons and cures, if one is held
        :return: the documents that are held
        """
        cases = self._cases(documents, checkpoint, figures=figures)
        held = []
        for case in cases:
            root = self.env["res.company"].browse(case.figures.company).sudo()
            enforced = root._credit_checkpoint_mode(checkpoint) == "enforce"
            if case.verdict.action == HOLD and enforced and not case.figures.duty:
                held.append(case)
        if held and refuses:
            raise self._refused(held)
        known = [
            case
            for case in cases
            if case.figures.asked
            or case.figures.decisions
            or case.verdict.action != PASS
        ]
        decisions = self._record(known, checkpoint)
        decisions._tell()
        return documents.browse(self._document_of(case.figures).id for case in held)

    @api.model
    def _open_of(self, documents):
        """Return the decisions on documents that are in force or open.

        :return: {id of the document: their ids, newest first}
        """
        link = documents._credit_link
        asked = [(link, "in", documents.ids), ("state", "in", (*LIVE, "held"))]
        found = self.search(asked, order="id desc").grouped(link)
        return {each.id: tuple(decisions.ids) for each, decisions in found.items()}

    def _refused(self, cases):
        """:return: the error that tells why documents cannot go; of a single one it
        offers to ask for a release, where the user may"""
        words = [self._refusal_of(self._document_of(c.figures), c) for c in cases]
        document = self._document_of(cases[0].figures).sudo(False)
        asks = document._credit_awaits(self) and document.has_access("write")
        if len(cases) > 1 or not asks:
            return UserError("\n\n".join(words))
        action = document._credit_ask_action()
        return offered(words[0], action, self.env._("Ask for Release"))

    def _refusal_of(self, document, case):
        """Word why a document cannot go, and what to do."""
        Wording = self.env["credit.wording"]
        root = self.env["res.company"].browse(case.figures.company).sudo()
        if document._credit_tells_amounts():
            told = (case.facts, case.verdict, root.currency_id)
            reasons, cures = Wording._reasons(*told), Wording._cures(*told)
        else:
            reasons, cures = Wording._briefs(case.facts, case.verdict), []
        lines = [
            self.env._("Credit holds %s:", document._credit_title()),
            Wording._bullets("\n".join(reasons)),
        ]
        if cures:
            lines.append(self.env._("To clear the hold:"))
            lines.append(Wording._bullets("\n".join(cures)))
        if document._credit_awaits(self):
            lines.append(
                self.env._("Or use “Ask for Release”.")
                if cures
                else self.env._("Use “Ask for Release”.")
            )
        return "\n".join(lines)

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
        if not self or not order._credit_is_as_decided(self):
            return False
        currency = self.order_currency_id
        covered = currency.compare_amounts(need, self.covered_amount) <= 0
        if not (covered or self._release_tolerates(need)):
            return False
        if need < self.covered_amount or not covered:
            self._release_gives_up(need)
            self.covered_amount = need
        return True

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
        let_go = (held - gone).filtered(lambda d: d._mode() != "enforce")
        for decision in let_go:
            decision._document()._credit_cured(decision)
        waiting = held - gone - let_go
        by_kind = waiting.grouped(lambda d: (d.company_id, d.checkpoint))
        for decisions in by_kind.values():
            [(_documents, of)] = decisions._by_document().values()
            for case in decisions._cases_now():
                of.pop(self._document_of(case.figures).id)._settle(case)
            for decision in of.values():  # nobody checks it any more
                decision._document()._credit_cured(decision)
        return held

    def _mode(self):
        """:return: how strict the company is where this was decided"""
        return self.company_id._credit_checkpoint_mode(self.checkpoint)

    def _report(self, company):
        """Report a company's decisions, which the scheduled job took again."""
        cured = self.filtered(lambda decision: decision.state == "cured")
        self.env["trade.job"]._report(
            company, decisions_retaken=self, orders_cured=cured.order_id
        )

    def _cases_now(self):
        """Bring held documents of one company and checkpoint before the rules again.

        Older requests come first: what they take, the younger cannot.
        """
        day = self.company_id._trade_day()
        [(documents, _of)] = self._by_document().values()
        figures = {
            self._document_of(each): each for each in documents._credit_figures(day)
        }
        asked = [
            decision._as_asked(figures[document])
            for decision in self.sorted(lambda d: (d.asked_on, d.id))
            if (document := decision._document()) in figures
        ]
        Checkpoint = self.env["credit.checkpoint"]
        return Checkpoint._judge(asked, self[0].checkpoint, day)

    def _is_awaited(self):
        """Tell whether the document still waits for this decision."""
        document = self._document()
        return bool(document) and document._credit_awaits(self)

    def _as_asked(self, figures):
        """Return the figures with the amount that was asked for, where the order is
        to be raised to it."""
        if self.checkpoint != "growth":
            return figures
        grown = self._grown(figures, max(self.order_amount, figures.order_total))
        return grown if self.cash else grown._replace(cash="")

    def _settle(self, case):
        """Store what came of taking this decision again.

        :return: the decision that holds the order now; none if it is cured
        """
        self.ensure_one()
        order = self._document()
        if case.verdict.action != HOLD or case.figures.duty:
            order._credit_cured(self)
            return self.browse()
        if dump(case.verdict) != self.verdict:
            values = self._values(case, order, self.checkpoint, self)
            self._close("superseded")
            asked = {"user_id": self.user_id.id, "proposal": self.proposal}
            return self._insert([values | asked])
        return self

    # === NOTICES === #

    def _tell(self):
        """Notify of new decisions: owners and releasers of holds, the document of
        warnings. What passed is not mentioned."""
        held = self.filtered(lambda d: d.state == "held")
        held.filtered(lambda d: not d._says_nothing_new())._tell_held()
        waited = (self - held).filtered("previous_id")
        for documents, _of in waited._by_document().values():
            documents._credit_close_activities()
        noted = (self - held).filtered(
            lambda d: (
                (d.is_duty or d.verdict["action"] == WARN) and d._mode() == "enforce"
            )
        )
        for documents, of in noted._by_document().values():
            bodies = {each: d._for_owner()._passing_note() for each, d in of.items()}
            documents.sudo()._message_log_batch(bodies=bodies)

    def _says_nothing_new(self):
        before = self.previous_id
        return before.state == "superseded" and before.verdict == self.verdict

    def _tell_held(self):
        for documents, of in self._by_document().values():
            documents._credit_close_activities()
            documents._message_log_batch(
                bodies={each: d._for_owner()._held_note() for each, d in of.items()}
            )
            [wait] = [each for each in documents._waits() if each.code == "release"]
            asked = [
                document._wait_values(wait, user)
                for document, users in documents._wait_users(wait).items()
                for user in users
            ]
            cures = [d._cure_activity() for d in of.values() if d.salesperson_id.active]
            self.env["mail.activity"].create(asked + cures)

    def _for_owner(self):
        return self.with_env(self._document()._credit_for_owner().env)

    def _passing_note(self):
        if self.is_duty:
            return self.env._(
                "Delivered or paid already, so credit does not hold it: %s",
                self._noted_reasons(),
            )
        return self.env._("Credit warning: %s", self._noted_reasons())

    def _held_note(self):
        """:return: Markup with the reasons, and why a release is asked"""
        note = Markup("<p><b>%s</b></p>%s") % (
            self.env._("Credit hold"),
            self._as_list(self._noted_reasons()),
        )
        if self.asked_reason:
            asked = self.env._(
                "%(user)s asks for a release: %(reason)s",
                user=self.env.user.name,
                reason=self.asked_reason,
            )
            note += Markup("<p>%s</p>") % asked
        return note

    def _noted_reasons(self):
        """Return the reasons as the document's notes have them, for all who read it."""
        return self.reasons

    def _noted_cures(self):
        """Return the cures as an activity on the document has them."""
        return self.cures

    def _as_list(self, lines):
        items = (Markup("<li>%s</li>") % line for line in (lines or "").splitlines())
        return Markup("<ul>%s</ul>") % Markup("").join(items)

    def _cure_activity(self):
        """Return the values of the activity of who has to mend it; who may release has
        one of the order, see its ``_waits``.

        The document says the rest: whoever opens it reads the reasons once.
        """
        document = self._document()
        reader = self.with_context(lang=self.salesperson_id.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id(document._name),
            "res_id": document.id,
            "activity_type_id": self.env.ref(CURE_ACTIVITY).id,
            "user_id": self.salesperson_id.id,
            "automated": True,
            "date_deadline": fields.Date.context_today(self),
            "note": reader._as_list(reader._noted_cures()),
        }

    def _asked_words(self):
        """Return what a release is asked for, in a line."""
        return self.env._(
            "%(customer)s, %(amount)s",
            customer=self.partner_id.name,
            amount=self.order_currency_id.format(self.order_amount),
        )
