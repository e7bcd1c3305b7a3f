from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .collection_run import COLLECTOR

USER = "ar_collection.collection_group_user"


class CollectionCase(models.Model):
    """What people say on a case: each through one method that checks who may."""

    _inherit = "collection.case"

    promise_ids = fields.One2many("collection.promise", "case_id", "Promises")
    dispute_ids = fields.One2many("collection.dispute", "case_id", "Disputes")
    letter_ids = fields.One2many("collection.letter", "case_id", "Letters")
    delivery_ids = fields.One2many("collection.delivery", "case_id", "Deliveries")
    measure_ids = fields.One2many("collection.measure", "case_id", "Measures")

    # === BUSINESS METHODS === #

    @api.model
    def _ensure(self, partner, company):
        """Return a customer's open case, opened now if there is none.

        For what is said about money before anything is late. No check of rights.

        :param partner: the customer, or a contact of it
        :param company: any company; the case is its root company's
        :return: one collection.case record, with the rights of the caller
        """
        customer, company = partner.commercial_partner_id, company.root_id
        day = company._collection_day()
        self.env["collection.item"]._sync(company, day, customer)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_case (
                       partner_id, company_id, state, user_id, opened_on, create_uid,
                       write_uid, create_date, write_date)
                VALUES (%(customer)s, %(company)s, 'open', %(owner)s, %(day)s, %(uid)s,
                        %(uid)s, %(now)s, %(now)s)
                    ON CONFLICT (partner_id, company_id) WHERE state = 'open' DO NOTHING
                """,
                customer=customer.id,
                company=company.id,
                owner=customer.sudo().user_id.id or None,
                day=day,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        own = [("partner_id", "=", customer.id), ("company_id", "=", company.id)]
        case = self.sudo().search([*own, ("state", "=", "open")])
        items = (
            self.env["collection.item"].sudo().search([*own, ("state", "=", "open")])
        )
        items.filtered(lambda item: item.case_id != case).case_id = case
        return case.with_env(self.env)

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
        day = case.company_id._collection_day()
        case._take_turns()
        case.env["collection.item"]._sync(case.company_id, day, case.partner_id)
        case.env["collection.promise"]._judge(case.company_id, day, case.partner_id)
        items = case._items_in_question(items, due_by=date)
        amount = case.currency_id.round(amount)
        case._check_promise(amount, date, items, day)
        promise = case.env["collection.promise"].create(
            {
                "case_id": case.id,
                "partner_id": case.partner_id.id,
                "company_id": case.company_id.id,
                "amount": amount,
                "made_on": day,
                "date": date,
                "user_id": self.env.uid,
                "note": note,
                "line_ids": [
                    fields.Command.create(
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
        items._update_pauses(case.company_id, day, items)
        return promise.with_env(self.env)

    def _check_works_on(self):
        """Refuse whoever neither collects nor owns these cases.

        Superuser rights do not help: an addon may call with them for a salesperson.

        :raises AccessError:
        """
        if not self.env.su:
            self.check_access("read")
        user = self.env.user
        if user.has_group(COLLECTOR):
            return
        for case in self.sudo():
            if case.user_id != user and (case.user_id or not user.has_group(USER)):
                raise AccessError(
                    self.env._(
                        "The case of %(customer)s is worked on by %(owner)s and by "
                        "collectors. Ask one of them.",
                        customer=case.partner_id.name,
                        owner=case.user_id.name or self.env._("users of collection"),
                    )
                )

    def _take_turns(self):
        """Let one transaction at a time decide on these cases: PostgreSQL refuses the
        later of two writes, and Odoo tries it again on what the first one left."""
        self.env.cr.execute(
            SQL(
                "UPDATE collection_case SET write_date = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.ids,
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
                    "%(items)s is not open, or not of this customer. Leave it out.",
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

    def _check_promise(self, amount, date, items, day):
        """:raises UserError: if this cannot be promised, with what can be"""
        currency = self.currency_id
        if currency.compare_amounts(amount, 0) <= 0 or not date or date < day:
            raise UserError(
                self.env._(
                    "A promise is an amount above zero, for today or a later day. "
                    "Enter both as the customer said them."
                )
            )
        waiting = items.promise_ids.filtered(lambda promise: promise.state == "open")
        promised = sum(promise.amount - promise.received for promise in waiting)
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
