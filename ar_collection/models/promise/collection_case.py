from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...groups import MANAGER


class CollectionCase(models.Model):
    """Promises and disputes of the customer of a case."""

    _inherit = "collection.case"

    def _promise(self, amount, date, items=None, note=None):
        """Take a customer's promise to pay: the one way. Its items' days stop.

        :param float amount: in company currency, at most what is open of the items and
            not promised yet
        :param date date: the day by which the money is to be there, today or later
        :param items: which items it is about; None for those of the case that are due
            by that day, or all of them if none is
        :param str note: what was said
        :return: the collection.promise
        :raises AccessError: if the user neither collects nor owns the case
        :raises UserError: if there is nothing that could be promised so
        """
        self.ensure_one()
        self._check_works_on()
        case = self.sudo()
        day = case.company_id._trade_day()
        case._take_turns()
        case.env["collection.item"]._sync(case.company_id, day, case.partner_id)
        promises = case.env["collection.promise"]
        settled = promises._judge(case.company_id, day, case.partner_id)
        items = case._items_in_question(items, due_by=date)
        amount = case.currency_id.round(amount)
        case._check_promise(amount, date, items, day)
        promise = promises.create(
            {
                **case._own_values(),
                "amount": amount,
                "made_on": day,
                "date": date,
                "user_id": self.env.uid,
                "note": note,
                "line_ids": [
                    Command.create(
                        {
                            "item_id": item.id,
                            "company_id": case.company_id.id,
                            "residual": item.residual,
                        }
                    )
                    for item in items
                ],
            }
        )
        items._update_pauses(case.company_id, day, items | settled.item_ids)
        return promise.with_env(self.env)

    def _dispute(self, items, reason, *, amount=None, description=None, evidence=None):
        """Raise a dispute of a customer: the one way. It pauses nothing before a
        collector finds it valid.

        :param items: which items are contested, open ones of the case
        :param reason: a collection.reason
        :param float amount: how much of them, in company currency; None for all
        :param str description: what the customer says
        :param evidence: ir.attachment records that the user may read; copies are kept
        :return: the collection.dispute
        :raises AccessError: if the user neither collects nor owns the case
        :raises UserError: if there is nothing that could be contested so
        """
        self.ensure_one()
        self._check_works_on()
        case = self.sudo()
        company, day = case.company_id, case.company_id._trade_day()
        case.env["collection.item"]._sync(company, day, case.partner_id)
        items = case._items_in_question(items)
        open_amount = sum(items.mapped("residual"))
        amount = case.currency_id.round(open_amount if amount is None else amount)
        case._check_dispute(amount, open_amount, reason)
        dispute = case.env["collection.dispute"].create(
            {
                **case._own_values(),
                "item_ids": [Command.set(items.ids)],
                "amount": amount,
                "reason_id": reason.id,
                "description": description,
                "raised_by_id": self.env.uid,
                "raised_on": day,
            }
        )
        if evidence:
            dispute.evidence_ids = dispute._copied(evidence.with_env(self.env))
        case._follow_waits("dispute")
        return dispute.with_env(self.env)

    def _check_dispute(self, amount, open_amount, reason):
        """:raises UserError: if this cannot be contested"""
        self._check_open()
        if not reason:
            raise UserError(self.env._("Choose the reason that the customer gives."))
        currency = self.currency_id
        if not 0 < amount or currency.compare_amounts(amount, open_amount) > 0:
            raise UserError(
                self.env._(
                    "Between zero and %(open)s of these items can be disputed. "
                    "Enter a lower amount, or choose all items that the customer "
                    "contests.",
                    open=currency.format(open_amount),
                )
            )

    def _items_in_question(self, items, due_by=None):
        """Return open items of this case: the given ones, or those due by a day.

        :raises UserError: if there are none, or one is of another case or settled
        """
        self.ensure_one()
        is_open = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "open"),
            ("residual", ">", 0),
        ]
        known = self.env["collection.item"].search(is_open)
        if items is None:
            due = known.filtered(lambda item: not due_by or item.date_due <= due_by)
            items = due or known
        elif strange := items.sudo() - known:
            raise UserError(
                self.env._(
                    "%(items)s is not open or belongs to another customer. Remove "
                    "it from the selection.",
                    items=", ".join(strange.mapped("display_name")),
                )
            )
        if not items:
            raise UserError(
                self.env._(
                    "%(customer)s has no open item. Post the invoice first.",
                    customer=self.partner_id.name,
                )
            )
        return items.with_env(self.env)

    def _check_promised_day(self, date, items, day):
        """Refuse a day that is too far off: a promise stops the days of its items, not
        for as long as one likes, and not anew for each promise that follows a
        cancelled, broken or small one.

        :raises UserError: if the items would rest too long for who is not a manager
        """
        longest = self.company_id.collection_promise_days
        rested = items._promised_days(day)
        if (date - day).days + rested <= longest or self.env.user.has_group(MANAGER):
            return
        if rested:
            raise UserError(
                self.env._(
                    "Promises stopped the days of these items for %(rested)s days "
                    "already, and may for %(days)s days in all. Enter an earlier day, "
                    "leave them out, or ask a manager to take this promise.",
                    rested=rested,
                    days=longest,
                )
            )
        raise UserError(
            self.env._(
                "A promise can be at most %(days)s days ahead. Enter an "
                "earlier day, or ask a manager to take this promise.",
                days=longest,
            )
        )

    def _check_promise(self, amount, date, items, day):
        """:raises UserError: if this cannot be promised, with what can be"""
        self._check_open()
        currency = self.currency_id
        if currency.compare_amounts(amount, 0) <= 0 or not date or date < day:
            raise UserError(
                self.env._(
                    "A promise has an amount above zero and a day from today on. "
                    "Enter both as the customer promised."
                )
            )
        self._check_promised_day(date, items, day)
        promised = items._promised_already()
        left = sum(items.mapped("residual")) - promised
        if currency.compare_amounts(amount, left) > 0:
            raise UserError(
                self.env._(
                    "%(left)s of these items can be promised: %(open)s are open, "
                    "%(promised)s are promised already. Promise less, choose more "
                    "items, or cancel the promise that this one replaces.",
                    left=currency.format(max(left, 0)),
                    open=currency.format(sum(items.mapped("residual"))),
                    promised=currency.format(promised),
                )
            )
