from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_list

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.windows import notice, shipped

from ...groups import MANAGER, OFFICER

NAMED = 5


class CreditDecision(models.Model):
    """The release of held orders, its tolerance and its refusal."""

    _inherit = "credit.decision"

    waits_for = fields.Text(compute="_compute_waits_for")

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "lang")
    @api.depends("state")
    def _compute_waits_for(self):
        for decision in self:
            held = decision.state == "held"
            decision.waits_for = decision._waits_for() if held else ""

    # === ACTION METHODS === #

    def action_release(self, amount=None, until=None, reason=None):
        """Release held orders, in the name of the current user.

        Nobody has write access to decisions: this is the one way in, and
        :meth:`_check_may_release` is its lock. A quotation confirms at once.

        :param float amount: covers the order up to this, in the order's currency; the
            amount that was asked for if left out
        :param date until: the last day on which the order may grow on this release
        :param str reason: why; required
        """
        if not said(reason):
            raise UserError(self.env._("Give a reason: a release is kept with it."))
        terms = {"released_amount": amount, "released_until": until}
        self._trade_check_given(terms)
        until = fields.Date.to_date(until)
        amount = None if amount is None else float(amount)
        for decision in self:
            decision._check_may_release(self.env.user)
            decision._check_release_terms(amount, until)
            # The user signs the present state of the order, not that of its hold.
            current = decision.sudo()._renewed().sudo(self.env.su)
            if not current:
                continue
            current._check_may_release(self.env.user)
            current.sudo()._set_released(
                self.env.user,
                current.sudo().order_amount if amount is None else amount,
                until,
                said(reason),
            )
        return True

    def action_reject(self, reason=None):
        """Turn held orders down, in the name of the current user.

        :raises UserError: without a reason
        """
        if not said(reason):
            raise UserError(self.env._("Give a reason for the salesperson."))
        for decision in self:
            decision._check_may_release(self.env.user)
        self.sudo()._set_rejected(self.env.user, said(reason))
        return True

    def action_ask_release(self):
        """Open the dialog in which a release is given."""
        dialog = "credit_control.credit_release_action"
        return shipped(self.env, dialog, context={"default_decision_ids": self.ids})

    def action_ask_reject(self):
        """Open the dialog in which a rejection is given."""
        dialog = "credit_control.credit_reject_action"
        return shipped(self.env, dialog, context={"default_decision_ids": self.ids})

    def action_remind(self):
        """Ask those who may release, in the name of the current user.

        :raises UserError: if it is decided, or nobody may release it
        """
        self.ensure_one()
        self.check_access("read")
        asked = self.sudo()._releasers() if self.sudo().state == "held" else None
        if not asked:
            raise UserError(self._release_objection(self.env.user) or self._waits_for())
        document = self.sudo()._document()
        document.message_notify(
            partner_ids=asked.partner_id.ids,
            subject=document.display_name,
            body=self.sudo()._held_note(),
            author_id=self.env.user.partner_id.id,
        )
        names = format_list(self.env, asked.mapped("name"))
        return notice(self.env._("Asked: %(names)s", names=names))

    # === RELEASE TOLERANCE === #

    def _release_tolerates(self, total):
        """Tell whether a release still covers an order that has grown to ``total``.

        :param float total: in the order's currency
        """
        if self.state != "released":
            return False
        most = self._release_most()
        return self.order_currency_id.compare_amounts(total, most) <= 0

    def _release_most(self):
        """Return what a release covers in all, 0 if none is in force: what is still
        released and the company's tolerance, a percentage of it, up to the last day."""
        last_day, company = self.released_until, self.company_id
        if self.state != "released" or last_day and last_day < company._trade_day():
            return 0.0
        return self.released_left * (1 + company.credit_tolerance / 100)

    def _release_gives_up(self, need):
        """Take what an order gives up off its release: more than what is left, and the
        tolerance on it, is decided on anew.

        :param float need: what the order needs from now on
        """
        given_up = (self.covered_amount or self.order_amount) - need
        if self.state == "released" and given_up > 0:
            left = max(need, self.released_left - given_up)
            self.released_left = min(self.released_left, left)

    def _release_lasts(self, figures):
        """Tell whether a release still counts. For a quotation, which another app did
        not let go yet, it does on its day, or until the last day that was signed,
        unless supply was stopped since. An invoice waits for who posts it.

        :param figures: the order as it is now
        """
        document = self and self._document()
        if not self or document._credit_is_done():
            return bool(self)
        last_day = self.released_until or document._credit_release_ends(self)
        if last_day and last_day < self.company_id._trade_day():
            return False
        known = {f.file for f in self._loaded()[1].findings if f.kind == "hold"}
        levels = filter(None, (*figures.chain, figures.ordered_by))
        stopped = {level["file"] for level in levels if level["hold"]}
        return stopped <= known

    # === BUSINESS METHODS === #

    def _check_may_release(self, user):
        """Refuse a release or rejection that ``user`` may not give. Extend to add
        tiers.

        :raises AccessError: if ``user`` lacks the authority
        :raises UserError: if the decision is not open
        """
        self.ensure_one()
        self.check_access("read")
        if self.sudo().state != "held":
            raise UserError(
                self.env._("%s is not held any more.", self.sudo().order_name)
            )
        objection = self._release_objection(user)
        if objection:
            raise AccessError(objection)

    def _release_objection(self, user):
        """Return why ``user`` may not release, in words; empty if they may."""
        self.ensure_one()
        decision = self.sudo()
        if decision.state != "held":
            return self.env._("%s is not held any more.", decision.order_name)
        authority = decision._authority()
        if not user.has_group(authority):
            if authority == MANAGER:
                return self.env._(
                    "Only a credit manager may release %s.", decision.order_name
                )
            return self.env._(
                "Only a credit officer may release %s.", decision.order_name
            )
        if user in decision._involved():
            return self.env._(
                "You wrote or confirmed %(order)s yourself: a colleague has to release "
                "it.",
                order=decision.order_name,
            )
        return ""

    def _authority(self):
        """Return the group that all holding rules together ask for."""
        verdict = self._loaded()[1]
        authorities = {finding.authority for finding in verdict.holding}
        return OFFICER if authorities == {"officer"} else MANAGER

    def _involved(self):
        """Return the users who had a hand in the document: none of them releases it."""
        document = self._document().sudo()
        asked = document.credit_decision_ids
        return document._credit_hands() | asked.salesperson_id | asked.user_id

    def _renewed(self):
        """Decide again before somebody signs, the files locked against others.

        :return: the decision to sign; none if the order is cured, and then gone
        """
        self.ensure_one()
        if not self.verdict:
            return self
        self.env["credit.file"]._serialize(self.file_id._upwards().ids)
        document = self._document()
        cases = self._cases_now()
        current = self._settle(cases[0]) if cases else self.browse()
        if not cases:  # nobody checks it any more
            document._credit_cured(self)
        elif not current and self.checkpoint == "confirmation":
            if document._credit_awaits(self):
                document._credit_let_go(self)
        return current

    def _check_release_terms(self, amount, until):
        decision = self.sudo()
        order = decision._document()
        if not decision._is_awaited() or decision._has_changed():
            raise UserError(
                self.env._(
                    "%(order)s has changed since it was held. Have it confirmed again "
                    "for a new decision.",
                    order=decision.order_name,
                )
            )
        covered = decision.order_amount if amount is None else amount
        needed = min(decision.order_amount, order._credit_need())
        if decision.checkpoint == "growth":
            needed = decision.order_amount
        currency = decision.order_currency_id
        if currency.compare_amounts(covered, needed) < 0:
            raise UserError(
                self.env._(
                    "%(order)s comes to %(needed)s; a release of %(amount)s does not "
                    "cover it. Cover all of it, or have the order cut.",
                    order=order.display_name,
                    needed=currency.format(needed),
                    amount=currency.format(covered),
                )
            )
        too_much = currency.compare_amounts(covered, decision.order_amount) > 0
        if too_much and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Covering more than was asked takes a credit manager.")
            )
        if until and until < decision.company_id._trade_day():
            raise UserError(self.env._("A release cannot end in the past."))

    def _has_changed(self):
        """Tell whether the document is another one than the one that was held."""
        order, currency = self._document(), self.order_currency_id
        if not order._credit_is_as_decided(self):
            return True
        grown = currency.compare_amounts(order._credit_need(), self.order_amount) > 0
        return grown and self.checkpoint != "growth"

    def _set_released(self, user, amount, until, reason):
        """Store a release; a quotation confirms, an order may be raised."""
        order = self._document()
        growth = self.checkpoint == "growth"
        if growth:
            self._live(order).get(order, self.browse())._close("superseded")
        self.write(
            {
                "state": "released",
                "released_by_id": user.id,
                "released_amount": amount,
                "released_left": amount,
                "released_until": until,
                "reason": reason,
                "closed_on": fields.Datetime.now(),
                "covered_amount": order._credit_need() if growth else 0.0,
            }
        )
        order._credit_close_activities()
        order = order._credit_for_owner()
        order._credit_note(self.with_env(order.env)._released_note())
        order._credit_let_go(self)

    def _released_note(self):
        """Return the note on the document that it is released."""
        return self.env._(
            "Credit released by %(user)s up to %(amount)s: %(reason)s",
            user=self.released_by_id.name,
            amount=self.order_currency_id.format(self.released_amount),
            reason=self.reason,
        )

    def _raised_note(self, order):
        """Raise the order as it was asked for, and return what came of it."""
        objection = self.with_env(order.env)._apply_proposal()
        if objection is None:
            return order.env._("The order may be raised now.")
        if not objection:
            return order.env._("The order is raised as it was asked for.")
        return order.env._(
            "The order may be raised now. What was typed could not be taken over: "
            "%(why)s",
            why=objection,
        )

    def _set_rejected(self, user, reason):
        """:return: the decisions that changed; a second call changes none"""
        held = self.filtered(lambda d: d.state == "held")
        held.write(
            {
                "state": "rejected",
                "rejected_by_id": user.id,
                "reason": reason,
                "closed_on": fields.Datetime.now(),
            }
        )
        for decision in held:
            order = decision._document()
            order._credit_close_activities()
            order = order._credit_for_owner()
            order._credit_tell_owner(
                order.env._(
                    "Credit rejected by %(user)s: %(reason)s",
                    user=user.name,
                    reason=reason,
                )
            )
        return held

    def _releasers(self):
        """Return the users who are asked to release: the one responsible for the file
        or who stands in for them, if they may, else all who may."""
        self.ensure_one()
        group = self.env.ref(self._authority()).sudo()
        able = self.company_id._trade_staff(group.all_user_ids - self._involved())
        # Who works in a branch opens no orders of others
        own = self.company_id | self._document().sudo().company_id
        able = able.filtered(lambda user: own & user.company_ids)
        owner = self.file_id.user_id.sudo()._trade_instead(self.company_id._trade_day())
        return next((user.with_env(self.env) for user in owner if user in able), able)

    def _question(self):
        """Return the words on a confirmed order of a release that was asked for."""
        self.ensure_one()
        values = {
            "amount": self.order_currency_id.format(self.order_amount),
            "day": format_date(self.env, self.asked_on),
            "why": self.asked_reason or "",
            "user": self.rejected_by_id.name,
            "reason": self.reason,
        }
        if self.state == "rejected":
            return self.env._(
                "A release up to %(amount)s was rejected by %(user)s: %(reason)s The "
                "order stays as it is.",
                **values,
            )
        asked = self.env._(
            "A release up to %(amount)s was asked for on %(day)s; it is not decided "
            "yet. Why it is asked: %(why)s",
            **values,
        )
        return "\n".join(filter(None, [asked, self.proposed, self._waits_for()]))

    def _names_told(self, names):
        """Return names in words, the first few of many."""
        if len(names) > NAMED:
            return self.env._(
                "%(names)s and %(count)s more",
                names=format_list(self.env, names[:NAMED]),
                count=len(names) - NAMED,
            )
        return format_list(self.env, names)

    def _rejection(self):
        """Return the words on a quotation that was turned down: who, when, why, and
        what to do next."""
        self.ensure_one()
        return self.env._(
            "Rejected by %(user)s on %(day)s: %(reason)s\nChange the order, or have "
            "the customer pay, and confirm it again: it is decided on anew.",
            user=self.rejected_by_id.name,
            day=format_date(self.env, self.closed_on),
            reason=self.reason,
        )

    def _waits_for(self):
        """Return who may release, in words, and why the reader may not where they are
        one of those who look after credit."""
        self.ensure_one()
        names = self.sudo()._releasers().mapped("name")
        shown = self._names_told(names)
        if not names:
            who = self.env._(
                "Nobody may release this now. An administrator gives somebody the "
                "authority, who had no hand in the order."
            )
        elif self.asked_reason:
            who = self.env._(
                "A release is asked for; it waits for %(names)s.", names=shown
            )
        else:
            who = self.env._("May be released by %(names)s.", names=shown)
        if not self.env.user.has_group(OFFICER):
            return who
        return "\n".join(filter(None, [self._release_objection(self.env.user), who]))
